-- A roster brings members, names, accounts and lines by the hundred thousand: what each waits for.

-- Nobody is found by an account: it is only compared with what the member's last one was.
DROP INDEX bank_account_account_index_idx;

-- Members that a file makes are numbered in one go. So whether all of a statement's exist is mostly
-- told by counting a range of numbers, a third of the work of looking each up. Members are never
-- deleted. Where the numbers lie apart nothing is counted, and each is looked up as before.
CREATE FUNCTION all_are_members(first bigint, last bigint, named bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF last - first >= 2 * named THEN
        RETURN false;
    END IF;
    RETURN (SELECT count(*) FROM member WHERE id BETWEEN first AND last) = last - first + 1;
END $$;

CREATE OR REPLACE FUNCTION told_of_members() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    told record;
BEGIN
    SELECT count(*) AS rows, min(member_id) AS first, max(member_id) AS last,
           min(recorded_by) AS by_first, max(recorded_by) AS by_last
    INTO told FROM added;
    IF NOT all_are_members(told.first, told.last, told.rows) AND EXISTS (
        SELECT FROM added a LEFT JOIN member m ON m.id = a.member_id WHERE m.id IS NULL
    ) OR told.by_first <> told.by_last AND EXISTS (
        SELECT FROM (SELECT DISTINCT recorded_by FROM added WHERE recorded_by IS NOT NULL) a
        LEFT JOIN account w ON w.id = a.recorded_by WHERE w.id IS NULL
    ) OR told.by_first = told.by_last AND NOT EXISTS (
        SELECT FROM account w WHERE w.id = told.by_first
    ) THEN
        RAISE EXCEPTION 'a row of % names a member or an account that does not exist', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'told_of_members';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION roster_line_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    told record;
BEGIN
    SELECT count(*) AS rows, min(member_id) AS first, max(member_id) AS last,
           min(roster_id) AS roster_first, max(roster_id) AS roster_last
    INTO told FROM added;
    IF NOT all_are_members(told.first, told.last, told.rows) AND EXISTS (
        SELECT FROM added a LEFT JOIN member m ON m.id = a.member_id WHERE m.id IS NULL
    ) OR told.roster_first <> told.roster_last AND EXISTS (
        SELECT FROM (SELECT DISTINCT roster_id FROM added) a
        LEFT JOIN roster r ON r.id = a.roster_id WHERE r.id IS NULL
    ) OR told.roster_first = told.roster_last AND NOT EXISTS (
        SELECT FROM roster r WHERE r.id = told.roster_first
    ) THEN
        RAISE EXCEPTION 'a roster line names a member or a roster that does not exist'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'roster_line_refers';
    END IF;
    RETURN NULL;
END $$;
