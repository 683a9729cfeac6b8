-- Two people, whatever their accounts: one person's two accounts are one. What takes them moves the
-- whole fund's money or closes its books, and is the city federation's: no district's officer is one.
CREATE OR REPLACE FUNCTION two_officers(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) = 2 AND bool_and(a.role = 'officer' AND a.disabled_at IS NULL AND n.parent_id IS NULL)
           AND count(DISTINCT a.member_id) = count(a.member_id)
    FROM account a JOIN union_node n ON n.id = a.union_id WHERE a.id IN (one, other)
$$;

-- A batch that officers have explained by lines of its own is no statement's line besides.
CREATE FUNCTION batch_is_explained_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added a JOIN line_resolution r ON r.batch_id = a.batch_id) THEN
        RAISE EXCEPTION 'the lines of a batch come to more than the batch'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_is_explained_once';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER batch_is_explained_once AFTER INSERT ON statement_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION batch_is_explained_once();

-- Who owes the money back does not say that it has come, alone or with another.
CREATE FUNCTION repaid_by_another() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM account a WHERE a.id = NEW.recorded_by
               AND (a.member_id = NEW.member_id OR a.role <> 'officer')) THEN
        RAISE EXCEPTION 'a member says that the own debt is paid back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'repaid_by_another';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER repaid_by_another AFTER INSERT ON repayment
    FOR EACH ROW EXECUTE FUNCTION repaid_by_another();

CREATE FUNCTION repaid_line_by_others() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM repayment r JOIN account a ON a.member_id = r.member_id
               WHERE r.id = NEW.repayment_id AND a.id IN (NEW.proposed_by, NEW.resolved_by)) THEN
        RAISE EXCEPTION 'a member says that the own debt is paid back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'repaid_by_another';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER repaid_line_by_others AFTER INSERT ON line_resolution
    FOR EACH ROW WHEN (NEW.repayment_id IS NOT NULL) EXECUTE FUNCTION repaid_line_by_others();
