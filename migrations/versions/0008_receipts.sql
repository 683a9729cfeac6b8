-- As it was (0003_money_in.sql), and what was typed, and no statement or provider brought, is undone with
-- its entry reversed.
CREATE OR REPLACE FUNCTION receipt_can_be_undone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT two_officers(NEW.proposed_by, NEW.undone_by) OR EXISTS (
        SELECT FROM receipt_share s JOIN enrolment_outcome o ON o.roster_id = s.roster_id
        WHERE s.receipt_id = NEW.receipt_id
    ) OR EXISTS (SELECT FROM refund_share s WHERE s.receipt_id = NEW.receipt_id)
      OR NOT EXISTS (
        SELECT FROM receipt r WHERE r.id = NEW.receipt_id AND NEW.on_day >= r.received_on
        AND (r.line_id IS NOT NULL OR r.from_year IS NULL
             AND NOT EXISTS (SELECT FROM unit_merge m WHERE m.unit_id = r.unit_id)
             AND NOT EXISTS (SELECT FROM statement_line l WHERE l.receipt_id = r.id)
             AND NOT EXISTS (SELECT FROM online_notice n WHERE n.receipt_id = r.id)
             AND NOT EXISTS (SELECT FROM online_decision d WHERE d.receipt_id = r.id))) THEN
        RAISE EXCEPTION 'a receipt by which covers began is not undone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_can_be_undone';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION entry_can_be_reversed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT two_officers(NEW.reversed_by, NEW.approved_by) THEN
        RAISE EXCEPTION 'two people reverse an entry'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_reversal_two_people_check';
    ELSIF EXISTS (
        SELECT FROM entry e JOIN subsidy s ON e.memo = 'subsidy received' AND s.id = e.about
        WHERE e.id = NEW.entry_id AND (s.line_id IS NOT NULL OR EXISTS (
            SELECT FROM statement_line l WHERE l.subsidy_id = s.id))
    ) THEN
        RAISE EXCEPTION 'what the bank brought is not taken back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_can_be_reversed';
    ELSIF EXISTS (
        SELECT account, unit_id, member_id, claim_id FROM posting
        WHERE entry_id IN (NEW.entry_id, NEW.reversal_id)
        GROUP BY 1, 2, 3, 4 HAVING sum(amount_fen) <> 0
    ) OR NOT EXISTS (
        SELECT FROM entry e JOIN entry r ON r.id = NEW.reversal_id
        WHERE e.id = NEW.entry_id AND r.benefit_year = e.benefit_year AND r.memo = 'reversed'
              AND CASE e.memo
                  WHEN 'subsidy received' THEN EXISTS (
                      SELECT FROM subsidy s WHERE s.id = e.about AND s.line_id IS NULL)
                  WHEN 'money received' THEN EXISTS (
                      SELECT FROM receipt_undone u JOIN receipt c ON c.id = u.receipt_id
                      WHERE u.receipt_id = e.about AND c.line_id IS NULL
                            AND u.on_day = NEW.reversed_on AND u.proposed_by = NEW.reversed_by
                            AND u.undone_by = NEW.approved_by)
                  ELSE false END
    ) THEN
        RAISE EXCEPTION 'a reversal takes back the whole entry, of a kind that has no other way back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_can_be_reversed';
    END IF;
    RETURN NULL;
END $$;

-- One is not without the other.
CREATE FUNCTION typed_is_reversed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM receipt r WHERE r.id = NEW.receipt_id AND r.line_id IS NULL)
        AND NOT EXISTS (
            SELECT FROM entry e JOIN entry_reversal x ON x.entry_id = e.id
            WHERE e.memo = 'money received' AND e.about = NEW.receipt_id) THEN
        RAISE EXCEPTION 'a typed receipt is undone with its entry'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_can_be_undone';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER typed_is_reversed AFTER INSERT ON receipt_undone
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION typed_is_reversed();

-- No line of a statement is money that was undone before it came.
CREATE FUNCTION line_is_not_undone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added a JOIN receipt_undone u ON u.receipt_id = a.receipt_id) THEN
        RAISE EXCEPTION 'a line is a receipt that was undone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_is_not_undone';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_is_not_undone AFTER INSERT ON statement_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION line_is_not_undone();
