-- What a bill's row and a line of the books is checked by goes through the rows of a statement once; it
-- went through them twice. What is refused, and as what, stays as it was.
CREATE OR REPLACE FUNCTION bill_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    told record;
BEGIN
    SELECT bool_or(k.setl_id IS NULL) AS strange, min(a.run_id) AS first, max(a.run_id) AS last
    INTO told
    FROM added a
    LEFT JOIN settlement_key k ON k.member_id = a.member_id AND k.setl_id = a.setl_id;
    -- Bills of one statement are of one run, but for somebody who writes them by hand.
    IF told.strange OR told.first = told.last AND NOT EXISTS (
        SELECT FROM run r WHERE r.id = told.first
    ) OR told.first <> told.last AND EXISTS (
        SELECT FROM (SELECT DISTINCT run_id FROM added) a
        LEFT JOIN run r ON r.id = a.run_id
        WHERE r.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a bill refers to what does not exist'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'bill_refers';
    END IF;
    RETURN NULL;
END $$;

-- An entry's turnover says whether what a statement adds to it balances: it is added up once for both
-- (0001_rights.sql, 0005_pages.sql). The database writes the turnover, and nobody else. Rows come sorted,
-- and go into the turnover in the order of its key, each beside the one before: hashing took longer.
-- Lines are added in the entry's own transaction only, nearly always all at once: where nothing of these
-- entries is there, no other can have written it meanwhile, and to look for conflicts costs as much again.
CREATE FUNCTION postings_fit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_hashagg = off AS $$
DECLARE
    more boolean := EXISTS (
        SELECT FROM entry_sum WHERE entry_id IN (SELECT DISTINCT entry_id FROM added));
    told record;
BEGIN
    WITH turned AS MATERIALIZED (
        SELECT entry_id, account, coalesce(unit_id, 0) AS unit_id, count(*) AS lines,
               coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0) AS debit_fen,
               coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0) AS credit_fen
        FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ), first AS (
        INSERT INTO entry_sum SELECT * FROM turned WHERE NOT more
    ), next AS (
        INSERT INTO entry_sum AS s SELECT * FROM turned WHERE more
        ON CONFLICT (entry_id, account, unit_id) DO UPDATE
            SET lines = s.lines + excluded.lines, debit_fen = s.debit_fen + excluded.debit_fen,
                credit_fen = s.credit_fen + excluded.credit_fen
    )
    SELECT bool_or(line.off_fen <> 0) AS unbalanced,
           bool_or(entry.made_in IS DISTINCT FROM (pg_current_xact_id()::text)::bigint) AS strange
    INTO told
    FROM (SELECT entry_id, sum(debit_fen - credit_fen) AS off_fen FROM turned GROUP BY 1) line
    LEFT JOIN entry ON entry.id = line.entry_id;
    IF told.strange THEN
        RAISE EXCEPTION 'a posting was added outside its entry''s own transaction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'postings_stay_home';
    END IF;
    IF told.unbalanced THEN
        RAISE EXCEPTION 'postings were added that do not balance'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION postings_fit() FROM PUBLIC;
DROP TRIGGER postings_stay_home ON posting;
DROP TRIGGER postings_are_summed ON posting;
DROP FUNCTION postings_stay_home();
DROP FUNCTION postings_are_summed();
CREATE TRIGGER postings_fit AFTER INSERT ON posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION postings_fit();
