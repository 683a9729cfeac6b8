-- What a roster brings by the hundred thousand is checked once a statement, as determinations are:
-- a foreign key looks each row up by itself, and members, rosters and accounts are never deleted.
ALTER TABLE member_name DROP CONSTRAINT member_name_member_id_fkey;
ALTER TABLE member_name DROP CONSTRAINT member_name_recorded_by_fkey;
ALTER TABLE bank_account DROP CONSTRAINT bank_account_member_id_fkey;
ALTER TABLE bank_account DROP CONSTRAINT bank_account_recorded_by_fkey;
ALTER TABLE roster_line DROP CONSTRAINT roster_line_member_id_fkey;
ALTER TABLE roster_line DROP CONSTRAINT roster_line_roster_id_fkey;

CREATE FUNCTION told_of_members() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a LEFT JOIN member m ON m.id = a.member_id WHERE m.id IS NULL
    ) OR EXISTS (
        SELECT FROM (SELECT DISTINCT recorded_by FROM added WHERE recorded_by IS NOT NULL) a
        LEFT JOIN account w ON w.id = a.recorded_by WHERE w.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a row of % names a member or an account that does not exist', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'told_of_members';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER told_of_members AFTER INSERT ON member_name
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION told_of_members();
CREATE TRIGGER told_of_members AFTER INSERT ON bank_account
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION told_of_members();

CREATE FUNCTION roster_line_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a LEFT JOIN member m ON m.id = a.member_id WHERE m.id IS NULL
    ) OR EXISTS (
        SELECT FROM (SELECT DISTINCT roster_id FROM added) a
        LEFT JOIN roster r ON r.id = a.roster_id WHERE r.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a roster line names a member or a roster that does not exist'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'roster_line_refers';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER roster_line_refers AFTER INSERT ON roster_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION roster_line_refers();
