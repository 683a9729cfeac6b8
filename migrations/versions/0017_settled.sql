-- Of what a claim is owed, what the member paid back, or had set off, of money that never reached him. It is no
-- benefit: it goes to the member. All money of the claim in its order: what is paid back is of the benefit that was
-- there, and beyond it the member's own; a payment settles both. A set-off uses a benefit alone.
CREATE FUNCTION owed_back(of_member bigint, of_claim bigint) RETURNS bigint LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    x record;
    benefit bigint := 0;
    back bigint := 0;
    part bigint;
BEGIN
    FOR x IN
        SELECT p.id, p.amount_fen AS fen, false AS used FROM payment p
        LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        WHERE p.member_id = of_member AND p.claim_id = of_claim AND coalesce(r.says, o.outcome) = 'paid'
        UNION ALL SELECT id, amount_fen, true FROM set_off
        WHERE member_id = of_member AND claim_id = of_claim
        UNION ALL SELECT id, -amount_fen, false FROM set_off
        WHERE member_id = of_member AND owing_claim_id = of_claim
        UNION ALL SELECT id, -amount_fen, false FROM repayment
        WHERE member_id = of_member AND claim_id = of_claim
        ORDER BY 1
    LOOP
        IF x.used THEN
            benefit := benefit + x.fen;
        ELSIF x.fen > 0 THEN  -- a payment is of all that is due
            benefit := benefit - back + x.fen;
            back := greatest(-benefit, 0);
            benefit := greatest(benefit, 0);
        ELSE
            part := least(benefit, -x.fen);
            benefit := benefit - part;
            back := back - x.fen - part;
        END IF;
    END LOOP;
    RETURN back;
END $$;

-- As it was (0003_recoveries.sql), and what is left of the claim's money is not less than what is owed back.
CREATE OR REPLACE FUNCTION benefit_is_free() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    money record;
BEGIN
    SELECT * INTO money FROM claim_money(NEW.member_id, NEW.claim_id);
    IF money.grant_no IS DISTINCT FROM NEW.grant_no
       OR money.paid_fen + owed_back(NEW.member_id, NEW.claim_id) > money.payable_fen
       OR money.waiting_fen > 0 OR money.overtaken
       OR NOT EXISTS (SELECT FROM claim_queue q WHERE q.member_id = NEW.member_id
                      AND q.claim_id = NEW.claim_id AND q.state IN ('payable', 'card_wanted'))
       OR EXISTS (
           SELECT FROM determination d
           JOIN settlement s ON s.member_id = d.member_id AND s.setl_id = d.setl_id
                AND s.version = d.version
           JOIN run r ON r.id = s.run_id AND r.kind = 'hand'
           WHERE d.member_id = NEW.member_id AND d.grant_no = NEW.grant_no)
          AND NOT EXISTS (SELECT FROM claim_move m WHERE m.member_id = NEW.member_id
                          AND m.claim_id = NEW.claim_id AND m.act = 'confirm') THEN
        RAISE EXCEPTION 'a benefit cannot be used so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'benefit_is_free';
    END IF;
    RETURN NULL;
END $$;

-- What is open between the fund and a member: what is owed to him (or to his heir), what he owes, what is at the bank
-- without an answer, what others still owe of his claims, and claims of which it is not said yet, or of which the
-- bank contradicts itself (as app/claims/contradicted.py has it).
CREATE FUNCTION open_with(
    of_member bigint, OUT owed_fen bigint, OUT owing_fen bigint, OUT sent_fen bigint, OUT others_fen bigint,
    OUT undecided bigint
) LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(sum(greatest(m.payable_fen - m.paid_fen - m.waiting_fen, 0)), 0)::bigint,
           coalesce(sum(greatest(m.paid_fen - m.payable_fen - m.written_fen, 0)), 0)::bigint,
           coalesce(sum(m.waiting_fen), 0)::bigint,
           coalesce((SELECT sum(r.amount_fen
                                - coalesce((SELECT sum(amount_fen) FROM recovery_receipt
                                            WHERE recovery_id = r.id), 0)
                                - coalesce((SELECT sum(amount_fen) FROM recovery_write_off
                                            WHERE recovery_id = r.id), 0))
                     FROM recovery r WHERE r.member_id = of_member), 0)::bigint,
           count(*) FILTER (
               WHERE m.grant_no IS NULL OR m.overtaken OR q.state IN ('filed', 'review', 'held')
                     OR EXISTS (
                   SELECT FROM payment p
                   JOIN return_held h ON h.line = p.line AND h.why IN ('paid_then_failed', 'failed_then_paid')
                   JOIN bank_return b ON b.id = h.return_id AND b.batch_id = p.batch_id
                   LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
                   LEFT JOIN resolution_now s USING (member_id, grant_no, attempt)
                   WHERE p.member_id = q.member_id AND p.claim_id = q.claim_id
                         AND (s.id IS NULL OR (h.said <> s.says AND (
                             (o.return_id IS NULL AND s.seq = 1) OR b.recorded_at > s.recorded_at)))))
    FROM claim_queue q LEFT JOIN LATERAL claim_money(q.member_id, q.claim_id) m ON true
    WHERE q.member_id = of_member
$$;

-- Who is owed something, owes something or is being paid is not forgotten. Who pays, answers or determines meanwhile
-- holds the claims: this waits for them, and looks after.
CREATE FUNCTION erasure_settled() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_member bigint;
BEGIN
    SELECT member_id INTO of_member FROM erasure_asked WHERE id = NEW.asked_id AND scope = 'person';
    PERFORM FROM claim_queue WHERE member_id = of_member ORDER BY claim_id FOR UPDATE;
    IF (SELECT owed_fen <> 0 OR owing_fen <> 0 OR sent_fen <> 0 OR others_fen <> 0 OR undecided <> 0
        FROM open_with(of_member)) THEN
        RAISE EXCEPTION 'something is open with the member'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_settled';
    END IF;
    RETURN NULL;
END $$;
-- By its name after erasure_kept_until: who must be kept anyhow is told so.
CREATE CONSTRAINT TRIGGER erasure_settled AFTER INSERT ON erasure
    FOR EACH ROW EXECUTE FUNCTION erasure_settled();
