-- Money out. A batch says by which bank's template its file was written, from which of the fund's
-- accounts, and who was the third where its amounts want one: the limits stand on the batch.
ALTER TABLE payment_batch
    ADD COLUMN third_by BIGINT,
    ADD COLUMN template TEXT DEFAULT 'plain' NOT NULL,
    ADD COLUMN fund_account_id BIGINT,
    ADD COLUMN total_over_fen BIGINT DEFAULT 100000000 NOT NULL,
    ADD COLUMN line_over_fen BIGINT DEFAULT 10000000 NOT NULL,
    ADD CONSTRAINT payment_batch_third_by_fkey FOREIGN KEY (third_by) REFERENCES account (id),
    ADD CONSTRAINT payment_batch_fund_account_id_fkey
        FOREIGN KEY (fund_account_id) REFERENCES fund_account (id),
    ADD CONSTRAINT payment_batch_third_check CHECK (
        CASE WHEN third_by IS NULL THEN total_fen <= total_over_fen
        ELSE third_by <> prepared_by AND third_by <> approved_by END);
SELECT pg_temp.facts('payment_batch');

-- A batch before it is one: prepared by one, approved by another, confirmed by a third where needed.
-- The number of the batch is drawn when it is prepared, for it stands in the file that is approved.
CREATE TABLE payment_order (
    id BIGINT NOT NULL,
    benefit_year INTEGER NOT NULL,
    made_on DATE NOT NULL,
    template TEXT NOT NULL,
    encoding TEXT NOT NULL,
    fund_account_id BIGINT,
    lines INTEGER NOT NULL,
    total_fen BIGINT NOT NULL,
    file_sha256 TEXT NOT NULL,
    wants_third BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    prepared_by BIGINT NOT NULL,
    approved_by BIGINT,
    third_by BIGINT,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT payment_order_pkey PRIMARY KEY (id),
    CONSTRAINT payment_order_state_check CHECK (state IN ('prepared', 'approved', 'withdrawn', 'sent')),
    CONSTRAINT payment_order_fund_account_id_fkey FOREIGN KEY (fund_account_id) REFERENCES fund_account (id),
    CONSTRAINT payment_order_prepared_by_fkey FOREIGN KEY (prepared_by) REFERENCES account (id),
    CONSTRAINT payment_order_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES account (id),
    CONSTRAINT payment_order_third_by_fkey FOREIGN KEY (third_by) REFERENCES account (id)
);
-- One at a time of a year: two would hold the same claims.
CREATE UNIQUE INDEX payment_order_open_key ON payment_order (benefit_year)
    WHERE state IN ('prepared', 'approved');

CREATE TABLE payment_order_line (
    order_id BIGINT NOT NULL,
    line INTEGER NOT NULL,
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    grant_no BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    name TEXT NOT NULL,
    account_seq INTEGER,
    CONSTRAINT payment_order_line_pkey PRIMARY KEY (order_id, line),
    CONSTRAINT payment_order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES payment_order (id)
);
SELECT pg_temp.mutable('payment_order', 'payment_order_line');

-- Two officers of the city federation, or three, and as many people: one person's two accounts are
-- one. Nobody's own claim (payment_is_owed).
CREATE OR REPLACE FUNCTION batch_has_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    people bigint;
    fit bigint;
    same bigint;
BEGIN
    SELECT count(*),
           count(*) FILTER (WHERE a.role = 'officer' AND a.disabled_at IS NULL AND n.parent_id IS NULL),
           count(a.member_id) - count(DISTINCT a.member_id)
    INTO people, fit, same
    FROM account a JOIN union_node n ON n.id = a.union_id
    WHERE a.id IN (NEW.prepared_by, NEW.approved_by, NEW.third_by);
    IF people <> fit OR same > 0 OR people <> num_nonnulls(NEW.prepared_by, NEW.approved_by, NEW.third_by)
    THEN
        RAISE EXCEPTION 'a batch is prepared by one officer and approved by another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_batch_two_people_check';
    END IF;
    RETURN NULL;
END $$;

