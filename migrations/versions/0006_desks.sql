-- Long lists that officers ask for as a workbook. No facts: they go with their file.
CREATE TABLE list_file (
    id BIGSERIAL NOT NULL,
    listing TEXT NOT NULL,
    part TEXT NOT NULL,
    filters JSONB NOT NULL,
    sort TEXT NOT NULL,
    people BIGINT[],
    union_id BIGINT NOT NULL,
    lang TEXT NOT NULL,
    state TEXT NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    file_id BIGINT,
    trouble TEXT,
    asked_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT list_file_pkey PRIMARY KEY (id),
    CONSTRAINT list_file_state_check CHECK (state IN ('making', 'ready', 'failed')),
    CONSTRAINT list_file_asked_by_fkey FOREIGN KEY(asked_by) REFERENCES account (id),
    CONSTRAINT list_file_union_id_fkey FOREIGN KEY(union_id) REFERENCES union_node (id),
    CONSTRAINT list_file_file_id_fkey FOREIGN KEY(file_id) REFERENCES stored_file (id) ON DELETE SET NULL
);
CREATE INDEX list_file_asked_by_id_idx ON list_file (asked_by, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON list_file TO huzhu_app;
GRANT USAGE ON SEQUENCE list_file_id_seq TO huzhu_app;
GRANT SELECT ON list_file TO huzhu_auditor;

-- Who approves how a held claim is decided acts for the member, as the domain asks (app.claims.scope).
CREATE FUNCTION approver_reaches_member() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    acts_for BIGINT := (SELECT union_id FROM account WHERE id = NEW.approved_by);
BEGIN
    IF EXISTS (SELECT FROM union_node WHERE id = acts_for AND parent_id IS NOT NULL)
       AND NOT EXISTS (
        WITH RECURSIVE below AS (
            SELECT acts_for AS id
            UNION ALL
            SELECT n.id FROM union_node n JOIN below b ON n.parent_id = b.id
        )
        SELECT FROM cover l
        JOIN cover_term t
            ON t.member_id = l.member_id AND t.cover_id = l.id AND NOT isempty(t.term)
        JOIN roster r ON r.id = l.roster_id
        LEFT JOIN unit_now u ON u.id = unit_of_line(l.member_id, l.roster_id, r.unit_id)
        LEFT JOIN campaign g ON g.id = r.campaign_id
        WHERE l.member_id = NEW.member_id
              AND coalesce(u.union_id, g.union_id) IN (SELECT id FROM below)
    ) THEN
        RAISE EXCEPTION 'the officer who approves acts for the member'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'held_decision_reach_check';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER within_reach AFTER INSERT ON held_decision
    FOR EACH ROW EXECUTE FUNCTION approver_reaches_member();
