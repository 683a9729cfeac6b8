-- A claim was paid, its bill fell, and the member paid it back, or it was set off; then the money turned out never to
-- have reached him. What was paid back is owed to him: the sum that a payment is checked by says how much. The claim
-- grants nothing any more, so that it has no benefit year: it is paid in that of the payment which did not arrive,
-- where the books have it.
CREATE FUNCTION owed_year(of_member bigint, of_claim bigint) RETURNS integer LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT b.benefit_year FROM payment p
    JOIN payment_batch b ON b.id = p.batch_id
    JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    WHERE p.member_id = of_member AND p.claim_id = of_claim AND coalesce(r.says, o.outcome) = 'failed'
    ORDER BY p.id DESC LIMIT 1
$$;

-- As it was (0012_owed.sql), but for the year of a claim that grants nothing, and for a refund that is determined: of
-- what is refunded nothing is owed but what was paid back.
CREATE OR REPLACE FUNCTION payment_is_owed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (
        WITH batch AS MATERIALIZED (
            SELECT b.* FROM (SELECT DISTINCT batch_id FROM added) x JOIN payment_batch b ON b.id = x.batch_id
        )
        SELECT FROM added a
        LEFT JOIN determination d ON d.member_id = a.member_id AND d.grant_no = a.grant_no
        JOIN batch b ON b.id = a.batch_id
        WHERE d.claim_id IS DISTINCT FROM a.claim_id
              OR coalesce(d.benefit_year, owed_year(a.member_id, a.claim_id)) IS DISTINCT FROM b.benefit_year
              OR (b.third_by IS NULL AND a.amount_fen > b.line_over_fen)
              -- A claim's only payment has no answer yet, is within what is payable, and nothing of the
              -- claim is set off elsewhere: so it is with nearly all. Of the others all is added up.
              -- The first attempt of a first determination is its claim's only payment: a second attempt
              -- stands beside the answer to the first, and of a second determination `later` tells.
              OR ((a.amount_fen > d.payable_fen OR a.attempt > 1 OR d.seq > 1
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
              OR d.refusal IS DISTINCT FROM 'refunded'
                 AND EXISTS (SELECT FROM refund WHERE undone_setl_id = d.setl_id)
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
        IF EXISTS (
            SELECT FROM added a
            LEFT JOIN determination d ON d.member_id = a.member_id AND d.grant_no = a.grant_no
            WHERE d.grant_no IS NULL
        ) THEN
            RAISE EXCEPTION 'a payment names a determination that does not exist'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payment_refers';
        END IF;
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


-- As it was (0003_recoveries.sql); and what was paid back is not taken back once it is owed to the member again.
CREATE OR REPLACE FUNCTION receivable_is_owed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owing bigint := (to_jsonb(NEW) ->> (CASE TG_TABLE_NAME WHEN 'set_off' THEN 'owing_claim_id'
                                        ELSE 'claim_id' END))::bigint;
    by_grant bigint := (to_jsonb(NEW) ->> (CASE TG_TABLE_NAME WHEN 'set_off' THEN 'owing_grant_no'
                                           ELSE 'grant_no' END))::bigint;
    money record;
BEGIN
    SELECT * INTO money FROM claim_money(NEW.member_id, owing);
    IF money.grant_no IS DISTINCT FROM by_grant
       OR money.paid_fen - money.payable_fen < money.written_fen
       OR (NEW.amount_fen < 0
           AND (money.paid_fen + NEW.amount_fen < money.payable_fen OR money.waiting_fen > 0)) THEN
        RAISE EXCEPTION 'a claim does not owe that'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivable_is_owed';
    END IF;
    RETURN NULL;
END $$;
