-- Every bill of a feed is entered in each index of its tables: what does not need one goes without.

-- A number is one member's: who asks whether a bill is of this member looks the number up and compares.
ALTER TABLE filed_claim DROP CONSTRAINT filed_claim_member_id_setl_id_fkey;
ALTER TABLE settlement_key DROP CONSTRAINT settlement_key_member_id_setl_id_key;

CREATE OR REPLACE FUNCTION bill_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        LEFT JOIN settlement_key k ON k.setl_id = a.setl_id
        WHERE k.member_id IS DISTINCT FROM a.member_id
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

CREATE FUNCTION filing_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        LEFT JOIN settlement_key k ON k.setl_id = a.setl_id
        WHERE k.member_id IS DISTINCT FROM a.member_id
    ) THEN
        RAISE EXCEPTION 'what was filed has no number of this member'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'filing_refers';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER filing_refers AFTER INSERT ON filed_claim
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION filing_refers();

-- Runs come one after the other, and so do their bills: a look at a run's reads some pages more.
DROP INDEX settlement_run_id_idx;
CREATE INDEX settlement_run_id_idx ON settlement USING brin (run_id);
