-- Money out. A batch says by which bank's template its file was written, from which of the fund's
-- accounts, and who was the third where its amounts want one: the limits stand on the batch.
ALTER TABLE payment_batch
    ADD COLUMN third_by BIGINT,
    ADD COLUMN template TEXT DEFAULT 'plain' NOT NULL,
    ADD COLUMN fund_account_id BIGINT,
    ADD COLUMN total_over_fen BIGINT DEFAULT 100000000 NOT NULL,
    ADD COLUMN line_over_fen BIGINT DEFAULT 10000000 NOT NULL,
    ADD CONSTRAINT payment_batch_third_by_fkey FOREIGN KEY (third_by) REFERENCES account (id),
    ADD CONSTRAINT payment_batch_fund_account_id_fkey
        FOREIGN KEY (fund_account_id) REFERENCES fund_account (id),
    ADD CONSTRAINT payment_batch_third_check CHECK (
        CASE WHEN third_by IS NULL THEN total_fen <= total_over_fen
        ELSE third_by <> prepared_by AND third_by <> approved_by END);
SELECT pg_temp.facts('payment_batch');

-- A batch before it is one: prepared by one, approved by another, confirmed by a third where needed.
-- The number of the batch is drawn when it is prepared, for it stands in the file that is approved.
CREATE TABLE payment_order (
    id BIGINT NOT NULL,
    benefit_year INTEGER NOT NULL,
    made_on DATE NOT NULL,
    template TEXT NOT NULL,
    encoding TEXT NOT NULL,
    fund_account_id BIGINT,
    lines INTEGER NOT NULL,
    total_fen BIGINT NOT NULL,
    file_sha256 TEXT NOT NULL,
    wants_third BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    prepared_by BIGINT NOT NULL,
    approved_by BIGINT,
    third_by BIGINT,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT payment_order_pkey PRIMARY KEY (id),
    CONSTRAINT payment_order_state_check CHECK (state IN ('prepared', 'approved', 'withdrawn', 'sent')),
    CONSTRAINT payment_order_fund_account_id_fkey FOREIGN KEY (fund_account_id) REFERENCES fund_account (id),
    CONSTRAINT payment_order_prepared_by_fkey FOREIGN KEY (prepared_by) REFERENCES account (id),
    CONSTRAINT payment_order_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES account (id),
    CONSTRAINT payment_order_third_by_fkey FOREIGN KEY (third_by) REFERENCES account (id)
);
-- One at a time of a year: two would hold the same claims.
CREATE UNIQUE INDEX payment_order_open_key ON payment_order (benefit_year)
    WHERE state IN ('prepared', 'approved');

CREATE TABLE payment_order_line (
    order_id BIGINT NOT NULL,
    line INTEGER NOT NULL,
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    grant_no BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    name TEXT NOT NULL,
    account_seq INTEGER,
    CONSTRAINT payment_order_line_pkey PRIMARY KEY (order_id, line),
    CONSTRAINT payment_order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES payment_order (id)
);
SELECT pg_temp.mutable('payment_order', 'payment_order_line');

-- Two officers of the city federation, or three, and as many people: one person's two accounts are
-- one. Nobody's own claim (payment_is_owed).
CREATE OR REPLACE FUNCTION batch_has_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    people bigint;
    fit bigint;
    same bigint;
BEGIN
    SELECT count(*),
           count(*) FILTER (WHERE a.role = 'officer' AND a.disabled_at IS NULL AND n.parent_id IS NULL),
           count(a.member_id) - count(DISTINCT a.member_id)
    INTO people, fit, same
    FROM account a JOIN union_node n ON n.id = a.union_id
    WHERE a.id IN (NEW.prepared_by, NEW.approved_by, NEW.third_by);
    IF people <> fit OR same > 0 OR people <> num_nonnulls(NEW.prepared_by, NEW.approved_by, NEW.third_by)
    THEN
        RAISE EXCEPTION 'a batch is prepared by one officer and approved by another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_batch_two_people_check';
    END IF;
    RETURN NULL;
END $$;

-- As in 0002, and besides: a payment above the batch's limit has a third person, and pays none of the
-- three.
CREATE OR REPLACE FUNCTION payment_is_owed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        JOIN determination d ON d.member_id = a.member_id AND d.grant_no = a.grant_no
        JOIN payment_batch b ON b.id = a.batch_id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE o.outcome IS NULL) AS waiting,
                   sum(p.amount_fen) FILTER (WHERE o.outcome IS DISTINCT FROM 'failed') AS out_fen
            FROM payment p LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
            WHERE p.member_id = a.member_id AND p.claim_id = a.claim_id
        ) money
        WHERE d.claim_id <> a.claim_id OR d.benefit_year IS DISTINCT FROM b.benefit_year
              OR money.waiting <> 1 OR money.out_fen > d.payable_fen
              OR EXISTS (SELECT FROM determination later
                         WHERE later.member_id = d.member_id AND later.claim_id = d.claim_id
                               AND later.seq > d.seq)
              OR EXISTS (SELECT FROM account
                         WHERE id IN (b.prepared_by, b.approved_by, b.third_by)
                               AND member_id = a.member_id)
              OR (b.third_by IS NULL AND a.amount_fen > b.line_over_fen)
              OR EXISTS (SELECT FROM settlement newer
                         WHERE newer.member_id = d.member_id AND newer.setl_id = d.setl_id
                               AND newer.version > d.version)
              OR EXISTS (SELECT FROM refund WHERE undone_setl_id = d.setl_id)
              OR EXISTS (
                  SELECT FROM settlement s JOIN run r ON r.id = s.run_id
                  WHERE s.member_id = d.member_id AND s.setl_id = d.setl_id
                        AND s.version = d.version AND r.kind = 'hand')
                 AND NOT EXISTS (
                  SELECT FROM claim_move m
                  JOIN account who ON who.id = m.by
                  JOIN filed_claim f ON f.member_id = d.member_id AND f.setl_id = d.setl_id
                  JOIN account filer ON filer.id = f.filed_by
                  WHERE m.member_id = d.member_id AND m.claim_id = d.claim_id
                        AND m.act = 'confirm' AND who.role = 'officer' AND who.id <> filer.id
                        AND (who.member_id = filer.member_id) IS NOT TRUE
                        AND (who.member_id = d.member_id) IS NOT TRUE)
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

-- The bank says it does not know yet. Nothing moves: the payment is at the bank still.
CREATE TABLE payment_unknown (
    member_id BIGINT NOT NULL,
    grant_no BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    reason TEXT NOT NULL,
    return_id BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT payment_unknown_pkey PRIMARY KEY (member_id, grant_no, attempt),
    CONSTRAINT payment_unknown_member_id_grant_no_attempt_fkey FOREIGN KEY (member_id, grant_no, attempt)
        REFERENCES payment (member_id, grant_no, attempt),
    CONSTRAINT payment_unknown_return_id_fkey FOREIGN KEY (return_id) REFERENCES bank_return (id)
);
SELECT pg_temp.facts('payment_unknown');
