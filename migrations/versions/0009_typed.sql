-- A line that waits may be what was typed by its number, day and amount: then the money is counted once.
ALTER TABLE line_resolution DROP CONSTRAINT line_resolution_act_check,
    DROP CONSTRAINT line_resolution_about_check, DROP CONSTRAINT line_resolution_two_people_check;
ALTER TABLE line_resolution
    ADD CONSTRAINT line_resolution_act_check
        CHECK (act IN ('receipt', 'subsidy', 'not_ours', 'refund', 'fee', 'batch', 'taken_back', 'payout',
                       'recovery', 'repayment', 'returned', 'interest', 'typed', 'undone')),
    ADD CONSTRAINT line_resolution_about_check CHECK (CASE WHEN act = 'typed'
        THEN num_nonnulls(receipt_id, subsidy_id, recovery_receipt_id, repayment_id) = 1
             AND num_nonnulls(batch_id, refund_id, other_line_id, payout_id, payment_resolution_id) = 0
        ELSE (act = 'receipt') = (receipt_id IS NOT NULL) AND (act = 'subsidy') = (subsidy_id IS NOT NULL)
             AND (act = 'batch') = (batch_id IS NOT NULL) AND (act = 'refund') = (refund_id IS NOT NULL)
             AND (act = 'taken_back') = (other_line_id IS NOT NULL) AND (act = 'payout') = (payout_id IS NOT NULL)
             AND (act = 'recovery') = (recovery_receipt_id IS NOT NULL)
             AND (act = 'repayment') = (repayment_id IS NOT NULL)
             AND (act = 'returned') = (payment_resolution_id IS NOT NULL) END),
    ADD CONSTRAINT line_resolution_two_people_check
        CHECK (((act IN ('payout', 'recovery', 'repayment', 'returned', 'interest', 'undone'))
                = (proposed_by IS NOT NULL) OR act IN ('fee', 'typed')) AND proposed_by <> resolved_by);

-- A fee takes two from now on (line_resolution_fits); what one said before stands.
ALTER TABLE line_proposal DROP CONSTRAINT line_proposal_act_check;
ALTER TABLE line_proposal ADD CONSTRAINT line_proposal_act_check
    CHECK (act IN ('payout', 'recovery', 'repayment', 'returned', 'interest', 'refund', 'fee', 'undone'));

-- A line's number, or its key, with numbers of ours behind it where money of that name was taken back.
CREATE FUNCTION is_named(reference TEXT, bank_key TEXT) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT bool_or(starts_with(reference, name)
                   AND substr(reference, length(name) + 1) ~ '^(#([2-9]|[1-9][0-9]+))*$')
    FROM (VALUES (bank_key), (nullif(substr(bank_key, nullif(strpos(bank_key, ' '), 0) + 1), ''))) k(name)
    WHERE name IS NOT NULL
$$;
CREATE FUNCTION is_typed(r receipt, bank_key TEXT) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.line_id IS NULL AND r.from_year IS NULL AND is_named(r.reference, bank_key)
           AND NOT EXISTS (SELECT FROM statement_line l WHERE l.receipt_id = r.id)
           AND NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = r.id)
           AND NOT EXISTS (SELECT FROM online_notice n WHERE n.receipt_id = r.id)
           AND NOT EXISTS (SELECT FROM online_decision d WHERE d.receipt_id = r.id)
$$;
CREATE FUNCTION is_typed(s subsidy, bank_key TEXT) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.line_id IS NULL AND is_named(s.reference, bank_key)
           AND NOT EXISTS (SELECT FROM statement_line l WHERE l.subsidy_id = s.id)
           AND NOT EXISTS (
               SELECT FROM entry_reversal x JOIN entry e ON e.id = x.entry_id
               WHERE e.memo = 'subsidy received' AND e.about = s.id)
$$;

-- As it was (0003_recoveries.sql), or typed before.
CREATE OR REPLACE FUNCTION line_brought_it() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM statement_line l WHERE l.id = NEW.line_id AND (
            EXISTS (SELECT FROM online_payout p WHERE p.id = NEW.payout_id AND p.account = '2103'
                    AND (p.net_fen, p.booked_on) = (l.amount_fen, l.booked_on))
            OR EXISTS (SELECT FROM recovery_receipt r WHERE r.id = NEW.recovery_receipt_id
                       AND (r.amount_fen, r.received_on) = (l.amount_fen, l.booked_on)
                       AND CASE WHEN NEW.act = 'typed'
                           THEN r.suspense_year IS NULL AND is_named(r.reference, l.bank_key)
                           ELSE r.suspense_year = extract(year FROM l.booked_on) END)
            OR EXISTS (SELECT FROM repayment r WHERE r.id = NEW.repayment_id
                       AND (r.amount_fen, r.received_on) = (l.amount_fen, l.booked_on)
                       AND CASE WHEN NEW.act = 'typed'
                           THEN r.suspense_year IS NULL AND is_named(r.reference, l.bank_key)
                           ELSE r.suspense_year = extract(year FROM l.booked_on) END))
    ) THEN
        RAISE EXCEPTION 'a line is said to be what it cannot be'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_resolution_fits';
    END IF;
    RETURN NULL;
END $$;

-- As they were (0008_receipts.sql); nor is what a line was tied to taken back, or brought by another.
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
             AND NOT EXISTS (SELECT FROM line_resolution l WHERE l.receipt_id = r.id)
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
            SELECT FROM statement_line l WHERE l.subsidy_id = s.id) OR EXISTS (
            SELECT FROM line_resolution l WHERE l.subsidy_id = s.id))
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

CREATE OR REPLACE FUNCTION line_is_not_undone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added a JOIN receipt_undone u ON u.receipt_id = a.receipt_id)
        OR EXISTS (SELECT FROM added a JOIN line_resolution x ON x.receipt_id = a.receipt_id)
        OR EXISTS (SELECT FROM added a JOIN line_resolution x ON x.subsidy_id = a.subsidy_id) THEN
        RAISE EXCEPTION 'a line is a receipt that was undone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_is_not_undone';
    END IF;
    RETURN NULL;
END $$;
