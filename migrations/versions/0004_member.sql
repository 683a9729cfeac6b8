-- One-time codes: a keyed hash, and the code sealed for who sends it. Mutable, gone after ten minutes.
CREATE SEQUENCE sign_in_code_id_seq;
GRANT USAGE ON SEQUENCE sign_in_code_id_seq TO huzhu_app;
CREATE TABLE sign_in_code (
    id BIGINT NOT NULL,
    ticket_hash BYTEA NOT NULL,
    member_id BIGINT,
    asked_index BYTEA NOT NULL,
    code_index BYTEA NOT NULL,
    code_cipher BYTEA NOT NULL,
    tries INTEGER DEFAULT 0 NOT NULL,
    told BOOLEAN DEFAULT false NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT sign_in_code_pkey PRIMARY KEY (id),
    CONSTRAINT sign_in_code_ticket_hash_key UNIQUE (ticket_hash),
    CONSTRAINT sign_in_code_tries_check CHECK (tries >= 0),
    CONSTRAINT sign_in_code_member_id_fkey FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE INDEX sign_in_code_member_id_idx ON sign_in_code (member_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_code TO huzhu_app;
CREATE INDEX member_phone_phone_index_idx ON member_phone (phone_index);
CREATE INDEX notice_member_id_recorded_at_idx ON notice (member_id, recorded_at) WHERE kind = 'sign_in_code';

ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check CHECK (kind IN (
    'window_opens', 'window_closes', 'money_missing', 'roster_confirmed', 'roster_refused',
    'papers_wanted', 'card_wanted', 'paid', 'contact_changed', 'enquiry_answered', 'enquiry_asked_back',
    'sign_in_code', 'objection_answered', 'card_changed'));

-- A member's own word: this card is mine. Nobody says it for another.
CREATE TABLE card_confirmed (
    member_id BIGINT NOT NULL,
    account_seq INTEGER NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT card_confirmed_pkey PRIMARY KEY (member_id, account_seq),
    CONSTRAINT card_confirmed_member_id_account_seq_fkey FOREIGN KEY (member_id, account_seq)
        REFERENCES bank_account (member_id, seq),
    CONSTRAINT card_confirmed_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES account (id)
);
CREATE FUNCTION card_confirmed_own() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM account a WHERE a.id = NEW.recorded_by AND a.disabled_at IS NULL
                   AND a.role = 'member' AND a.member_id = NEW.member_id) THEN
        RAISE EXCEPTION 'only the member says which card is the own one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'card_confirmed_own';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER card_confirmed_own AFTER INSERT ON card_confirmed
    FOR EACH ROW EXECUTE FUNCTION card_confirmed_own();
GRANT SELECT ON card_confirmed TO huzhu_app;
GRANT INSERT (member_id, account_seq, recorded_by) ON card_confirmed TO huzhu_app;

-- How long steps usually take: worked out anew every day. Mutable.
CREATE TABLE claim_pace (
    state TEXT NOT NULL,
    days INTEGER NOT NULL,
    counted BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT claim_pace_pkey PRIMARY KEY (state)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON claim_pace TO huzhu_app;

-- Objections to a result, and their answers by an officer who had no hand in the claim.
CREATE SEQUENCE objection_id_seq;
GRANT USAGE ON SEQUENCE objection_id_seq TO huzhu_app;
CREATE TABLE objection (
    id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    grant_no BIGINT NOT NULL,
    kind TEXT NOT NULL,
    says_cipher BYTEA NOT NULL,
    object_by DATE NOT NULL,
    answer_by DATE NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT objection_pkey PRIMARY KEY (id),
    CONSTRAINT objection_once_key UNIQUE (member_id, grant_no),
    CONSTRAINT objection_kind_check CHECK (kind IN ('objection', 'person')),
    CONSTRAINT objection_in_time_check
        CHECK ((recorded_at AT TIME ZONE interval '8 hours')::date <= object_by),
    CONSTRAINT objection_member_id_claim_id_fkey FOREIGN KEY (member_id, claim_id)
        REFERENCES claim (member_id, id),
    CONSTRAINT objection_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES account (id)
);
CREATE TABLE objection_answer (
    objection_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    says_cipher BYTEA NOT NULL,
    proposal_id BIGINT,
    run_id BIGINT,
    answered_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT objection_answer_pkey PRIMARY KEY (objection_id, seq),
    CONSTRAINT objection_answer_seq_check CHECK (seq >= 1),
    CONSTRAINT objection_answer_outcome_check CHECK (outcome IN ('upheld', 'anew')),
    CONSTRAINT objection_answer_how_check CHECK
        (num_nonnulls(proposal_id, run_id) = CASE outcome WHEN 'anew' THEN 1 ELSE 0 END),
    CONSTRAINT objection_answer_objection_id_fkey FOREIGN KEY (objection_id) REFERENCES objection (id),
    CONSTRAINT objection_answer_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES proposal (id),
    CONSTRAINT objection_answer_run_id_fkey FOREIGN KEY (run_id) REFERENCES run (id),
    CONSTRAINT objection_answer_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES account (id)
);
GRANT SELECT ON objection, objection_answer TO huzhu_app;
GRANT INSERT (id, member_id, claim_id, grant_no, kind, says_cipher, object_by, answer_by, recorded_by)
    ON objection TO huzhu_app;
GRANT INSERT (objection_id, seq, outcome, says_cipher, proposal_id, run_id, answered_by)
    ON objection_answer TO huzhu_app;

-- Whether a person has had a hand in a claim, under whatever account: entered it, saw its papers,
-- reviewed or decided it. To prepare or approve a payment is no such thing.
CREATE FUNCTION decided_before(of_member bigint, of_claim bigint, officer bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    same bigint[];
    found boolean;
BEGIN
    SELECT array_agg(a.id) INTO same FROM account me
    JOIN account a ON a.id = me.id OR a.member_id = me.member_id WHERE me.id = officer;
    IF EXISTS (SELECT FROM claim_move m WHERE m.member_id = of_member AND m.claim_id = of_claim
               AND m.act = 'confirm' AND m.by = ANY (same))
       OR EXISTS (SELECT FROM held_decision h WHERE h.member_id = of_member AND h.claim_id = of_claim
                  AND (h.prepared_by = ANY (same) OR h.approved_by = ANY (same)))
       OR EXISTS (SELECT FROM claim c JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
                  WHERE c.member_id = of_member AND c.id = of_claim AND f.filed_by = ANY (same)) THEN
        RETURN true;
    END IF;
    -- Who helped the member to file stands with the member. Both come with parts of their own.
    IF to_regprocedure('public.has_helped(bigint, bigint)') IS NOT NULL THEN
        EXECUTE 'SELECT has_helped($1, $2)' INTO found USING officer, of_member;
        IF found THEN
            RETURN true;
        END IF;
    END IF;
    IF to_regclass('public.review') IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE 'SELECT EXISTS (SELECT FROM review WHERE member_id = $1 AND claim_id = $2 AND by = ANY ($3))'
        INTO found USING of_member, of_claim, same;
    RETURN found;
END $$;

CREATE FUNCTION objection_is_own() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM determination d WHERE d.member_id = NEW.member_id
                   AND d.claim_id = NEW.claim_id AND d.grant_no = NEW.grant_no) THEN
        RAISE EXCEPTION 'there is no such result to object to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_refers';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER objection_is_own AFTER INSERT ON objection
    FOR EACH ROW EXECUTE FUNCTION objection_is_own();

CREATE TRIGGER objected_for_whom AFTER INSERT ON objection
    FOR EACH ROW EXECUTE FUNCTION filed_for_whom('recorded_by');

CREATE FUNCTION answered_by_another() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM objection o JOIN account a ON a.id = NEW.answered_by
        WHERE o.id = NEW.objection_id AND a.role = 'officer' AND a.disabled_at IS NULL
              AND a.member_id IS DISTINCT FROM o.member_id
              AND NOT decided_before(o.member_id, o.claim_id, a.id)
    ) OR (NEW.seq > 1 AND NOT EXISTS (
        SELECT FROM objection_answer b JOIN proposal_dropped d ON d.proposal_id = b.proposal_id
        WHERE b.objection_id = NEW.objection_id AND b.seq = NEW.seq - 1
    )) OR (NEW.proposal_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM proposal p JOIN objection o ON o.id = NEW.objection_id
        WHERE p.id = NEW.proposal_id AND p.member_id = o.member_id AND p.claim_id = o.claim_id
              AND p.prepared_by = NEW.answered_by
    )) THEN
        RAISE EXCEPTION 'an objection is answered by who had no hand in the claim'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'answered_by_another';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER answered_by_another AFTER INSERT ON objection_answer
    FOR EACH ROW EXECUTE FUNCTION answered_by_another();
