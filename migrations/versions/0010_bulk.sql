-- A batch of payments, its answer and a statement, checked with fewer looks: what is asked stays the same.

-- As it was (0009_owed.sql), but what has left of a claim is added up only where there is more of it than the
-- payment.
CREATE OR REPLACE FUNCTION payment_is_owed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        JOIN determination d ON d.member_id = a.member_id AND d.grant_no = a.grant_no
        JOIN payment_batch b ON b.id = a.batch_id
        WHERE d.claim_id <> a.claim_id OR d.benefit_year IS DISTINCT FROM b.benefit_year
              OR (b.third_by IS NULL AND a.amount_fen > b.line_over_fen)
              -- A claim's only payment has no answer yet, is within what is payable, and nothing of the
              -- claim is set off elsewhere: so it is with nearly all. Of the others all is added up.
              OR ((a.amount_fen > d.payable_fen
                   OR EXISTS (SELECT FROM payment p WHERE p.member_id = a.member_id
                              AND p.claim_id = a.claim_id AND p.id <> a.id)
                   OR EXISTS (SELECT FROM set_off x
                              WHERE x.member_id = a.member_id AND x.claim_id = a.claim_id))
                  AND (SELECT count(*) FILTER (WHERE o.outcome IS NULL) <> 1
                              -- As net_of_set_offs has it: a function for each costs more than all the rest.
                              OR sum(p.amount_fen) FILTER (
                                  WHERE coalesce(r.says, o.outcome) IS DISTINCT FROM 'failed')
                                 + coalesce((SELECT sum(amount_fen) FROM set_off x
                                             WHERE x.member_id = a.member_id
                                                   AND x.claim_id = a.claim_id), 0)
                                 - coalesce((SELECT sum(amount_fen) FROM set_off x
                                             WHERE x.member_id = a.member_id
                                                   AND x.owing_claim_id = a.claim_id), 0)
                                 - coalesce((SELECT sum(amount_fen) FROM repayment x
                                             WHERE x.member_id = a.member_id
                                                   AND x.claim_id = a.claim_id), 0)
                                 > d.payable_fen
                       FROM payment p LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
                       LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
                       WHERE p.member_id = a.member_id AND p.claim_id = a.claim_id))
              -- `seq > 1`: by the small index of those that follow another.
              OR EXISTS (SELECT FROM determination later
                         WHERE later.member_id = d.member_id AND later.claim_id = d.claim_id
                               AND later.seq > d.seq AND later.seq > 1)
              OR EXISTS (SELECT FROM held_decision h WHERE h.member_id = d.member_id
                         AND h.claim_id = d.claim_id AND h.decision_no > d.grant_no)
              OR EXISTS (SELECT FROM refund WHERE undone_setl_id = d.setl_id)
              OR EXISTS (
                  SELECT FROM settlement s
                  WHERE s.member_id = d.member_id AND s.setl_id = d.setl_id
                        AND s.version >= d.version AND (s.version > d.version OR (
                            EXISTS (SELECT FROM run r WHERE r.id = s.run_id AND r.kind = 'hand')
                            AND NOT EXISTS (
                  SELECT FROM claim_move m
                  JOIN account who ON who.id = m.by
                  JOIN filed_claim f ON f.member_id = d.member_id AND f.setl_id = d.setl_id
                  JOIN account filer ON filer.id = f.filed_by
                  WHERE m.member_id = d.member_id AND m.claim_id = d.claim_id
                        AND m.act = 'confirm' AND who.role = 'officer' AND who.id <> filer.id
                        AND (who.member_id = filer.member_id) IS NOT TRUE
                        AND (who.member_id = d.member_id) IS NOT TRUE))))
    ) OR EXISTS (
        SELECT FROM added a
        WHERE (a.heir_id IS NOT NULL) <> EXISTS (  -- as has_died
            SELECT FROM member_fate f
            WHERE f.member_id = a.member_id AND f.fate = 'died' AND NOT EXISTS (
                SELECT FROM member_fate back WHERE back.member_id = f.member_id
                AND back.seq = f.seq + 1 AND back.fate = 'alive'))
    ) OR EXISTS (
        SELECT FROM added a JOIN heir later ON later.member_id = a.member_id AND later.id > a.heir_id
        WHERE a.heir_id IS NOT NULL
    ) OR EXISTS (
        -- Whoever took part in the batch, as a member and as an heir.
        WITH took_part AS MATERIALIZED (
            SELECT b.id AS batch_id, o.member_id
            FROM payment_batch b JOIN account o ON o.id IN (b.prepared_by, b.approved_by, b.third_by)
            WHERE b.id IN (SELECT batch_id FROM added) AND o.member_id IS NOT NULL
        )
        SELECT FROM took_part o JOIN added a ON a.batch_id = o.batch_id
        WHERE a.member_id = o.member_id OR (a.heir_id IS NOT NULL AND EXISTS (
            SELECT FROM heir h JOIN member p ON p.certno_index = h.certno_index
            WHERE h.id = a.heir_id AND p.id = o.member_id))
    ) THEN
        RAISE EXCEPTION 'a payment is not owed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_is_owed';
    ELSIF EXISTS (
        SELECT FROM payment_batch b
        CROSS JOIN LATERAL (
            SELECT count(*) AS lines, sum(amount_fen) AS total_fen
            FROM payment p WHERE p.batch_id = b.id
        ) written
        WHERE b.id IN (SELECT batch_id FROM added)
              AND (written.lines <> b.lines OR written.total_fen <> b.total_fen)
    ) THEN
        RAISE EXCEPTION 'the lines of a batch are not those it was made of'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_batch_is_whole';
    END IF;
    RETURN NULL;
