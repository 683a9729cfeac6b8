-- Settlement files taken part by part: what came of each part, which lines were refused. A feed's own
-- row is no fact: it says how far the reading has come; its parts, its run and its bills are facts.
CREATE TABLE feed (
    id BIGSERIAL NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    file_sha256 TEXT,
    cursor TEXT,
    run_id BIGINT,
    state TEXT NOT NULL,
    fault JSONB,
    moved_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT feed_pkey PRIMARY KEY (id),
    CONSTRAINT feed_source_check CHECK (source IN ('file', 'pull')),
    CONSTRAINT feed_state_check CHECK (state IN ('open', 'whole', 'stopped')),
    CONSTRAINT feed_fault_check CHECK ((state = 'stopped') = (fault IS NOT NULL)),
    CONSTRAINT feed_run_id_key UNIQUE (run_id),
    CONSTRAINT feed_run_id_fkey FOREIGN KEY(run_id) REFERENCES run (id),
    CONSTRAINT feed_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);
CREATE INDEX feed_file_sha256_idx ON feed (file_sha256);
CREATE INDEX feed_source_name_idx ON feed (source, name);

-- Every row of a part is told once: the check adds up.
CREATE TABLE feed_part (
    feed_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    through_line BIGINT NOT NULL,
    rows_in INTEGER NOT NULL,
    new INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    refund INTEGER NOT NULL,
    no_member INTEGER NOT NULL,
    faulty INTEGER NOT NULL,
    sums_differ INTEGER NOT NULL,
    duplicate_lines INT4MULTIRANGE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT feed_part_pkey PRIMARY KEY (feed_id, seq),
    CONSTRAINT feed_part_rows_in_check CHECK (rows_in = new + changed + duplicate + refund + no_member + faulty),
    CONSTRAINT feed_part_counts_check CHECK (least(new, changed, duplicate, refund, no_member, faulty) >= 0),
    CONSTRAINT feed_part_seq_check CHECK (seq >= 1),
    CONSTRAINT feed_part_feed_id_fkey FOREIGN KEY(feed_id) REFERENCES feed (id)
);

CREATE TABLE feed_fault (
    feed_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    field TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT feed_fault_pkey PRIMARY KEY (feed_id, line, field),
    CONSTRAINT feed_fault_feed_id_fkey FOREIGN KEY(feed_id) REFERENCES feed (id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON feed TO huzhu_app;
GRANT USAGE ON SEQUENCE feed_id_seq TO huzhu_app;
GRANT SELECT ON feed, feed_part, feed_fault TO huzhu_app, huzhu_auditor;
GRANT INSERT (feed_id, seq, through_line, rows_in, new, changed, duplicate, refund, no_member, faulty, sums_differ,
    duplicate_lines) ON feed_part TO huzhu_app;
GRANT INSERT (feed_id, line, field, reason) ON feed_fault TO huzhu_app;

-- Whose bill it is and in which run it came is checked once a statement, as for determinations: a
-- foreign key looks each row up by itself, and facts are never updated or deleted.
ALTER TABLE settlement_key DROP CONSTRAINT settlement_key_member_id_fkey;
ALTER TABLE settlement DROP CONSTRAINT settlement_member_id_setl_id_fkey;
ALTER TABLE settlement DROP CONSTRAINT settlement_run_id_fkey;
ALTER TABLE claim DROP CONSTRAINT claim_member_id_setl_id_fkey;
ALTER TABLE claim DROP CONSTRAINT claim_run_id_fkey;

CREATE FUNCTION bill_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        LEFT JOIN settlement_key k ON k.member_id = a.member_id AND k.setl_id = a.setl_id
        WHERE k.setl_id IS NULL
    ) OR EXISTS (
        SELECT FROM (SELECT DISTINCT run_id FROM added) a
        LEFT JOIN run r ON r.id = a.run_id
        WHERE r.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a bill refers to what does not exist'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'bill_refers';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION settlement_key_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a LEFT JOIN member m ON m.id = a.member_id WHERE m.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a bill is of nobody'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'settlement_key_refers';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER settlement_refers AFTER INSERT ON settlement
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bill_refers();
CREATE TRIGGER claim_refers AFTER INSERT ON claim
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bill_refers();
CREATE TRIGGER settlement_key_refers AFTER INSERT ON settlement_key
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement_key_refers();
