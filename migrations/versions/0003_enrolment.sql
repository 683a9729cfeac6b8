-- Who has died or retired, as a list said it. Death ends cover; retirement does not.
CREATE TABLE member_fate (
    member_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    fate TEXT NOT NULL,
    on_day DATE NOT NULL,
    file_sha256 TEXT NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT member_fate_pkey PRIMARY KEY (member_id, seq),
    CONSTRAINT member_fate_seq_check CHECK (seq >= 1),
    CONSTRAINT member_fate_fate_check CHECK (fate IN ('died', 'retired', 'alive')),
    CONSTRAINT member_fate_member_id_fkey FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT member_fate_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);
SELECT pg_temp.facts('member_fate');