END $$;

-- As it was (0005_pages.sql), and what an outcome names is looked up here alone, not by outcome_refers, too:
-- each of 50,000 was looked for twice.
CREATE OR REPLACE FUNCTION outcomes_are_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    are_there boolean;
BEGIN
    WITH counted AS MATERIALIZED (
        SELECT p.batch_id, count(*) FILTER (WHERE o.outcome = 'paid') AS paid,
               count(*) FILTER (WHERE o.outcome = 'failed') AS failed
        FROM added o LEFT JOIN payment p USING (member_id, grant_no, attempt) GROUP BY 1
    ), kept AS (
        INSERT INTO batch_sum AS s
            SELECT batch_id, paid, failed FROM counted WHERE batch_id IS NOT NULL ORDER BY 1
        ON CONFLICT (batch_id) DO UPDATE
            SET paid = s.paid + excluded.paid, failed = s.failed + excluded.failed
    )
    SELECT bool_and(batch_id IS NOT NULL) INTO are_there FROM counted;
    IF NOT are_there THEN
        RAISE EXCEPTION 'an outcome names a payment that does not exist'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'outcome_refers';
    END IF;
    RETURN NULL;
END $$;
-- By its name before outcome_refers and outcome_was_said, which take for granted what it asks.
DROP TRIGGER outcomes_are_counted ON payment_outcome;
CREATE TRIGGER outcome_a_counted AFTER INSERT ON payment_outcome
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION outcomes_are_counted();
CREATE OR REPLACE FUNCTION outcome_refers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT return_id FROM added WHERE return_id IS NOT NULL) a
        LEFT JOIN bank_return r ON r.id = a.return_id WHERE r.id IS NULL
    ) THEN
        RAISE EXCEPTION 'an outcome names an answer that does not exist'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'outcome_refers';
    END IF;
    RETURN NULL;
END $$;

-- As it was (0003_money_in.sql), but of subsidies, batches and refunds only where a line is one.
CREATE OR REPLACE FUNCTION statement_is_whole() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    is_whole boolean;
    subsidies boolean;
    batches boolean;
    refunds boolean;
BEGIN
    SELECT bool_and(s.id IS NOT NULL AND s.lines = a.lines
                    AND s.closing_fen - s.opening_fen = a.moved_fen
                    AND s.first_day = a.first_day AND s.last_day = a.last_day),
           sum(a.subsidies) > 0, sum(a.batches) > 0, sum(a.refunds) > 0
    INTO is_whole, subsidies, batches, refunds
    FROM (
        SELECT statement_id, account_id, count(*) AS lines, sum(amount_fen) AS moved_fen,
               min(booked_on) AS first_day, max(booked_on) AS last_day, count(subsidy_id) AS subsidies,
               count(batch_id) AS batches, count(refund_id) AS refunds
        FROM added GROUP BY 1, 2
    ) a LEFT JOIN bank_statement s ON s.id = a.statement_id AND s.account_id = a.account_id;
    IF NOT is_whole OR EXISTS (
        SELECT FROM added a
        LEFT JOIN receipt r ON r.id = a.receipt_id
        WHERE a.receipt_id IS NOT NULL
              AND (r.amount_fen, r.received_on) IS DISTINCT FROM (a.amount_fen, a.booked_on)
    ) OR subsidies AND EXISTS (
        SELECT FROM added a
        LEFT JOIN subsidy s ON s.id = a.subsidy_id
        WHERE a.subsidy_id IS NOT NULL
              AND (s.amount_fen, s.received_on) IS DISTINCT FROM (a.amount_fen, a.booked_on)
    ) OR batches AND EXISTS (
        SELECT FROM added a
        LEFT JOIN payment_batch b ON b.id = a.batch_id
        WHERE a.batch_id IS NOT NULL AND b.total_fen IS DISTINCT FROM -a.amount_fen
    ) OR refunds AND EXISTS (
        SELECT FROM added a
        LEFT JOIN unit_refund u ON u.id = a.refund_id
        WHERE a.refund_id IS NOT NULL AND u.amount_fen IS DISTINCT FROM abs(a.amount_fen)
    ) OR EXISTS (
        SELECT FROM (SELECT DISTINCT payer_id FROM added) a
        LEFT JOIN payer_account p ON p.id = a.payer_id
        WHERE a.payer_id IS NOT NULL AND p.id IS NULL
    ) THEN
        RAISE EXCEPTION 'the lines of a statement are not whole, or refer to what does not exist'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_is_whole';
    END IF;
    RETURN NULL;
END $$;

-- What people said by hand is little beside a statement's lines: it is gathered once, and not looked for a line.
ALTER FUNCTION line_is_not_undone() SET enable_nestloop = off;
ALTER FUNCTION batch_is_explained_once() SET enable_nestloop = off;
ALTER FUNCTION no_contact_books_money() SET enable_nestloop = off;
