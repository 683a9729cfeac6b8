-- One-time codes: a keyed hash, and the code sealed for who sends it. Mutable, gone after ten minutes.
CREATE SEQUENCE sign_in_code_id_seq;
GRANT USAGE ON SEQUENCE sign_in_code_id_seq TO huzhu_app;
CREATE TABLE sign_in_code (
    id BIGINT NOT NULL,
    ticket_hash BYTEA NOT NULL,
    member_id BIGINT,
    asked_index BYTEA NOT NULL,
    code_index BYTEA NOT NULL,
    code_cipher BYTEA NOT NULL,
    tries INTEGER DEFAULT 0 NOT NULL,
    told BOOLEAN DEFAULT false NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT sign_in_code_pkey PRIMARY KEY (id),
    CONSTRAINT sign_in_code_ticket_hash_key UNIQUE (ticket_hash),
    CONSTRAINT sign_in_code_tries_check CHECK (tries >= 0),
    CONSTRAINT sign_in_code_member_id_fkey FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX sign_in_code_member_id_idx ON sign_in_code (member_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_code TO huzhu_app;
CREATE INDEX member_phone_phone_index_idx ON member_phone (phone_index);

ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check CHECK (kind IN (
    'window_opens', 'window_closes', 'money_missing', 'roster_confirmed', 'roster_refused',
    'papers_wanted', 'card_wanted', 'paid', 'contact_changed', 'enquiry_answered', 'enquiry_asked_back',
    'sign_in_code', 'objection_answered'));
