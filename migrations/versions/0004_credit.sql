-- Banks return what bounced of a batch as one sum: one credit line may bring several payments back,
-- each with a word of its own. `together_id`: the first of these words, which the line's names.
-- `undoes_id`: the line was not this payment's money after all; what stood before stands again.
ALTER TABLE payment_resolution
    ADD COLUMN together_id BIGINT,
    ADD COLUMN undoes_id BIGINT,
    ADD CONSTRAINT payment_resolution_together_id_fkey
        FOREIGN KEY (together_id) REFERENCES payment_resolution (id),
    ADD CONSTRAINT payment_resolution_undoes_id_fkey
        FOREIGN KEY (undoes_id) REFERENCES payment_resolution (id),
    ADD CONSTRAINT payment_resolution_by_line_check CHECK (
        (together_id IS NULL OR (together_id < id AND line_id IS NOT NULL))
        AND (undoes_id IS NULL OR (undoes_id < id AND line_id IS NULL)));
CREATE INDEX payment_resolution_together_id_idx ON payment_resolution (together_id)
    WHERE together_id IS NOT NULL;
CREATE UNIQUE INDEX payment_resolution_undoes_id_idx ON payment_resolution (undoes_id)
    WHERE undoes_id IS NOT NULL;
GRANT INSERT (together_id, undoes_id) ON payment_resolution TO huzhu_app;

CREATE OR REPLACE VIEW resolution_now AS
SELECT r.* FROM payment_resolution r
WHERE NOT EXISTS (SELECT FROM payment_resolution later
                  WHERE later.member_id = r.member_id AND later.grant_no = r.grant_no
                        AND later.attempt = r.attempt AND later.seq = r.seq + 1);

ALTER TABLE line_proposal
    ADD COLUMN payments BIGINT[],
    ADD COLUMN refund_id BIGINT,
    ADD CONSTRAINT line_proposal_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES unit_refund (id),
    DROP CONSTRAINT line_proposal_act_check,
    DROP CONSTRAINT line_proposal_about_check,
    ADD CONSTRAINT line_proposal_act_check CHECK (act IN ('payout', 'recovery', 'repayment', 'returned', 'refund', 'undone')),
    ADD CONSTRAINT line_proposal_about_check CHECK ((act = 'payout') = (provider IS NOT NULL AND fee_fen IS NOT NULL AND transactions IS NOT NULL) AND (act = 'recovery') = (recovery_id IS NOT NULL) AND (act = 'repayment') = (claim_id IS NOT NULL) AND (act = 'returned') = (payments IS NOT NULL) AND (act = 'refund') = (refund_id IS NOT NULL));

-- What one line brought back together: of one benefit year, said by the same two, and its amount.
CREATE FUNCTION brought_back_fits(first bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) = 1 AND bool_and(l.amount_fen = (
        SELECT sum(p.amount_fen) FROM payment_resolution o JOIN payment p USING (member_id, grant_no, attempt)
        WHERE o.id = f.id OR o.together_id = f.id
    ) AND NOT EXISTS (
        SELECT FROM payment_resolution o JOIN payment p USING (member_id, grant_no, attempt)
        JOIN payment_batch b ON b.id = p.batch_id
        WHERE o.together_id = f.id
              AND ((o.line_id, o.decided_by, o.approved_by, b.benefit_year)
                   IS DISTINCT FROM (f.line_id, f.decided_by, f.approved_by, fb.benefit_year))
    ))
    FROM payment_resolution f JOIN statement_line l ON l.id = f.line_id
    JOIN payment fp USING (member_id, grant_no, attempt)
    JOIN payment_batch fb ON fb.id = fp.batch_id
    WHERE f.id = first AND f.together_id IS NULL
$$;

-- One word after the other, none of a day before the batch; a line that shows it is of the batch, or
-- brought the money back, alone or with others of its amount: then it leaves suspense with them. What
-- a line brought back stands, until two say that the line was not that.
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
                          AND b.id IN (l.batch_id, (SELECT x.batch_id FROM line_resolution x
                                                    WHERE x.line_id = l.id AND x.act = 'batch'))
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

