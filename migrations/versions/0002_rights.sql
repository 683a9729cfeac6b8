-- As in 0001: facts are read and inserted; the drafts and the files that go are mutable.

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO huzhu_app;
GRANT SELECT ON campaign, gift_place, cover_change, subsidy, filed_claim, undone_filing, joined_settlement,
    stored_file, stored_part, roster_upload, bundle_order, demo_account TO huzhu_app;
GRANT INSERT (campaign_id) ON roster TO huzhu_app;
GRANT INSERT (undone_on) ON determination TO huzhu_app;

DO $$
DECLARE
    facts CONSTANT text[] := ARRAY['campaign', 'gift_place', 'cover_change', 'subsidy', 'filed_claim',
                                   'undone_filing', 'joined_settlement', 'demo_account'];
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

-- What an officer has confirmed, what is at the bank and what the bureau's row has joined is not undone.
CREATE FUNCTION filing_can_be_undone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM claim c JOIN claim_move m ON m.member_id = c.member_id AND m.claim_id = c.id
        WHERE c.member_id = NEW.member_id AND c.setl_id = NEW.setl_id AND m.act IN ('confirm', 'send')
    ) OR EXISTS (
        SELECT FROM claim c JOIN payment p ON p.member_id = c.member_id AND p.claim_id = c.id
        WHERE c.member_id = NEW.member_id AND c.setl_id = NEW.setl_id
    ) OR EXISTS (
        SELECT FROM joined_settlement j
        WHERE j.member_id = NEW.member_id AND j.own_setl_id = NEW.setl_id
    ) THEN
        RAISE EXCEPTION 'a filing that was confirmed, paid or joined is not undone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'filing_can_be_undone';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER filing_can_be_undone AFTER INSERT ON undone_filing
    FOR EACH ROW EXECUTE FUNCTION filing_can_be_undone();

-- As in 0001, and besides: nothing leaves that a newer version of the bill, or a refund, has overtaken;
-- and what was determined from figures that a person typed leaves only when an
-- officer has confirmed them, who is neither the one who filed nor the member.
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
                         WHERE id IN (b.prepared_by, b.approved_by) AND member_id = a.member_id)
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
