-- What was spent, by the roster it was spent for: a year's claims are not added up for a page. Kept up
-- to an entry by the sweep (app/books/spent.py); what came after it, pages add themselves.
CREATE TABLE spent_sum (
    benefit_year INTEGER NOT NULL,
    booked_year INTEGER NOT NULL,
    care TEXT NOT NULL,
    scheme_id TEXT NOT NULL,
    roster_id BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    CONSTRAINT spent_sum_pkey PRIMARY KEY (benefit_year, booked_year, care, scheme_id, roster_id)
);
CREATE TABLE spent_upto (
    one BOOLEAN DEFAULT true NOT NULL,
    last_entry BIGINT NOT NULL,
    last_grant BIGINT NOT NULL,
    CONSTRAINT spent_upto_pkey PRIMARY KEY (one),
    CONSTRAINT spent_upto_one_check CHECK (one)
);
INSERT INTO spent_upto (last_entry, last_grant) VALUES (0, 0);
GRANT SELECT, INSERT, UPDATE, DELETE ON spent_sum, spent_upto TO huzhu_app;
GRANT SELECT ON spent_sum, spent_upto TO huzhu_auditor;

-- The last numbers of entries and grants, at a moment when nobody posts: all up to them is there, and what
-- comes gets higher ones, since whoever posts draws them while holding the closing off (books_open_from).
-- No row where somebody posts. What was done in a block that ends in an exception is undone, so the lock is
-- gone at once: nobody waits for it, however long the caller goes on, and none is ever left behind.
CREATE FUNCTION books_at_rest() RETURNS TABLE (last_entry BIGINT, last_grant BIGINT)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('books', 0)) THEN
        RETURN;
    END IF;
    SELECT CASE WHEN e.is_called THEN e.last_value ELSE 0 END,
           CASE WHEN g.is_called THEN g.last_value ELSE 0 END
    INTO last_entry, last_grant FROM entry_id_seq e CROSS JOIN grant_number g;
    RAISE SQLSTATE 'HZ001';
EXCEPTION WHEN SQLSTATE 'HZ001' THEN
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION books_at_rest() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION books_at_rest() TO huzhu_app;
