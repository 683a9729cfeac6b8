-- The log is looked through by person, by day and by year.
CREATE INDEX event_by_id_idx ON event (by, id);
CREATE INDEX event_recorded_at_idx ON event (recorded_at);
CREATE INDEX event_benefit_years_idx ON event USING gin (benefit_years);

-- The auditor's role reads, and nothing else: no table has it write, no sequence moves for it. This
-- part comes last, and says of every table there is by then. What stands for a password, a sign-in
-- or a second step is not read, nor what only machines keep.
DO $$
DECLARE
    closed CONSTANT text[] := ARRAY[
        'sign_in', 'sign_in_try', 'sign_in_log', 'second_factor', 'recovery_code', 'self_enrolment_try',
        'claim_draft', 'sign_in_code', 'kept_search', 'job', 'storage_gone', 'storage_day', 'kept_paper', 'alembic_version'];
    held record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'huzhu_auditor') THEN
        CREATE ROLE huzhu_auditor NOLOGIN;
        EXECUTE format('GRANT huzhu_auditor TO %I', current_user);
    END IF;
    GRANT USAGE ON SCHEMA public TO huzhu_auditor;
    FOR held IN
        SELECT c.relname,
               (SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                      AND a.attname <> 'password_hash') AS columns
        FROM pg_class c
        WHERE c.relkind IN ('r', 'p', 'v') AND c.relnamespace = 'public'::regnamespace
              AND NOT c.relispartition AND c.relname <> ALL (closed)
    LOOP
        IF held.relname = 'account' THEN
            EXECUTE format('GRANT SELECT (%s) ON account TO huzhu_auditor', held.columns);
        ELSE
            EXECUTE format('GRANT SELECT ON %I TO huzhu_auditor', held.relname);
        END IF;
    END LOOP;
END $$;
