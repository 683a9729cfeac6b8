-- Facts are append-only by privilege: the application's role may read and insert them, and may not
-- write what the database itself says (recorded_at, made_in). Exactly seven tables are mutable.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO huzhu_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO huzhu_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO huzhu_app;

DO $$
DECLARE
    mutable CONSTANT text[] := ARRAY['account', 'sign_in', 'sign_in_try', 'job', 'claim_queue',
                                     'cover_term', 'entitlement'];
    of_the_database CONSTANT text[] := ARRAY['recorded_at', 'made_in'];
    held record;
BEGIN
    FOR held IN
        SELECT table_name, string_agg(quote_ident(column_name), ', ') AS columns
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'alembic_version'
              AND column_name <> ALL (of_the_database)
        GROUP BY table_name
    LOOP
        IF held.table_name = ANY (mutable) THEN
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %I TO huzhu_app', held.table_name);
        ELSE
            EXECUTE format('GRANT INSERT (%s) ON %I TO huzhu_app', held.columns, held.table_name);
        END IF;
    END LOOP;
END $$;

-- The ledger is checked twice. Entry refuses to be constructed unbalanced; so does the database, at commit.
CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    lines bigint;
    off_fen numeric;
BEGIN
    SELECT count(*), coalesce(sum(amount_fen), 0) INTO lines, off_fen
    FROM posting WHERE entry_id = NEW.id;
    IF lines < 2 OR off_fen <> 0 THEN
        RAISE EXCEPTION 'entry % has % lines and is off by % fen', NEW.id, lines, off_fen
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();

-- Lines may be added only in their entry's own transaction: a balanced entry stays as it is. And the
-- lines of an entry that one statement adds balance by themselves: the deferred check can be made
-- early (SET CONSTRAINTS), and would not see what is added after it.
CREATE FUNCTION postings_stay_home() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unbalanced boolean;
    strange boolean;
BEGIN
    SELECT bool_or(line.off_fen <> 0),
           bool_or(entry.made_in IS DISTINCT FROM (pg_current_xact_id()::text)::bigint)
    INTO unbalanced, strange
    FROM (SELECT entry_id, sum(amount_fen) AS off_fen FROM added GROUP BY entry_id) line
    LEFT JOIN entry ON entry.id = line.entry_id;
    IF strange THEN
        RAISE EXCEPTION 'a posting was added outside its entry''s own transaction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'postings_stay_home';
    END IF;
    IF unbalanced THEN
        RAISE EXCEPTION 'postings were added that do not balance'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER postings_stay_home AFTER INSERT ON posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION postings_stay_home();

-- What determinations and claims' moves refer to is checked once a statement, over all its rows. A
-- foreign key looks each row up by itself, which took ten times as long as the rest of the COPY;
-- and since facts are never updated or deleted, there is nothing for it to guard afterwards. Other
-- joins than by index are off: the planner would read all claims there are for every batch.
CREATE FUNCTION determination_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        LEFT JOIN claim c
            ON c.member_id = a.member_id AND c.id = a.claim_id AND c.setl_id = a.setl_id
        LEFT JOIN settlement s
            ON s.member_id = a.member_id AND s.setl_id = a.setl_id AND s.version = a.version
        WHERE c.id IS NULL OR s.version IS NULL
    ) OR EXISTS (
        SELECT FROM added a
        LEFT JOIN cover v ON v.member_id = a.member_id AND v.id = a.cover_id
        WHERE a.cover_id IS NOT NULL
              AND (v.benefit_year IS DISTINCT FROM a.benefit_year)
    ) OR EXISTS (
        SELECT FROM (SELECT DISTINCT run_id, scheme_id, scheme_digest FROM added) a
        LEFT JOIN run r ON r.id = a.run_id
        LEFT JOIN scheme m ON m.id = a.scheme_id AND m.digest = a.scheme_digest
        WHERE r.id IS NULL OR (a.scheme_id IS NOT NULL AND m.id IS NULL)
    ) OR EXISTS (
        SELECT FROM added a
        WHERE a.seq > 1 AND NOT EXISTS (
            SELECT FROM determination d
            WHERE d.member_id = a.member_id AND d.claim_id = a.claim_id AND d.seq = a.seq - 1
                  AND d.grant_no < a.grant_no)
    ) THEN
        RAISE EXCEPTION 'a determination refers to what does not exist'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'determination_refers';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER determination_refers AFTER INSERT ON determination
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION determination_refers();

CREATE FUNCTION claim_exists() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        LEFT JOIN claim c ON c.member_id = a.member_id AND c.id = a.claim_id
        WHERE c.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a row of % names a claim that does not exist', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'claim_exists';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER claim_exists AFTER INSERT ON claim_move
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION claim_exists();
CREATE TRIGGER claim_exists AFTER INSERT ON claim_queue
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION claim_exists();

-- Two officers, and two people: one person's two accounts are one. Nobody's own claim.
CREATE FUNCTION batch_has_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM account one, account other
        WHERE one.id = NEW.prepared_by AND other.id = NEW.approved_by
              AND (one.member_id = other.member_id
                   OR num_nonnulls(one.disabled_at, other.disabled_at) > 0
                   OR one.role <> 'officer' OR other.role <> 'officer')
    ) THEN
        RAISE EXCEPTION 'a batch is prepared by one officer and approved by another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_batch_two_people_check';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER batch_has_two_people AFTER INSERT ON payment_batch
    FOR EACH ROW EXECUTE FUNCTION batch_has_two_people();

-- What leaves for the bank is owed: by the claim's live determination, while nothing else of the
-- claim is without an answer, and never more than is payable. A batch's lines come all at once.
CREATE FUNCTION payment_is_owed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        JOIN determination d ON d.member_id = a.member_id AND d.grant_no = a.grant_no
        JOIN payment_batch b ON b.id = a.batch_id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE o.outcome IS NULL) AS waiting,
                   sum(p.amount_fen) FILTER (WHERE o.outcome IS DISTINCT FROM 'failed') AS out_fen
            FROM payment p LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
            WHERE p.member_id = a.member_id AND p.claim_id = a.claim_id
        ) money
        WHERE d.claim_id <> a.claim_id OR d.benefit_year IS DISTINCT FROM b.benefit_year
              OR money.waiting <> 1 OR money.out_fen > d.payable_fen
              OR EXISTS (SELECT FROM determination later
                         WHERE later.member_id = d.member_id AND later.claim_id = d.claim_id
                               AND later.seq > d.seq)
              OR EXISTS (SELECT FROM account
                         WHERE id IN (b.prepared_by, b.approved_by) AND member_id = a.member_id)
    ) THEN
        RAISE EXCEPTION 'a payment is not owed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_is_owed';
    ELSIF EXISTS (
        SELECT FROM payment_batch b
        CROSS JOIN LATERAL (
            SELECT count(*) AS lines, sum(amount_fen) AS total_fen
            FROM payment p WHERE p.batch_id = b.id
        ) written
        WHERE b.id IN (SELECT batch_id FROM added)
              AND (written.lines <> b.lines OR written.total_fen <> b.total_fen)
    ) THEN
        RAISE EXCEPTION 'the lines of a batch are not those it was made of'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_batch_is_whole';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payment_is_owed AFTER INSERT ON payment
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payment_is_owed();