-- The bank says it does not know yet. Nothing moves: the payment is at the bank still.
CREATE TABLE payment_unknown (
    member_id BIGINT NOT NULL,
    grant_no BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    reason TEXT NOT NULL,
    return_id BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT payment_unknown_pkey PRIMARY KEY (member_id, grant_no, attempt),
    CONSTRAINT payment_unknown_member_id_grant_no_attempt_fkey FOREIGN KEY (member_id, grant_no, attempt)
        REFERENCES payment (member_id, grant_no, attempt),
    CONSTRAINT payment_unknown_return_id_fkey FOREIGN KEY (return_id) REFERENCES bank_return (id)
);
SELECT pg_temp.facts('payment_unknown');

-- What two people found out about a payment of which the bank does not know, or contradicts itself.
-- Of a payment without an outcome it becomes the outcome; else it stands above the bank's first word.
-- The highest `seq` stands: two people who erred are corrected by two. Numbered among the payments.
-- `line_id`: the statement's line that shows it, where one does.
CREATE TABLE payment_resolution (
    id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    grant_no BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    says TEXT NOT NULL,
    booked_on DATE NOT NULL,
    evidence TEXT NOT NULL,
    line_id BIGINT,
    decided_by BIGINT NOT NULL,
    approved_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT payment_resolution_pkey PRIMARY KEY (id),
    CONSTRAINT payment_resolution_seq_key UNIQUE (member_id, grant_no, attempt, seq),
    CONSTRAINT payment_resolution_said_key UNIQUE (member_id, grant_no, attempt, seq, says),
    CONSTRAINT payment_resolution_seq_check CHECK (seq >= 1),
    CONSTRAINT payment_resolution_member_id_grant_no_attempt_fkey
        FOREIGN KEY (member_id, grant_no, attempt) REFERENCES payment (member_id, grant_no, attempt),
    CONSTRAINT payment_resolution_says_check CHECK (says IN ('paid', 'failed')),
    CONSTRAINT payment_resolution_evidence_check CHECK (evidence <> ''),
    CONSTRAINT payment_resolution_two_people_check CHECK (decided_by <> approved_by),
    CONSTRAINT payment_resolution_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES account (id),
    CONSTRAINT payment_resolution_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES account (id),
    CONSTRAINT payment_resolution_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_line (id)
);
SELECT pg_temp.facts('payment_resolution');
ALTER TABLE line_resolution ADD CONSTRAINT line_resolution_payment_resolution_id_fkey
    FOREIGN KEY (payment_resolution_id) REFERENCES payment_resolution (id);

CREATE VIEW resolution_now AS
SELECT r.* FROM payment_resolution r
WHERE NOT EXISTS (SELECT FROM payment_resolution later
                  WHERE later.member_id = r.member_id AND later.grant_no = r.grant_no
                        AND later.attempt = r.attempt AND later.seq = r.seq + 1);
GRANT SELECT ON resolution_now TO huzhu_app;

CREATE TABLE resolution_draft (
    member_id BIGINT NOT NULL,
    grant_no BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    says TEXT NOT NULL,
    booked_on DATE NOT NULL,
    evidence TEXT NOT NULL,
    line_id BIGINT,
    decided_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT resolution_draft_pkey PRIMARY KEY (member_id, grant_no, attempt),
    CONSTRAINT resolution_draft_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES account (id),
    CONSTRAINT resolution_draft_line_id_fkey FOREIGN KEY (line_id) REFERENCES statement_line (id)
);
SELECT pg_temp.mutable('resolution_draft');

CREATE FUNCTION resolution_has_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM account one, account other, union_node n, union_node m
        WHERE one.id = NEW.decided_by AND other.id = NEW.approved_by
              AND n.id = one.union_id AND m.id = other.union_id
              AND (one.member_id = other.member_id OR NEW.member_id IN (one.member_id, other.member_id)
                   OR num_nonnulls(one.disabled_at, other.disabled_at, n.parent_id, m.parent_id) > 0
                   OR one.role <> 'officer' OR other.role <> 'officer')
    ) THEN
        RAISE EXCEPTION 'what became of a payment is found by one officer and approved by another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_resolution_two_people_check';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER resolution_has_two_people AFTER INSERT ON payment_resolution
    FOR EACH ROW EXECUTE FUNCTION resolution_has_two_people();

