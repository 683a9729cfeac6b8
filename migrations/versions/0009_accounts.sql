-- An account of the fund's that is no longer, or was typed wrongly and never used: by two officers. What was
-- recorded stays; `meant_id`: the account that was meant, recorded anew.
CREATE TABLE fund_account_end (
    account_id BIGINT NOT NULL,
    ends_on DATE,
    meant_id BIGINT,
    proposed_by BIGINT NOT NULL,
    approved_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT fund_account_end_pkey PRIMARY KEY (account_id),
    CONSTRAINT fund_account_end_meant_id_key UNIQUE (meant_id),
    CONSTRAINT fund_account_end_how_check CHECK ((ends_on IS NULL) = (meant_id IS NOT NULL)),
    CONSTRAINT fund_account_end_two_people_check CHECK (proposed_by <> approved_by),
    CONSTRAINT fund_account_end_account_id_fkey FOREIGN KEY(account_id) REFERENCES fund_account (id),
    CONSTRAINT fund_account_end_meant_id_fkey FOREIGN KEY(meant_id) REFERENCES fund_account (id),
    CONSTRAINT fund_account_end_proposed_by_fkey FOREIGN KEY(proposed_by) REFERENCES account (id),
    CONSTRAINT fund_account_end_approved_by_fkey FOREIGN KEY(approved_by) REFERENCES account (id)
);
GRANT SELECT ON fund_account_end TO huzhu_app, huzhu_auditor;
GRANT INSERT (account_id, ends_on, meant_id, proposed_by, approved_by) ON fund_account_end TO huzhu_app;

-- What one officer wants of an account, until another says so. Mutable, no evidence.
CREATE TABLE fund_account_draft (
    account_id BIGINT NOT NULL,
    ends_on DATE,
    holder TEXT,
    bank TEXT,
    number TEXT,
    statement_format TEXT,
    payment_format TEXT,
    proposed_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT fund_account_draft_pkey PRIMARY KEY (account_id),
    CONSTRAINT fund_account_draft_how_check
        CHECK (num_nonnulls(holder, bank, number, statement_format, payment_format)
               = CASE WHEN ends_on IS NULL THEN 5 ELSE 0 END),
    CONSTRAINT fund_account_draft_account_id_fkey FOREIGN KEY(account_id) REFERENCES fund_account (id),
    CONSTRAINT fund_account_draft_proposed_by_fkey FOREIGN KEY(proposed_by) REFERENCES account (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON fund_account_draft TO huzhu_app;
GRANT SELECT ON fund_account_draft TO huzhu_auditor;

-- The accounts there are and were, without those that were typed wrongly.
CREATE VIEW fund_account_now AS
    SELECT a.id, a.code, a.holder, a.bank, a.number, a.statement_format, a.payment_format, e.ends_on
    FROM fund_account a LEFT JOIN fund_account_end e ON e.account_id = a.id
    WHERE e.meant_id IS NULL;
GRANT SELECT ON fund_account_now TO huzhu_app, huzhu_auditor;

-- Of these a code and a number are one's: also an ended one keeps them.
ALTER TABLE fund_account DROP CONSTRAINT fund_account_code_key;
ALTER TABLE fund_account DROP CONSTRAINT fund_account_number_key;
CREATE INDEX fund_account_code_idx ON fund_account (code);
CREATE FUNCTION fund_account_is_one() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('fund_account_is_one', 0));
    IF EXISTS (SELECT FROM fund_account_now me JOIN fund_account_now x
                   ON x.id <> me.id AND (x.code = me.code OR x.number = me.number)
               WHERE me.id = NEW.id) THEN
        RAISE EXCEPTION 'an account has this code or number'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_account_is_one';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fund_account_is_one AFTER INSERT ON fund_account
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fund_account_is_one();

-- No statement and no batch comes after its end; what was used was no mistake. Who ends it and who uses it
-- take turns (app.banking.add_account).
CREATE FUNCTION fund_account_end_fits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('use of fund account ' || NEW.account_id, 0));
    IF NOT two_officers(NEW.proposed_by, NEW.approved_by)
        OR EXISTS (SELECT FROM bank_statement s WHERE s.account_id = NEW.account_id
                   AND (NEW.ends_on IS NULL OR s.last_day > NEW.ends_on))
        OR EXISTS (SELECT FROM payment_batch b WHERE b.fund_account_id = NEW.account_id
                   AND (NEW.ends_on IS NULL OR b.made_on > NEW.ends_on))
        OR NEW.meant_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM fund_account m JOIN fund_account a ON a.code = m.code
            WHERE m.id = NEW.meant_id AND a.id = NEW.account_id AND m.id > a.id) THEN
        RAISE EXCEPTION 'an account is used after it ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_account_end_fits';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fund_account_end_fits AFTER INSERT ON fund_account_end
    FOR EACH ROW EXECUTE FUNCTION fund_account_end_fits();
CREATE FUNCTION fund_account_not_ended() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(
        hashtextextended('use of fund account ' || (to_jsonb(NEW) ->> TG_ARGV[0]), 0));
    IF EXISTS (
        SELECT FROM fund_account_end e
        WHERE e.account_id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint
              AND (e.meant_id IS NOT NULL OR e.ends_on < (to_jsonb(NEW) ->> TG_ARGV[1])::date)
    ) THEN
        RAISE EXCEPTION 'an account is used after it ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_account_not_ended';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fund_account_not_ended AFTER INSERT ON bank_statement
    FOR EACH ROW EXECUTE FUNCTION fund_account_not_ended('account_id', 'last_day');
CREATE TRIGGER fund_account_not_ended AFTER INSERT ON payment_batch
    FOR EACH ROW WHEN (NEW.fund_account_id IS NOT NULL)
    EXECUTE FUNCTION fund_account_not_ended('fund_account_id', 'made_on');
