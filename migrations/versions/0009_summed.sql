-- As it was (0005_pages.sql), in the order of the keys, so that each goes beside the one before: of a
-- statement every line has a sum of its own. They come sorted, so that sorting is less than hashing.
-- An entry's lines are added in its own transaction only, nearly always all at once: no other can have
-- written its sums meanwhile, and to look for one in conflict costs as much again.
CREATE OR REPLACE FUNCTION postings_are_summed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_hashagg = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM entry_sum WHERE entry_id IN (SELECT DISTINCT entry_id FROM added)) THEN
        INSERT INTO entry_sum
            SELECT entry_id, account, coalesce(unit_id, 0), count(*),
                   coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0),
                   coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)
            FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
        RETURN NULL;
    END IF;
    INSERT INTO entry_sum AS s
        SELECT entry_id, account, coalesce(unit_id, 0), count(*),
               coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0),
               coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)
        FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (entry_id, account, unit_id) DO UPDATE
        SET lines = s.lines + excluded.lines, debit_fen = s.debit_fen + excluded.debit_fen,
            credit_fen = s.credit_fen + excluded.credit_fen;
    RETURN NULL;
END $$;
