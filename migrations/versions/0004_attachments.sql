-- Papers: pictures of them on claims (facts), those kept for drafts, and what the storage must forget.
CREATE SEQUENCE paper_id_seq;
GRANT USAGE ON SEQUENCE paper_id_seq TO huzhu_app;

CREATE TABLE attachment (
    member_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    page INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    original_index BYTEA NOT NULL,
    place TEXT NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT attachment_pkey PRIMARY KEY (member_id, id),
    CONSTRAINT attachment_kind_check CHECK (kind IN ('settlement_sheet', 'invoice', 'discharge_record',
        'cost_query_sheet', 'chronic_booklet', 'bank_card', 'identity', 'statement', 'other')),
    CONSTRAINT attachment_page_check CHECK (page >= 1 AND width >= 1 AND height >= 1 AND size >= 1),
    CONSTRAINT attachment_place_key UNIQUE (place),
    CONSTRAINT attachment_member_id_fkey FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT attachment_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);
CREATE INDEX attachment_original_index_idx ON attachment (original_index);
CREATE INDEX attachment_recorded_by_recorded_at_idx ON attachment (recorded_by, recorded_at);
GRANT SELECT ON attachment TO huzhu_app;
GRANT INSERT (member_id, id, kind, page, width, height, size, sha256, original_index, place,
    recorded_by) ON attachment TO huzhu_app;

CREATE TABLE kept_paper (
    member_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    page INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    original_index BYTEA NOT NULL,
    place TEXT NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT kept_paper_pkey PRIMARY KEY (member_id, id),
    CONSTRAINT kept_paper_kind_check CHECK (kind IN ('settlement_sheet', 'invoice', 'discharge_record',
        'cost_query_sheet', 'chronic_booklet', 'bank_card', 'identity', 'statement', 'other')),
    CONSTRAINT kept_paper_place_key UNIQUE (place),
    CONSTRAINT kept_paper_member_id_fkey FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT kept_paper_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);
CREATE INDEX kept_paper_recorded_by_recorded_at_idx ON kept_paper (recorded_by, recorded_at);

CREATE TABLE storage_gone (
    place TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT storage_gone_pkey PRIMARY KEY (place)
);
CREATE TABLE storage_day (
    day DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT storage_day_pkey PRIMARY KEY (day)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON kept_paper, storage_gone, storage_day TO huzhu_app;

-- Which papers a claim has, in the order they came.
CREATE TABLE claim_attachment (
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    no INTEGER NOT NULL,
    attachment_id BIGINT NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT claim_attachment_pkey PRIMARY KEY (member_id, claim_id, no),
    CONSTRAINT claim_attachment_no_check CHECK (no >= 1),
    CONSTRAINT claim_attachment_once_key UNIQUE (member_id, attachment_id, claim_id),
    CONSTRAINT claim_attachment_member_id_claim_id_fkey FOREIGN KEY(member_id, claim_id)
        REFERENCES claim (member_id, id),
    CONSTRAINT claim_attachment_member_id_attachment_id_fkey FOREIGN KEY(member_id, attachment_id)
        REFERENCES attachment (member_id, id),
    CONSTRAINT claim_attachment_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);
GRANT SELECT ON claim_attachment TO huzhu_app;
GRANT INSERT (member_id, claim_id, no, attachment_id, recorded_by) ON claim_attachment TO huzhu_app;
