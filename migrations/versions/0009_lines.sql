-- What is said of lines and was not undone.
CREATE VIEW line_said AS
    SELECT r.* FROM line_resolution r
    WHERE r.act <> 'undone' AND NOT EXISTS (
        SELECT FROM line_resolution u WHERE u.line_id = r.line_id AND u.seq = r.seq + 1);
GRANT SELECT ON line_said TO huzhu_app, huzhu_auditor;

-- A line that was said to be taken back by another, and is not, can be by a third.
DROP INDEX line_resolution_other_line_id_idx;
CREATE INDEX line_resolution_other_line_id_idx ON line_resolution (other_line_id)
    WHERE other_line_id IS NOT NULL;

-- As it was (0008_lines.sql); what was typed is looked at by 0009_typed.sql; and of money that left two officers can say that it is no fee, none of the
-- batch and nothing taken back: while nobody found a payment out by it. Then it waits again.
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

-- As they were (0004_credit.sql, 0004_second.sql), by what stands of the lines.
CREATE OR REPLACE FUNCTION resolution_fits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM payment p JOIN payment_batch b ON b.id = p.batch_id
        WHERE p.member_id = NEW.member_id AND p.grant_no = NEW.grant_no AND p.attempt = NEW.attempt
              AND NEW.booked_on >= b.made_on
              AND (NEW.line_id IS NULL OR EXISTS (
                  SELECT FROM statement_line l
                  WHERE l.id = NEW.line_id AND l.booked_on = NEW.booked_on AND CASE
                      WHEN l.amount_fen > 0 THEN NEW.says = 'failed' AND l.amount_fen >= p.amount_fen
                      ELSE NEW.together_id IS NULL
                          AND b.id IN (l.batch_id, (SELECT x.batch_id FROM line_said x WHERE x.line_id = l.id))
                  END))
    ) OR (NEW.seq > 1 AND NOT EXISTS (
        SELECT FROM payment_resolution r LEFT JOIN statement_line l ON l.id = r.line_id
        WHERE r.member_id = NEW.member_id AND r.grant_no = NEW.grant_no AND r.attempt = NEW.attempt
              AND r.seq = NEW.seq - 1
              AND ((l.amount_fen > 0) IS NOT TRUE OR NEW.undoes_id IS NOT DISTINCT FROM r.id)
    )) OR (NEW.undoes_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM payment_resolution r JOIN statement_line l ON l.id = r.line_id
        LEFT JOIN payment_resolution w ON w.member_id = r.member_id AND w.grant_no = r.grant_no
            AND w.attempt = r.attempt AND w.seq = r.seq - 1
        LEFT JOIN payment_outcome o ON o.member_id = r.member_id AND o.grant_no = r.grant_no
            AND o.attempt = r.attempt AND o.return_id IS NOT NULL
        WHERE r.id = NEW.undoes_id AND r.member_id = NEW.member_id AND r.grant_no = NEW.grant_no
              AND r.attempt = NEW.attempt AND r.seq = NEW.seq - 1 AND l.amount_fen > 0
              AND NEW.booked_on >= l.booked_on
              AND NEW.says = coalesce(w.says, o.outcome, 'paid')
    )) THEN
        RAISE EXCEPTION 'nobody can find that of this payment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resolution_fits';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION batch_is_explained_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added a JOIN line_said r ON r.batch_id = a.batch_id) THEN
        RAISE EXCEPTION 'the lines of a batch come to more than the batch'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_is_explained_once';
    END IF;
    RETURN NULL;
END $$;
