-- The bank's interest, under words that no statement's format knows: two officers say so of its line.
ALTER TABLE line_resolution DROP CONSTRAINT line_resolution_act_check;
ALTER TABLE line_resolution ADD CONSTRAINT line_resolution_act_check
    CHECK (act IN ('receipt', 'subsidy', 'not_ours', 'refund', 'fee', 'batch', 'taken_back', 'payout',
                   'recovery', 'repayment', 'returned', 'interest', 'undone'));
ALTER TABLE line_resolution DROP CONSTRAINT line_resolution_two_people_check;
ALTER TABLE line_resolution ADD CONSTRAINT line_resolution_two_people_check
    CHECK ((act IN ('payout', 'recovery', 'repayment', 'returned', 'interest', 'undone'))
           = (proposed_by IS NOT NULL) AND proposed_by <> resolved_by);
ALTER TABLE line_proposal DROP CONSTRAINT line_proposal_act_check;
ALTER TABLE line_proposal ADD CONSTRAINT line_proposal_act_check
    CHECK (act IN ('payout', 'recovery', 'repayment', 'returned', 'interest', 'refund', 'undone'));

-- As it was (0004_credit.sql), and two officers say that money is the bank's interest, or is not.
CREATE OR REPLACE FUNCTION line_resolution_fits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said statement_line;
    before text;
    fits boolean;
BEGIN
    SELECT * INTO said FROM statement_line WHERE id = NEW.line_id;
    SELECT act INTO before FROM line_resolution WHERE line_id = NEW.line_id AND seq = NEW.seq - 1;
    before := coalesce(before, said.taken_as);
    fits := (NEW.seq = 1 OR EXISTS (SELECT FROM line_resolution
                                    WHERE line_id = NEW.line_id AND seq = NEW.seq - 1))
        AND NEW.on_day >= said.booked_on
        AND CASE
            WHEN NEW.act = 'undone' THEN two_officers(NEW.proposed_by, NEW.resolved_by)
                AND CASE before
                    WHEN 'not_ours' THEN NOT EXISTS (
                        SELECT FROM line_resolution WHERE other_line_id = NEW.line_id)
                    WHEN 'interest' THEN true
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
                AND (NEW.act IN ('receipt', 'subsidy', 'not_ours', 'refund')
                     OR NEW.act IN ('payout', 'recovery', 'repayment', 'returned', 'interest')
                        AND two_officers(NEW.proposed_by, NEW.resolved_by))
            ELSE before = 'unexplained' AND NEW.act IN ('fee', 'batch', 'taken_back', 'refund')
        END
        AND (NEW.receipt_id IS NULL OR EXISTS (
            SELECT FROM receipt r WHERE r.id = NEW.receipt_id AND r.line_id = NEW.line_id
                AND r.amount_fen = said.amount_fen AND r.received_on = said.booked_on))
        AND (NEW.subsidy_id IS NULL OR EXISTS (
            SELECT FROM subsidy s WHERE s.id = NEW.subsidy_id AND s.line_id = NEW.line_id
                AND s.amount_fen = said.amount_fen AND s.received_on = said.booked_on))
        AND (NEW.batch_id IS NULL OR EXISTS (
            SELECT FROM payment_batch b WHERE b.id = NEW.batch_id
                AND NOT EXISTS (SELECT FROM statement_line x WHERE x.batch_id = b.id)
                AND b.total_fen >= -(SELECT sum(x.amount_fen) FROM line_resolution r
                                     JOIN statement_line x ON x.id = r.line_id
                                     WHERE r.batch_id = b.id)))
        AND (NEW.refund_id IS NULL OR EXISTS (
            SELECT FROM unit_refund u WHERE u.id = NEW.refund_id
                AND u.amount_fen = abs(said.amount_fen)))
        AND (NEW.other_line_id IS NULL OR EXISTS (
            SELECT FROM statement_line x WHERE x.id = NEW.other_line_id
                AND x.amount_fen = -said.amount_fen AND x.account_id = said.account_id));
    IF fits IS NOT TRUE THEN
        RAISE EXCEPTION 'a line is said to be what it cannot be'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_resolution_fits';
    END IF;
    RETURN NULL;
END $$;
