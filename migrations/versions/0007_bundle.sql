-- Samples and findings are sealed and in the bundle from now on. What of them was recorded before the
-- last seal, which had no chunk for them, is taken in by the next.
CREATE TABLE seal_widening (
    table_name TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT seal_widening_pkey PRIMARY KEY (table_name)
);
INSERT INTO seal_widening (table_name, until)
SELECT named.table_name, sealed.until
FROM (VALUES ('audit_sample'), ('audit_finding'), ('audit_finding_step')) named (table_name),
     (SELECT max(until) AS until FROM seal) sealed
WHERE sealed.until IS NOT NULL;
GRANT SELECT ON seal_widening TO huzhu_app, huzhu_auditor;

-- Bundles of several benefit years, and of a calendar year.
ALTER TABLE bundle_order ADD COLUMN last_year INTEGER;
ALTER TABLE bundle_order ADD COLUMN booked BOOLEAN DEFAULT false NOT NULL;
UPDATE bundle_order SET last_year = benefit_year;
ALTER TABLE bundle_order ALTER COLUMN last_year SET NOT NULL;
ALTER TABLE bundle_order ADD CONSTRAINT bundle_order_years_check
    CHECK (last_year >= benefit_year AND (last_year = benefit_year OR NOT booked));
DROP INDEX bundle_order_one_going_key;
CREATE UNIQUE INDEX bundle_order_one_going_key ON bundle_order (benefit_year, last_year, booked)
    WHERE state IN ('making', 'verifying');

-- What reports read, as it was before a moment: `huzhu.until`. With as_of first in the search path the
-- same questions are answered as of then. A view has the columns its table had when it was made; the
-- moment is read once a query, as a subquery.
CREATE SCHEMA as_of;
DO $$
DECLARE
    named TEXT;
BEGIN
    FOREACH named IN ARRAY ARRAY[
        'bank_return', 'bank_statement', 'campaign', 'claim', 'claim_move', 'cover', 'cover_change',
        'determination', 'entry', 'entry_reversal', 'event', 'line_move', 'line_resolution',
        'online_payout', 'payment_batch', 'payment_outcome', 'payment_resolution', 'receipt',
        'recovery_receipt', 'refund_step', 'repayment', 'roster', 'settlement', 'statement_line',
        'subsidy', 'unit_change'] LOOP
        EXECUTE format('CREATE VIEW as_of.%I AS SELECT * FROM public.%I WHERE recorded_at < (SELECT current_setting(''huzhu.until'')::timestamptz)',
                       named, named);
    END LOOP;
END $$;
CREATE VIEW as_of.payment AS
SELECT p.* FROM public.payment p JOIN as_of.payment_batch b ON b.id = p.batch_id;
CREATE VIEW as_of.resolution_now AS
SELECT r.* FROM as_of.payment_resolution r
WHERE NOT EXISTS (SELECT FROM as_of.payment_resolution later
                  WHERE later.member_id = r.member_id AND later.grant_no = r.grant_no
                        AND later.attempt = r.attempt AND later.seq = r.seq + 1);
CREATE VIEW as_of.unit_now AS
SELECT u.id, u.uscc, coalesce(x.name, u.name) AS name, coalesce(x.union_id, u.union_id) AS union_id,
       coalesce(x.unit_percent, u.unit_percent) AS unit_percent, coalesce(x.into_id, u.id) AS stands_id
FROM public.unit u LEFT JOIN LATERAL (
    SELECT c.name, c.union_id, c.unit_percent, c.into_id FROM as_of.unit_change c
    WHERE c.unit_id = u.id AND c.from_on <= ((SELECT current_setting('huzhu.until')::timestamptz) AT TIME ZONE INTERVAL '8 hours')::date
    ORDER BY c.seq DESC LIMIT 1
) x ON true;
CREATE VIEW as_of.cover_term AS
SELECT c.member_id, c.id AS cover_id,
       daterange(c.starts_on, greatest(c.starts_on, coalesce(x.ends_on, c.ends_on) + 1)) AS term
FROM as_of.cover c LEFT JOIN LATERAL (
    SELECT h.ends_on FROM as_of.cover_change h
    WHERE h.member_id = c.member_id AND h.cover_id = c.id ORDER BY h.seq DESC LIMIT 1
) x ON true;
CREATE VIEW as_of.entitlement AS
SELECT e.member_id, e.care, e.benefit_year, e.cap_fen, sum(d.payable_fen)::bigint AS used_fen
FROM public.entitlement e JOIN as_of.determination d
     ON d.member_id = e.member_id AND d.care = e.care AND d.benefit_year = e.benefit_year
WHERE NOT EXISTS (SELECT FROM as_of.determination n
                  WHERE n.member_id = d.member_id AND n.claim_id = d.claim_id AND n.seq = d.seq + 1)
GROUP BY e.member_id, e.care, e.benefit_year, e.cap_fen;
-- Months are worked out for each report anew, and told in the session.
CREATE VIEW as_of.claim_month AS
SELECT m.* FROM jsonb_to_recordset(current_setting('huzhu.months')::jsonb)
    AS m (union_id bigint, month date, what text, days integer, counted bigint, fen bigint);
GRANT USAGE ON SCHEMA as_of TO huzhu_app;
GRANT SELECT ON ALL TABLES IN SCHEMA as_of TO huzhu_app;
