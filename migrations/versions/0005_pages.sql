-- What pages ask of a million claims.

-- Each entry's turnover by account and unit (0: of none): pages of the books add up a few rows an
-- entry, not millions of lines. The database writes it with the lines, in their transaction, and nobody
-- else writes it.
CREATE TABLE entry_sum (
    entry_id BIGINT NOT NULL,
    account TEXT NOT NULL,
    unit_id BIGINT NOT NULL,
    lines INTEGER NOT NULL,
    debit_fen BIGINT NOT NULL,
    credit_fen BIGINT NOT NULL,
    CONSTRAINT entry_sum_pkey PRIMARY KEY (entry_id, account, unit_id)
);
CREATE INDEX entry_sum_account_entry_id_idx ON entry_sum (account, entry_id);
INSERT INTO entry_sum
    SELECT entry_id, account, coalesce(unit_id, 0), count(*),
           coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0),
           coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)
    FROM posting GROUP BY 1, 2, 3;

CREATE FUNCTION postings_are_summed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO entry_sum AS s
        SELECT entry_id, account, coalesce(unit_id, 0), count(*),
               coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0),
               coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)
        FROM added GROUP BY 1, 2, 3
    ON CONFLICT (entry_id, account, unit_id) DO UPDATE
        SET lines = s.lines + excluded.lines, debit_fen = s.debit_fen + excluded.debit_fen,
            credit_fen = s.credit_fen + excluded.credit_fen;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION postings_are_summed() FROM PUBLIC;
CREATE TRIGGER postings_are_summed AFTER INSERT ON posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION postings_are_summed();
GRANT SELECT ON entry_sum TO huzhu_app, huzhu_auditor;

-- A payment by its own number: what a bank's line brought back names it, and the list of all is read by it.
CREATE INDEX payment_id_idx ON payment (id);

-- How many of a batch's payments the bank says arrived and failed: a list of batches would read
-- every payment there is. What two people say beside it is little, and is read with it.
CREATE TABLE batch_sum (
    batch_id BIGINT NOT NULL,
    paid INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    CONSTRAINT batch_sum_pkey PRIMARY KEY (batch_id)
);
INSERT INTO batch_sum
    SELECT p.batch_id, count(*) FILTER (WHERE o.outcome = 'paid'),
           count(*) FILTER (WHERE o.outcome = 'failed')
    FROM payment_outcome o JOIN payment p USING (member_id, grant_no, attempt) GROUP BY 1;

CREATE FUNCTION outcomes_are_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO batch_sum AS s
        SELECT p.batch_id, count(*) FILTER (WHERE o.outcome = 'paid'),
               count(*) FILTER (WHERE o.outcome = 'failed')
        FROM added o JOIN payment p USING (member_id, grant_no, attempt) GROUP BY 1 ORDER BY 1
    ON CONFLICT (batch_id) DO UPDATE
        SET paid = s.paid + excluded.paid, failed = s.failed + excluded.failed;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION outcomes_are_counted() FROM PUBLIC;
CREATE TRIGGER outcomes_are_counted AFTER INSERT ON payment_outcome
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION outcomes_are_counted();
GRANT SELECT ON batch_sum TO huzhu_app, huzhu_auditor;
