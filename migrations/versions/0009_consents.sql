-- Since when what is filed has a consent. What was filed before stays as it is, with or without one.
CREATE TABLE consent_rule (
    rule TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT consent_rule_pkey PRIMARY KEY (rule),
    CONSTRAINT consent_rule_rule_check CHECK (rule IN ('filed'))
);
INSERT INTO consent_rule (rule) VALUES ('filed');
GRANT SELECT ON consent_rule TO huzhu_app, huzhu_auditor;

-- Consents are sealed and in the bundle from now on; those of before are taken in by the next seal.
INSERT INTO seal_widening (table_name, until)
SELECT 'claim_consent', max(until) FROM seal HAVING max(until) IS NOT NULL;

-- Whoever files, by whatever door: the consent is there when the filing is.
CREATE FUNCTION filed_with_consent() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM claim c JOIN claim_consent k ON k.member_id = c.member_id AND k.claim_id = c.id
        WHERE c.member_id = NEW.member_id AND c.setl_id = NEW.setl_id
    ) THEN
        RAISE EXCEPTION 'nothing is filed without consent to the use of medical data'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'filed_with_consent';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER filed_with_consent AFTER INSERT ON filed_claim
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION filed_with_consent();