-- One word after the other, none of a day before the batch; a line that shows it is of the batch, or
-- brought the very amount back: then it leaves suspense with it (line_resolution), and stands.
CREATE FUNCTION resolution_fits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM payment p JOIN payment_batch b ON b.id = p.batch_id
        WHERE p.member_id = NEW.member_id AND p.grant_no = NEW.grant_no AND p.attempt = NEW.attempt
              AND NEW.booked_on >= b.made_on
              AND (NEW.line_id IS NULL OR EXISTS (
                  SELECT FROM statement_line l
                  WHERE l.id = NEW.line_id AND l.booked_on = NEW.booked_on AND CASE
                      WHEN l.amount_fen > 0 THEN NEW.says = 'failed' AND l.amount_fen = p.amount_fen
                          AND NOT EXISTS (SELECT FROM payment_resolution o
                                          WHERE o.line_id = l.id AND o.id <> NEW.id)
                      ELSE b.id IN (l.batch_id, (SELECT x.batch_id FROM line_resolution x
                                                 WHERE x.line_id = l.id AND x.act = 'batch'))
                  END))
    ) OR (NEW.seq > 1 AND NOT EXISTS (
        SELECT FROM payment_resolution r LEFT JOIN statement_line l ON l.id = r.line_id
        WHERE r.member_id = NEW.member_id AND r.grant_no = NEW.grant_no AND r.attempt = NEW.attempt
              AND r.seq = NEW.seq - 1 AND (l.amount_fen > 0) IS NOT TRUE
    )) THEN
        RAISE EXCEPTION 'nobody can find that of this payment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resolution_fits';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER resolution_fits AFTER INSERT ON payment_resolution
    FOR EACH ROW EXECUTE FUNCTION resolution_fits();

CREATE FUNCTION returned_line_is_used() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT amount_fen FROM statement_line WHERE id = NEW.line_id) > 0 AND NOT EXISTS (
        SELECT FROM line_resolution x WHERE x.payment_resolution_id = NEW.id AND x.line_id = NEW.line_id
    ) THEN
        RAISE EXCEPTION 'what brought money back waits in suspense still'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resolution_fits';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER returned_line_is_used AFTER INSERT ON payment_resolution
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.line_id IS NOT NULL)
    EXECUTE FUNCTION returned_line_is_used();

CREATE FUNCTION line_was_returned() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payment_resolution r WHERE r.id = NEW.payment_resolution_id
                   AND r.line_id = NEW.line_id AND r.decided_by = NEW.proposed_by
                   AND r.approved_by = NEW.resolved_by) THEN
        RAISE EXCEPTION 'a line is said to be what it cannot be'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_resolution_fits';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_was_returned AFTER INSERT ON line_resolution
    FOR EACH ROW WHEN (NEW.payment_resolution_id IS NOT NULL) EXECUTE FUNCTION line_was_returned();

-- An outcome is the bank's word in a return file or two people's; "failed" after "unknown" is theirs.
ALTER TABLE payment_outcome ALTER COLUMN return_id DROP NOT NULL;
CREATE FUNCTION outcome_was_said() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        WHERE (a.return_id IS NULL OR (u.return_id IS NOT NULL AND a.outcome = 'failed'))
              AND r.says IS DISTINCT FROM a.outcome
    ) THEN
        RAISE EXCEPTION 'nobody said what became of a payment'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'outcome_was_said';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER outcome_was_said AFTER INSERT ON payment_outcome
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION outcome_was_said();

-- A determination is sent again beside the bank's "failed", or beside two people's.
ALTER TABLE payment
    ADD COLUMN resolved_attempt INTEGER,
    ADD COLUMN resolved_seq INTEGER,
    ADD COLUMN resolved_as TEXT,
    ADD CONSTRAINT payment_resolved_fkey
        FOREIGN KEY (member_id, grant_no, resolved_attempt, resolved_seq, resolved_as)
        REFERENCES payment_resolution (member_id, grant_no, attempt, seq, says),
    DROP CONSTRAINT payment_attempt_check,
    ADD CONSTRAINT payment_attempt_check CHECK (
        CASE WHEN attempt = 1 THEN num_nonnulls(failed_attempt, failed_outcome, resolved_attempt, resolved_seq, resolved_as) = 0
        WHEN resolved_attempt IS NULL THEN num_nonnulls(failed_attempt, failed_outcome) = 2
            AND num_nonnulls(resolved_seq, resolved_as) = 0
            AND failed_attempt = attempt - 1 AND failed_outcome = 'failed'
        ELSE num_nonnulls(resolved_seq, resolved_as) = 2 AND num_nonnulls(failed_attempt, failed_outcome) = 0
            AND resolved_attempt = attempt - 1 AND resolved_as = 'failed' END);
