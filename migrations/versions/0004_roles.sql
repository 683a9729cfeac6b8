-- Who prepares and enters without ever approving, and three administrators, none of whom handles money.
ALTER TABLE account DROP CONSTRAINT account_role_check;
ALTER TABLE account ADD CONSTRAINT account_role_check
    CHECK (role IN ('officer', 'member', 'auditor', 'contact', 'operator', 'system_admin',
                    'security_admin', 'audit_admin', 'none'));

-- Every act leaves an event: an operator's are those that prepare and enter, an administrator's are
-- about accounts. As app.accounts.prepares has it; everybody may change the own password.
CREATE FUNCTION event_of_role() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM account a
        WHERE a.id = NEW."by" AND (NEW.act LIKE 'account.%' AND NEW.about = a.id) IS NOT TRUE
              AND CASE
                  WHEN a.role = 'operator' THEN NEW.act NOT IN (
                      'claim.filed', 'review.passed', 'review.papers_asked', 'review.answered',
                      'statement.imported', 'contribution.received',
                      'subsidy.received', 'cover.granted', 'refund.paid', 'refund.bounced',
                      'payments.returned', 'payments.exported',
                      'enquiry.dispatched', 'enquiry.taken', 'attachment.added')
                  WHEN a.role IN ('system_admin', 'security_admin') THEN NEW.act NOT LIKE 'account.%'
                  ELSE a.role IN ('audit_admin', 'none') END
    ) THEN
        RAISE EXCEPTION 'who acts has no role that does this'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'event_of_role';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER event_of_role AFTER INSERT ON event
    FOR EACH ROW WHEN (NEW."by" IS NOT NULL) EXECUTE FUNCTION event_of_role();

-- Neither a contact nor an administrator books money.
CREATE OR REPLACE FUNCTION no_contact_books_money() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN account a ON a.id = added.recorded_by
        WHERE a.role IN ('contact', 'system_admin', 'security_admin', 'audit_admin', 'none')
    ) THEN
        RAISE EXCEPTION 'a unit''s contact books no money, and no administrator does'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_contact_books_money';
    END IF;
    RETURN NULL;
END $$;

-- An operator may prepare what officers approve; all must still be of the city federation.
CREATE OR REPLACE FUNCTION batch_has_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    people bigint;
    fit bigint;
    same bigint;
BEGIN
    SELECT count(*),
           count(*) FILTER (WHERE a.disabled_at IS NULL AND n.parent_id IS NULL AND (
               a.role = 'officer' OR a.role = 'operator' AND a.id = NEW.prepared_by)),
           count(a.member_id) - count(DISTINCT a.member_id)
    INTO people, fit, same
    FROM account a JOIN union_node n ON n.id = a.union_id
    WHERE a.id IN (NEW.prepared_by, NEW.approved_by, NEW.third_by);
    IF people <> fit OR same > 0 OR people <> num_nonnulls(NEW.prepared_by, NEW.approved_by, NEW.third_by)
    THEN
        RAISE EXCEPTION 'a batch is prepared by one and approved by an officer who is another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_batch_two_people_check';
    END IF;
    RETURN NULL;
END $$;
