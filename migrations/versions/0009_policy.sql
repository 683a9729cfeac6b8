-- From which amounts on a batch needs a third person, by day: what app/payments/policy.toml says. The owner
-- writes it: this migration, and each start (app.payments.keep_policy).
CREATE TABLE payment_policy (
    starts_on DATE NOT NULL,
    total_over_fen BIGINT NOT NULL,
    line_over_fen BIGINT NOT NULL,
    CONSTRAINT payment_policy_pkey PRIMARY KEY (starts_on),
    CONSTRAINT payment_policy_amounts_check CHECK (total_over_fen > 0 AND line_over_fen > 0)
);
REVOKE ALL ON payment_policy FROM huzhu_app;
GRANT SELECT ON payment_policy TO huzhu_app, huzhu_auditor;

-- A batch says limits no looser than those of the day it is dated, and of the day it is written: before the
-- first rule, the first.
CREATE FUNCTION batch_keeps_policy() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT bool_and(NEW.total_over_fen <= p.total_over_fen AND NEW.line_over_fen <= p.line_over_fen)
        FROM (VALUES (NEW.made_on), ((transaction_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)) d(day)
        CROSS JOIN LATERAL (
            SELECT * FROM payment_policy r
            ORDER BY r.starts_on > d.day, CASE WHEN r.starts_on > d.day THEN r.starts_on END,
                     r.starts_on DESC LIMIT 1) p) IS NOT TRUE THEN
        RAISE EXCEPTION 'a batch says looser limits than the policy'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_batch_policy';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER batch_keeps_policy AFTER INSERT ON payment_batch
    FOR EACH ROW EXECUTE FUNCTION batch_keeps_policy();
