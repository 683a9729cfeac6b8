-- What is used of entitlements lies by benefit year: one partition each, made when the year opens. Of
-- the tables that grow with the bills it is the one whose key holds the year and whose every question
-- names it, and the one that is updated in place: only the years at work are vacuumed.
-- The partitions are nobody's but the owner's; all others go through the parent.
CREATE SCHEMA by_year;

DROP VIEW as_of.entitlement;
ALTER TABLE entitlement RENAME TO entitlement_whole;
ALTER TABLE entitlement_whole RENAME CONSTRAINT entitlement_pkey TO entitlement_whole_pkey;

CREATE TABLE entitlement (
    member_id BIGINT NOT NULL,
    care TEXT NOT NULL,
    benefit_year INTEGER NOT NULL,
    cap_fen BIGINT,
    used_fen BIGINT NOT NULL,
    CONSTRAINT entitlement_pkey PRIMARY KEY (member_id, care, benefit_year),
    CONSTRAINT entitlement_cap_check CHECK (used_fen >= 0 AND used_fen <= coalesce(cap_fen, used_fen))
) PARTITION BY LIST (benefit_year);
GRANT SELECT, INSERT, UPDATE, DELETE ON entitlement TO huzhu_app;
GRANT SELECT ON entitlement TO huzhu_auditor;

-- Made beside and then attached: CREATE TABLE PARTITION OF would wait for everybody who reads.
-- Who opens the same year at once waits here, and looks again.
CREATE FUNCTION open_benefit_year(opens integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part CONSTANT text := 'entitlement_' || opens;
BEGIN
    IF opens IS NULL OR opens NOT BETWEEN 1900 AND 9999 THEN
        RAISE EXCEPTION 'no year of benefits: %', opens
            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_benefit_year';
    END IF;
    IF to_regclass('by_year.' || part) IS NOT NULL THEN
        RETURN;
    END IF;
    LOCK TABLE public.entitlement IN SHARE UPDATE EXCLUSIVE MODE;
    IF to_regclass('by_year.' || part) IS NOT NULL THEN
        RETURN;
    END IF;
    -- Room beside each row, for it is written again soon after it was made.
    EXECUTE format('CREATE TABLE by_year.%I (LIKE public.entitlement INCLUDING CONSTRAINTS)'
                   ' WITH (fillfactor = 45)', part);
    EXECUTE format('ALTER TABLE public.entitlement ATTACH PARTITION by_year.%I FOR VALUES IN (%s)',
                   part, opens);
END $$;
REVOKE ALL ON FUNCTION open_benefit_year(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_benefit_year(integer) TO huzhu_app;

SELECT open_benefit_year(years.opens)
FROM (SELECT DISTINCT extract(year FROM starts_on)::integer FROM scheme
      UNION SELECT DISTINCT benefit_year FROM entitlement_whole) years (opens);
INSERT INTO entitlement SELECT * FROM entitlement_whole ORDER BY benefit_year, member_id, care;
DROP TABLE entitlement_whole;

CREATE VIEW as_of.entitlement AS
SELECT e.member_id, e.care, e.benefit_year, e.cap_fen, sum(d.payable_fen)::bigint AS used_fen
FROM public.entitlement e JOIN as_of.determination d
     ON d.member_id = e.member_id AND d.care = e.care AND d.benefit_year = e.benefit_year
WHERE NOT EXISTS (SELECT FROM as_of.determination n
                  WHERE n.member_id = d.member_id AND n.claim_id = d.claim_id AND n.seq = d.seq + 1)
GROUP BY e.member_id, e.care, e.benefit_year, e.cap_fen;
GRANT SELECT ON as_of.entitlement TO huzhu_app;
