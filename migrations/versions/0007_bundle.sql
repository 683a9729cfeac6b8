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