CREATE OR REPLACE FUNCTION returned_line_is_used() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT amount_fen FROM statement_line WHERE id = NEW.line_id) > 0 AND NOT EXISTS (
        SELECT FROM line_resolution x
        WHERE x.payment_resolution_id = coalesce(NEW.together_id, NEW.id) AND x.line_id = NEW.line_id
              AND brought_back_fits(x.payment_resolution_id)
    ) THEN
        RAISE EXCEPTION 'what brought money back waits in suspense still'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resolution_fits';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION line_is_taken_off() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM payment_resolution r
        JOIN line_resolution x ON x.payment_resolution_id = coalesce(r.together_id, r.id)
        JOIN line_resolution u ON u.line_id = x.line_id AND u.seq = x.seq + 1 AND u.act = 'undone'
        WHERE r.id = NEW.undoes_id AND u.on_day = NEW.booked_on
              AND u.proposed_by = NEW.decided_by AND u.resolved_by = NEW.approved_by
    ) THEN
        RAISE EXCEPTION 'what brought money back does not wait in suspense again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resolution_fits';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER line_is_taken_off AFTER INSERT ON payment_resolution
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.undoes_id IS NOT NULL)
    EXECUTE FUNCTION line_is_taken_off();

CREATE OR REPLACE FUNCTION line_was_returned() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payment_resolution r WHERE r.id = NEW.payment_resolution_id
                   AND r.line_id = NEW.line_id AND r.decided_by = NEW.proposed_by
                   AND r.approved_by = NEW.resolved_by)
        OR NOT brought_back_fits(NEW.payment_resolution_id)
    THEN
        RAISE EXCEPTION 'a line is said to be what it cannot be'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_resolution_fits';
    END IF;
    RETURN NULL;
END $$;

-- As it was (0003_money_in.sql), and a benefit's way back can be undone.
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
                     OR NEW.act IN ('payout', 'recovery', 'repayment', 'returned')
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

-- A refund that was withdrawn, and that the bank paid all the same: two say so.
CREATE OR REPLACE FUNCTION refund_step_follows() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    proposed record;
    before text;
BEGIN
    SELECT u.proposed_by, u.amount_fen INTO proposed FROM unit_refund u WHERE u.id = NEW.refund_id;
    SELECT step INTO before FROM refund_step WHERE refund_id = NEW.refund_id AND seq = NEW.seq - 1;
    before := CASE WHEN NEW.seq = 1 THEN 'proposed' ELSE before END;
    IF (before, NEW.step) NOT IN (
        ('proposed', 'approved'), ('proposed', 'withdrawn'), ('approved', 'withdrawn'),
        ('approved', 'paid'), ('paid', 'bounced'), ('bounced', 'approved'), ('bounced', 'withdrawn'),
        ('withdrawn', 'paid')
    ) OR before IS NULL
        OR (NEW.step = 'approved' AND NOT two_officers(proposed.proposed_by, NEW.recorded_by))
        -- The bank has been asked: one person does not take that back alone, nor takes a payment for
        -- it that came all the same.
        OR (NEW.proposed_by IS NOT NULL)
            <> ((before, NEW.step) IN (('approved', 'withdrawn'), ('withdrawn', 'paid')))
        OR (before = 'withdrawn' AND NOT EXISTS (
            SELECT FROM refund_step WHERE refund_id = NEW.refund_id AND step = 'approved'))
        OR (NEW.proposed_by IS NOT NULL AND NOT two_officers(NEW.proposed_by, NEW.recorded_by))
        OR (NEW.line_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM statement_line l
            WHERE l.id = NEW.line_id AND l.amount_fen = proposed.amount_fen
                  * CASE NEW.step WHEN 'paid' THEN -1 ELSE 1 END))
    THEN
        RAISE EXCEPTION 'a refund cannot go this step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_step_follows';
    END IF;
    RETURN NULL;
END $$;
