-- A time-stamp (RFC 3161) of a bundle's digest, from an authority outside, with the roots it was checked by.
CREATE TABLE bundle_stamp (
    order_id BIGINT NOT NULL,
    stamp BYTEA NOT NULL,
    roots TEXT NOT NULL,
    kept_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT bundle_stamp_pkey PRIMARY KEY (order_id),
    CONSTRAINT bundle_stamp_order_id_fkey FOREIGN KEY(order_id) REFERENCES bundle_order (id),
    CONSTRAINT bundle_stamp_kept_by_fkey FOREIGN KEY(kept_by) REFERENCES account (id)
);
GRANT SELECT ON bundle_stamp TO huzhu_app, huzhu_auditor;
GRANT INSERT (order_id, stamp, roots, kept_by) ON bundle_stamp TO huzhu_app;
CREATE CONSTRAINT TRIGGER audit_admins_alone AFTER INSERT ON bundle_stamp
    FOR EACH ROW EXECUTE FUNCTION audit_admins_alone('kept_by');

-- The key a witness signed with, where it was given: its lines of before were kept unchecked.
ALTER TABLE checkpoint_witness ADD COLUMN public BYTEA,
    ADD CONSTRAINT checkpoint_witness_public_check CHECK (length(public) = 32);
GRANT INSERT (public) ON checkpoint_witness TO huzhu_app;
