-- What is added up of entries leaves out units' lines: of a statement each of these had a sum of its own, which took
-- more than writing the lines themselves. They are read as they are, by an index of their own.
ALTER TABLE entry_sum RENAME TO entry_own_sum;
ALTER TABLE entry_own_sum DROP CONSTRAINT entry_sum_pkey;
DELETE FROM entry_own_sum WHERE unit_id <> 0;
ALTER TABLE entry_own_sum DROP COLUMN unit_id;
ALTER TABLE entry_own_sum ADD CONSTRAINT entry_own_sum_pkey PRIMARY KEY (entry_id, account);
ALTER INDEX entry_sum_account_entry_id_idx RENAME TO entry_own_sum_account_entry_id_idx;
CREATE INDEX posting_of_units_idx ON posting (entry_id, account) WHERE unit_id IS NOT NULL;

-- Each entry's turnover by account and unit (0: of none). A unit may have more than one row of an account.
CREATE VIEW entry_sum AS
    SELECT entry_id, account, 0::bigint AS unit_id, lines, debit_fen, credit_fen FROM entry_own_sum
    UNION ALL
    SELECT entry_id, account, unit_id, 1, greatest(amount_fen, 0), greatest(-amount_fen, 0)
    FROM posting WHERE unit_id IS NOT NULL;
GRANT SELECT ON entry_sum TO huzhu_app, huzhu_auditor;

-- As it was (0009_summed.sql), of the lines without a unit. Sums are few: to sort for them is more than to hash.
CREATE OR REPLACE FUNCTION postings_are_summed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM entry_own_sum WHERE entry_id IN (SELECT DISTINCT entry_id FROM added)) THEN
        INSERT INTO entry_own_sum
            SELECT entry_id, account, count(*),
                   coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0),
                   coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)
            FROM added WHERE unit_id IS NULL GROUP BY 1, 2;
        RETURN NULL;
    END IF;
    INSERT INTO entry_own_sum AS s
        SELECT entry_id, account, count(*),
               coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0),
               coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)
        FROM added WHERE unit_id IS NULL GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (entry_id, account) DO UPDATE
        SET lines = s.lines + excluded.lines, debit_fen = s.debit_fen + excluded.debit_fen,
            credit_fen = s.credit_fen + excluded.credit_fen;
    RETURN NULL;
END $$;
