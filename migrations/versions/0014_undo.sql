-- Two people decide that an approved filing is undone: a decision with a reason, as the others are.
ALTER TABLE held_decision DROP CONSTRAINT held_decision_what_check, DROP CONSTRAINT held_decision_reason_check;
ALTER TABLE held_decision
    ADD CONSTRAINT held_decision_what_check CHECK (what IN ('pay_as:inpatient', 'pay_as:chronic', 'by_admission', 'refuse', 'same_bill', 'waive_waiting', 'undo')),
    ADD CONSTRAINT held_decision_reason_check CHECK ((what IN ('refuse', 'waive_waiting', 'undo')) = (reason <> ''));

-- As in 0002, and besides: what was approved is undone by the run, for the reason and by the second
-- person of such a decision, and by nobody alone.
CREATE OR REPLACE FUNCTION filing_can_be_undone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM claim c
        WHERE c.member_id = NEW.member_id AND c.setl_id = NEW.setl_id
              AND (EXISTS (SELECT FROM claim_move m
                           WHERE m.member_id = c.member_id AND m.claim_id = c.id
                                 AND m.act IN ('confirm', 'send'))
                   OR EXISTS (SELECT FROM payment p
                              WHERE p.member_id = c.member_id AND p.claim_id = c.id))
              AND NOT EXISTS (SELECT FROM held_decision h
                              WHERE h.member_id = c.member_id AND h.claim_id = c.id
                                    AND h.what = 'undo' AND h.reason = NEW.why
                                    AND h.run_id = NEW.run_id AND h.approved_by = NEW.recorded_by)
    ) OR EXISTS (
        SELECT FROM joined_settlement j
        WHERE j.member_id = NEW.member_id AND j.own_setl_id = NEW.setl_id
    ) THEN
        RAISE EXCEPTION 'a filing that was confirmed, paid or joined is not undone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'filing_can_be_undone';
    END IF;
    RETURN NULL;
END $$;

-- As in 0003, and besides: only an approved filing that stands is undone so, and while nothing of it is
-- at the bank. Who filed it may propose that, and does not approve it.
CREATE OR REPLACE FUNCTION decision_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM claim c
        JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
        JOIN account filer ON filer.id = f.filed_by
        JOIN account who ON who.id = NEW.approved_by OR who.id = NEW.prepared_by AND NEW.what <> 'undo'
        WHERE c.member_id = NEW.member_id AND c.id = NEW.claim_id
              AND (filer.id = who.id OR filer.member_id = who.member_id)
    ) OR NEW.what LIKE 'pay_as:%' AND '22' = (
        SELECT s.med_type FROM claim c
        JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id
        WHERE c.member_id = NEW.member_id AND c.id = NEW.claim_id ORDER BY s.version DESC LIMIT 1
    ) AND NOT EXISTS (
        SELECT FROM injury_statement i
        WHERE i.member_id = NEW.member_id AND i.claim_id = NEW.claim_id
    ) OR NEW.what = 'same_bill' AND NOT EXISTS (
        SELECT FROM claim c
        JOIN joined_settlement j ON j.member_id = c.member_id AND j.setl_id = c.setl_id
        JOIN claim own ON own.member_id = j.member_id AND own.setl_id = j.own_setl_id
        WHERE c.member_id = NEW.member_id AND c.id = NEW.claim_id AND own.id = NEW.same_claim_id
    ) OR NEW.what = 'undo' AND NOT EXISTS (
        SELECT FROM claim c
        JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
        WHERE c.member_id = NEW.member_id AND c.id = NEW.claim_id
              AND EXISTS (SELECT FROM claim_move m WHERE m.member_id = c.member_id
                          AND m.claim_id = c.id AND m.act = 'confirm')
              AND NOT EXISTS (SELECT FROM refund r WHERE r.undone_setl_id = c.setl_id)
              AND NOT EXISTS (SELECT FROM joined_settlement j
                              WHERE j.member_id = f.member_id AND j.own_setl_id = f.setl_id)
              AND NOT EXISTS (SELECT FROM payment p
                              LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
                              WHERE p.member_id = c.member_id AND p.claim_id = c.id
                                    AND o.outcome IS NULL)
    ) THEN
        RAISE EXCEPTION 'a claim cannot be decided so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_stands';
    END IF;
    RETURN NULL;
END $$;

-- And what was decided so is done: the filing is undone, and refunded by the same run.
CREATE FUNCTION filing_is_undone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM claim c
        JOIN undone_filing u ON u.member_id = c.member_id AND u.setl_id = c.setl_id
        JOIN refund r ON r.setl_id = c.setl_id AND r.undone_setl_id = c.setl_id
        WHERE c.member_id = NEW.member_id AND c.id = NEW.claim_id
              AND u.run_id = NEW.run_id AND r.run_id = NEW.run_id
    ) THEN
        RAISE EXCEPTION 'an approved filing that two people undo is undone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'filing_is_undone';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER filing_is_undone AFTER INSERT ON held_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.what = 'undo')
    EXECUTE FUNCTION filing_is_undone();
