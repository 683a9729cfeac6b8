-- Two officers say that a line is not what was typed: what was typed stands on no line then, and can be tied to
-- another, or taken back. So a line may name again what another named and does not name any more.
DROP INDEX line_resolution_receipt_id_idx, line_resolution_subsidy_id_idx,
    line_resolution_recovery_receipt_id_idx, line_resolution_repayment_id_idx;
CREATE INDEX line_resolution_receipt_id_idx ON line_resolution (receipt_id) WHERE receipt_id IS NOT NULL;
CREATE INDEX line_resolution_subsidy_id_idx ON line_resolution (subsidy_id) WHERE subsidy_id IS NOT NULL;
CREATE INDEX line_resolution_recovery_receipt_id_idx ON line_resolution (recovery_receipt_id)
    WHERE recovery_receipt_id IS NOT NULL;
CREATE INDEX line_resolution_repayment_id_idx ON line_resolution (repayment_id) WHERE repayment_id IS NOT NULL;

-- What a line brought it brought once, and is named for ever; what was typed is on one line at a time.
CREATE FUNCTION line_names_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind text := CASE WHEN NEW.receipt_id IS NOT NULL THEN 'receipt' WHEN NEW.subsidy_id IS NOT NULL THEN 'subsidy'
                      WHEN NEW.recovery_receipt_id IS NOT NULL THEN 'recovery' ELSE 'repayment' END;
    number bigint := coalesce(NEW.receipt_id, NEW.subsidy_id, NEW.recovery_receipt_id, NEW.repayment_id);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('line names ' || kind, number));
    IF EXISTS (
        SELECT FROM line_resolution x
        WHERE (x.receipt_id = NEW.receipt_id OR x.subsidy_id = NEW.subsidy_id
               OR x.recovery_receipt_id = NEW.recovery_receipt_id OR x.repayment_id = NEW.repayment_id)
              AND x.id <> NEW.id
              AND (x.act <> 'typed' OR NEW.act <> 'typed' OR EXISTS (SELECT FROM line_said s WHERE s.id = x.id))
    ) THEN
        RAISE EXCEPTION 'another line names this'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'line_names_once';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER line_names_once AFTER INSERT ON line_resolution FOR EACH ROW
    WHEN (num_nonnulls(NEW.receipt_id, NEW.subsidy_id, NEW.recovery_receipt_id, NEW.repayment_id) > 0)
    EXECUTE FUNCTION line_names_once();

-- As it was (0009_lines.sql), and what was typed is said of a line no more.
CREATE OR REPLACE FUNCTION line_resolution_fits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said statement_line;
    before text;
    fits boolean;