SELECT pg_temp.facts('payment');

-- Who is paid in place of a member who died: a named person, on two officers' word. The last stands.
CREATE TABLE heir (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    member_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    relation TEXT NOT NULL,
    certno_cipher BYTEA NOT NULL,
    certno_index BYTEA NOT NULL,
    account_cipher BYTEA NOT NULL,
    account_index BYTEA NOT NULL,
    tail TEXT NOT NULL,
    papers TEXT NOT NULL,
    proposed_by BIGINT NOT NULL,
    approved_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT heir_pkey PRIMARY KEY (id),
    CONSTRAINT heir_member_key UNIQUE (member_id, id),
    CONSTRAINT heir_member_id_fkey FOREIGN KEY (member_id) REFERENCES member (id),
    CONSTRAINT heir_papers_check CHECK (papers <> '' AND relation <> ''),
    CONSTRAINT heir_two_people_check CHECK (proposed_by <> approved_by),
    CONSTRAINT heir_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES account (id),
    CONSTRAINT heir_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES account (id)
);
SELECT pg_temp.facts('heir');

CREATE TABLE heir_draft (
    member_id BIGINT NOT NULL,
    heir_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    relation TEXT NOT NULL,
    certno_cipher BYTEA NOT NULL,
    certno_index BYTEA NOT NULL,
    account_cipher BYTEA NOT NULL,
    account_index BYTEA NOT NULL,
    tail TEXT NOT NULL,
    papers TEXT NOT NULL,
    proposed_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT heir_draft_pkey PRIMARY KEY (member_id),
    CONSTRAINT heir_draft_member_id_fkey FOREIGN KEY (member_id) REFERENCES member (id),
    CONSTRAINT heir_draft_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES account (id)
);
SELECT pg_temp.mutable('heir_draft');

-- Has died, by a word that the next one did not take back.
CREATE FUNCTION has_died(whose bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM member_fate f
        WHERE f.member_id = whose AND f.fate = 'died' AND NOT EXISTS (
            SELECT FROM member_fate b
            WHERE b.member_id = f.member_id AND b.seq = f.seq + 1 AND b.fate = 'alive'))
$$;

CREATE FUNCTION heir_has_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT has_died(NEW.member_id) OR EXISTS (
        SELECT FROM account one, account other, union_node n, union_node m
        WHERE one.id = NEW.proposed_by AND other.id = NEW.approved_by
              AND n.id = one.union_id AND m.id = other.union_id
              AND (one.member_id = other.member_id
                   OR num_nonnulls(one.disabled_at, other.disabled_at, n.parent_id, m.parent_id) > 0
                   OR one.role <> 'officer' OR other.role <> 'officer')
    ) OR EXISTS (
        SELECT FROM member p
        WHERE p.certno_index = NEW.certno_index AND (p.id = NEW.member_id OR EXISTS (
            SELECT FROM account a
            WHERE a.id IN (NEW.proposed_by, NEW.approved_by) AND a.member_id = p.id))
    ) THEN
        RAISE EXCEPTION 'an heir is named by one officer and approved by another, neither the heir'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'heir_two_people_check';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER heir_has_two_people AFTER INSERT ON heir
    FOR EACH ROW EXECUTE FUNCTION heir_has_two_people();

ALTER TABLE payment_order_line ADD COLUMN heir_id BIGINT;
ALTER TABLE payment
    ALTER COLUMN account_seq DROP NOT NULL,
    ADD COLUMN heir_id BIGINT,
    ADD CONSTRAINT payment_payee_check CHECK (num_nonnulls(account_seq, heir_id) = 1),
    ADD CONSTRAINT payment_heir_fkey FOREIGN KEY (member_id, heir_id) REFERENCES heir (member_id, id);
SELECT pg_temp.facts('payment');
