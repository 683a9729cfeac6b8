-- What was typed as paid back is taken back by two: its entry is reversed, and a contrary row, named by the
-- same reference with #0, stands beside it. Whatever adds up what came takes it off so.
ALTER TABLE recovery_receipt DROP CONSTRAINT recovery_receipt_amount_check;
ALTER TABLE recovery_receipt ADD CONSTRAINT recovery_receipt_amount_check
    CHECK (amount_fen > 0 OR amount_fen < 0 AND suspense_year IS NULL);
ALTER TABLE repayment DROP CONSTRAINT repayment_amount_check;
ALTER TABLE repayment ADD CONSTRAINT repayment_amount_check
    CHECK (amount_fen > 0 OR amount_fen < 0 AND suspense_year IS NULL);

-- The whole of what no line is said to be, by the two who reverse its entry, on the same day.
CREATE FUNCTION typed_is_taken_back() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    taken bigint;
BEGIN
    IF TG_TABLE_NAME = 'repayment' THEN
        SELECT r.id INTO taken FROM repayment r
        WHERE r.member_id = (to_jsonb(NEW) ->> 'member_id')::bigint
              AND r.claim_id = (to_jsonb(NEW) ->> 'claim_id')::bigint
              AND r.reference || '#0' = NEW.reference AND r.amount_fen = -NEW.amount_fen
              AND r.grant_no = (to_jsonb(NEW) ->> 'grant_no')::bigint
              AND r.benefit_year = (to_jsonb(NEW) ->> 'benefit_year')::integer
              AND r.suspense_year IS NULL AND r.received_on <= NEW.received_on AND r.id < NEW.id;
    ELSE
        SELECT r.id INTO taken FROM recovery_receipt r
        WHERE r.recovery_id = (to_jsonb(NEW) ->> 'recovery_id')::bigint
              AND r.reference || '#0' = NEW.reference AND r.amount_fen = -NEW.amount_fen
              AND r.suspense_year IS NULL AND r.received_on <= NEW.received_on;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(
        CASE TG_TABLE_NAME WHEN 'repayment' THEN 'line names repayment' ELSE 'line names recovery' END, taken));
    IF taken IS NULL OR EXISTS (
        SELECT FROM line_said s
        WHERE CASE TG_TABLE_NAME WHEN 'repayment' THEN s.repayment_id ELSE s.recovery_receipt_id END = taken
    ) OR NOT EXISTS (
        SELECT FROM entry e JOIN entry_reversal x ON x.entry_id = e.id
        WHERE e.about = taken AND x.reversed_on = NEW.received_on AND x.approved_by = NEW.recorded_by
              AND e.memo = CASE TG_TABLE_NAME WHEN 'repayment' THEN 'repaid by member' ELSE 'recovery received' END
    ) THEN
        RAISE EXCEPTION 'what was typed as paid back is taken back with its entry, and from no line'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'typed_is_taken_back';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER typed_is_taken_back AFTER INSERT ON repayment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.amount_fen < 0) EXECUTE FUNCTION typed_is_taken_back();
CREATE CONSTRAINT TRIGGER typed_is_taken_back AFTER INSERT ON recovery_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.amount_fen < 0) EXECUTE FUNCTION typed_is_taken_back();

-- No line is what was taken back.
CREATE FUNCTION line_is_not_taken_back() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM repayment r JOIN repayment b ON b.member_id = r.member_id AND b.claim_id = r.claim_id
             AND b.reference = r.reference || '#0' AND b.amount_fen < 0
        WHERE r.id = NEW.repayment_id
    ) OR EXISTS (
        SELECT FROM recovery_receipt r JOIN recovery_receipt b ON b.recovery_id = r.recovery_id
             AND b.reference = r.reference || '#0' AND b.amount_fen < 0
        WHERE r.id = NEW.recovery_receipt_id
    ) THEN
        RAISE EXCEPTION 'a line is said to be what it cannot be'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_resolution_fits';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_names_what_stands AFTER INSERT ON line_resolution FOR EACH ROW
    WHEN (num_nonnulls(NEW.recovery_receipt_id, NEW.repayment_id) > 0)
    EXECUTE FUNCTION line_is_not_taken_back();

CREATE FUNCTION is_member(who bigint, one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM account a WHERE a.id IN (one, other) AND a.member_id = who)
$$;

-- As it was (0009_typed.sql), by what stands of the lines; and of what was paid back the contrary row is there:
-- nobody does it of the own claim.
CREATE OR REPLACE FUNCTION entry_can_be_reversed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT two_officers(NEW.reversed_by, NEW.approved_by) THEN
        RAISE EXCEPTION 'two people reverse an entry'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_reversal_two_people_check';
    ELSIF EXISTS (
        SELECT FROM entry e JOIN subsidy s ON e.memo = 'subsidy received' AND s.id = e.about
        WHERE e.id = NEW.entry_id AND (s.line_id IS NOT NULL OR EXISTS (
            SELECT FROM statement_line l WHERE l.subsidy_id = s.id) OR EXISTS (
            SELECT FROM line_said l WHERE l.subsidy_id = s.id))
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
                  WHEN 'recovery received' THEN EXISTS (
                      SELECT FROM recovery_receipt p JOIN recovery o ON o.id = p.recovery_id
                      JOIN recovery_receipt b ON b.recovery_id = p.recovery_id
                           AND b.reference = p.reference || '#0' AND b.amount_fen = -p.amount_fen
                      WHERE p.id = e.about AND NOT is_member(o.member_id, NEW.reversed_by, NEW.approved_by))
                  WHEN 'repaid by member' THEN EXISTS (
                      SELECT FROM repayment p JOIN repayment b ON b.member_id = p.member_id
                           AND b.claim_id = p.claim_id
                           AND b.reference = p.reference || '#0' AND b.amount_fen = -p.amount_fen
                      WHERE p.id = e.about AND NOT is_member(p.member_id, NEW.reversed_by, NEW.approved_by))
                  ELSE false END
    ) THEN
        RAISE EXCEPTION 'a reversal takes back the whole entry, of a kind that has no other way back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_can_be_reversed';
    END IF;
    RETURN NULL;
END $$;