BEGIN
    IF NEW.other_line_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('taken back', NEW.other_line_id));
    END IF;
    SELECT * INTO said FROM statement_line WHERE id = NEW.line_id;
    SELECT act INTO before FROM line_resolution WHERE line_id = NEW.line_id AND seq = NEW.seq - 1;
    before := coalesce(before, said.taken_as);
    fits := (NEW.seq = 1 OR EXISTS (SELECT FROM line_resolution
                                    WHERE line_id = NEW.line_id AND seq = NEW.seq - 1))
        AND NEW.on_day >= said.booked_on
        AND (said.amount_fen > 0 OR NOT EXISTS (
            SELECT FROM line_resolution
            WHERE line_id = NEW.line_id AND seq = NEW.seq - 1 AND on_day > NEW.on_day))
        AND CASE
            WHEN NEW.act = 'undone' THEN two_officers(NEW.proposed_by, NEW.resolved_by)
                AND CASE before
                    WHEN 'not_ours' THEN NOT EXISTS (
                        SELECT FROM line_said WHERE other_line_id = NEW.line_id)
                    WHEN 'interest' THEN true
                    WHEN 'fee' THEN true
                    WHEN 'taken_back' THEN true
                    WHEN 'typed' THEN true
                    WHEN 'batch' THEN NEW.seq > 1 AND NOT EXISTS (
                        SELECT FROM payment_resolution WHERE line_id = NEW.line_id)
                    WHEN 'returned' THEN NOT EXISTS (
                        SELECT FROM line_resolution b
                        JOIN payment_resolution r
                            ON b.payment_resolution_id = coalesce(r.together_id, r.id)
                        WHERE b.line_id = NEW.line_id AND b.seq = NEW.seq - 1 AND NOT EXISTS (
                            SELECT FROM payment_resolution n
                            WHERE n.undoes_id = r.id AND n.booked_on = NEW.on_day
                                  AND n.decided_by = NEW.proposed_by
                                  AND n.approved_by = NEW.resolved_by))
                    WHEN 'receipt' THEN EXISTS (
                        SELECT FROM receipt_undone u JOIN receipt r ON r.id = u.receipt_id
                        WHERE r.line_id = NEW.line_id AND r.id = coalesce(
                            (SELECT receipt_id FROM line_resolution
                             WHERE line_id = NEW.line_id AND seq = NEW.seq - 1), said.receipt_id))
                    WHEN 'refund' THEN (
                        SELECT s.step FROM refund_step s JOIN unit_refund f ON f.id = s.refund_id
                        WHERE f.line_id = NEW.line_id ORDER BY f.id DESC, s.seq DESC LIMIT 1
                    ) = 'withdrawn'
                    ELSE false END
            WHEN said.amount_fen > 0 THEN before IN ('suspense', 'undone')
                AND (NEW.act IN ('receipt', 'subsidy', 'not_ours', 'refund', 'typed')
                     OR NEW.act IN ('payout', 'recovery', 'repayment', 'returned', 'interest')
                        AND two_officers(NEW.proposed_by, NEW.resolved_by))
            ELSE before IN ('unexplained', 'undone')
                AND (NEW.act IN ('batch', 'taken_back', 'refund')
                     OR NEW.act = 'fee' AND two_officers(NEW.proposed_by, NEW.resolved_by))
        END
        AND (NEW.receipt_id IS NULL OR EXISTS (
            SELECT FROM receipt r WHERE r.id = NEW.receipt_id
                AND CASE WHEN NEW.act = 'typed' THEN is_typed(r, said.bank_key)
                    ELSE r.line_id = NEW.line_id END
                AND r.amount_fen = said.amount_fen AND r.received_on = said.booked_on))
        AND (NEW.subsidy_id IS NULL OR EXISTS (
            SELECT FROM subsidy s WHERE s.id = NEW.subsidy_id
                AND CASE WHEN NEW.act = 'typed' THEN is_typed(s, said.bank_key)
                    ELSE s.line_id = NEW.line_id END
                AND s.amount_fen = said.amount_fen AND s.received_on = said.booked_on))
        AND (NEW.batch_id IS NULL OR EXISTS (
            SELECT FROM payment_batch b WHERE b.id = NEW.batch_id
                AND NOT EXISTS (SELECT FROM statement_line x WHERE x.batch_id = b.id)
                AND b.total_fen >= -(SELECT sum(x.amount_fen) FROM line_said r
                                     JOIN statement_line x ON x.id = r.line_id
                                     WHERE r.batch_id = b.id)))
        AND (NEW.refund_id IS NULL OR EXISTS (
            SELECT FROM unit_refund u WHERE u.id = NEW.refund_id
                AND u.amount_fen = abs(said.amount_fen)))
        AND (NEW.other_line_id IS NULL OR NOT EXISTS (
            SELECT FROM line_said x WHERE x.other_line_id = NEW.other_line_id AND x.id <> NEW.id)
        AND EXISTS (
            SELECT FROM statement_line x WHERE x.id = NEW.other_line_id
                AND x.amount_fen = -said.amount_fen AND x.account_id = said.account_id));
    IF fits IS NOT TRUE THEN
        RAISE EXCEPTION 'a line is said to be what it cannot be'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_resolution_fits';
    END IF;
    RETURN NULL;
END $$;

-- As they were (0009_typed.sql), by what stands of the lines.
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
             AND NOT EXISTS (SELECT FROM line_said l WHERE l.receipt_id = r.id)
             AND NOT EXISTS (SELECT FROM online_notice n WHERE n.receipt_id = r.id)
             AND NOT EXISTS (SELECT FROM online_decision d WHERE d.receipt_id = r.id))) THEN
        RAISE EXCEPTION 'a receipt by which covers began is not undone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_can_be_undone';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION line_is_not_undone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added a JOIN receipt_undone u ON u.receipt_id = a.receipt_id)
        OR EXISTS (SELECT FROM added a JOIN line_said x ON x.receipt_id = a.receipt_id)
        OR EXISTS (SELECT FROM added a JOIN line_said x ON x.subsidy_id = a.subsidy_id) THEN
        RAISE EXCEPTION 'a line is a receipt that was undone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_is_not_undone';
    END IF;
    RETURN NULL;
END $$;
