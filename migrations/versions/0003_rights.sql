-- What the parts that follow call on their new tables: facts are read and inserted, without what the
-- database itself says; mutable tables hold drafts and queues, no facts.
CREATE FUNCTION pg_temp.facts(VARIADIC named text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT table_name, string_agg(quote_ident(column_name), ', ') AS columns
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = ANY (named)
              AND column_name NOT IN ('recorded_at', 'made_in')
        GROUP BY table_name
    LOOP
        EXECUTE format('GRANT SELECT ON %I TO huzhu_app', held.table_name);
        EXECUTE format('GRANT INSERT (%s) ON %I TO huzhu_app', held.columns, held.table_name);
    END LOOP;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO huzhu_app;
END $$;

CREATE FUNCTION pg_temp.mutable(VARIADIC named text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    each text;
BEGIN
    FOREACH each IN ARRAY named LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO huzhu_app', each);
    END LOOP;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO huzhu_app;
END $$;

-- Two people, whatever their accounts: one person's two accounts are one.
CREATE FUNCTION two_officers(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) = 2 AND bool_and(role = 'officer' AND disabled_at IS NULL)
           AND count(DISTINCT member_id) = count(member_id)
    FROM account WHERE id IN (one, other)
$$;
