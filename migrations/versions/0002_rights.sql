-- As in 0001: facts are read and inserted; the drafts and the files that go are mutable.

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO huzhu_app;
GRANT SELECT ON campaign, gift_place, cover_change, filed_claim, joined_settlement, stored_file, stored_part,
    roster_upload, bundle_order, demo_account TO huzhu_app;
GRANT INSERT (campaign_id) ON roster TO huzhu_app;

DO $$
DECLARE
    facts CONSTANT text[] := ARRAY['campaign', 'gift_place', 'cover_change', 'filed_claim',
                                   'joined_settlement', 'demo_account'];
    mutable CONSTANT text[] := ARRAY['stored_file', 'stored_part', 'roster_upload', 'bundle_order'];
    held record;
    named text;
BEGIN
    FOR held IN
        SELECT table_name, string_agg(quote_ident(column_name), ', ') AS columns
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = ANY (facts) AND column_name <> 'recorded_at'
        GROUP BY table_name
    LOOP
        EXECUTE format('GRANT INSERT (%s) ON %I TO huzhu_app', held.columns, held.table_name);
    END LOOP;
    FOREACH named IN ARRAY mutable LOOP
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %I TO huzhu_app', named);
    END LOOP;
END $$;
