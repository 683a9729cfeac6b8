-- People's decisions about claims that wait for them, a row an act: the stages in order, each by another
-- person, nobody who entered the claim, nobody's own (domain: review). `needs`: the stages that the
-- policy asked for when this version of the bill was first looked at.
CREATE TABLE review (
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    goes_to TEXT NOT NULL,
    needs TEXT NOT NULL,
    by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT review_pkey PRIMARY KEY (member_id, claim_id, seq),
    CONSTRAINT review_member_id_claim_id_fkey FOREIGN KEY(member_id, claim_id)
        REFERENCES claim (member_id, id),
    CONSTRAINT review_by_fkey FOREIGN KEY(by) REFERENCES account (id),
    CONSTRAINT review_stage_check CHECK (stage IN ('accept', 'first', 'second', 'approve')),
    CONSTRAINT review_outcome_check CHECK (outcome IN ('on', 'papers', 'back', 'refuse')),
    CONSTRAINT review_reason_check CHECK ((outcome IN ('back', 'refuse')) = (reason <> '')),
    CONSTRAINT review_needs_check CHECK (needs IN ('accept first second approve',
        'accept first approve', 'first second approve', 'first approve')),
    CONSTRAINT review_seq_check CHECK (seq >= 1)
);
CREATE INDEX review_by_recorded_at_idx ON review (by, recorded_at);

-- Papers that an officer asks the member for, and the member's word that they are here.
CREATE TABLE review_papers (
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    says TEXT NOT NULL,
    answer_by DATE NOT NULL,
    CONSTRAINT review_papers_pkey PRIMARY KEY (member_id, claim_id, seq),
    CONSTRAINT review_papers_member_id_claim_id_seq_fkey FOREIGN KEY(member_id, claim_id, seq)
        REFERENCES review (member_id, claim_id, seq),
    CONSTRAINT review_papers_kinds_check CHECK (kinds <> '')
);
CREATE TABLE review_answer (
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT review_answer_pkey PRIMARY KEY (member_id, claim_id, seq),
    CONSTRAINT review_answer_member_id_claim_id_seq_fkey FOREIGN KEY(member_id, claim_id, seq)
        REFERENCES review_papers (member_id, claim_id, seq),
    CONSTRAINT review_answer_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);

-- No facts. Where each claim stands among the stages, for lists: remade by the triggers below whatever
-- moves the claim. And who has it open.
CREATE TABLE review_queue (
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    version INTEGER NOT NULL,
    since_on DATE NOT NULL,
    amount_fen BIGINT NOT NULL,
    papers_by DATE,
    CONSTRAINT review_queue_pkey PRIMARY KEY (member_id, claim_id)
);
CREATE UNIQUE INDEX review_queue_claim_id_key ON review_queue (claim_id);
CREATE INDEX review_queue_since_on_claim_id_idx ON review_queue (since_on, claim_id);
CREATE INDEX review_queue_stage_since_on_claim_id_idx ON review_queue (stage, since_on, claim_id);
CREATE TABLE review_hold (
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT review_hold_pkey PRIMARY KEY (member_id, claim_id),
    CONSTRAINT review_hold_account_id_fkey FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE INDEX review_hold_account_id_idx ON review_hold (account_id);

-- Where an act leads: the same table as app/reviews/stages.py.
CREATE FUNCTION review_goes_to(stage text, outcome text, needs text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN x.place IS NULL THEN NULL
        WHEN outcome = 'papers' THEN stage
        WHEN outcome = 'refuse' THEN 'refused'
        WHEN outcome = 'back' THEN x.stages[x.place - 1]
        WHEN outcome = 'on' THEN coalesce(x.stages[x.place + 1], 'granted')
    END
    FROM (SELECT stages, array_position(stages, stage) AS place
          FROM string_to_array(needs, ' ') stages) x
$$;

-- Who filed the claim: by this account, or by another one of the same person.
CREATE FUNCTION entered_claim(of_member bigint, of_claim bigint, who bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM account now
        JOIN account x ON x.id = now.id OR x.member_id = now.member_id
        JOIN claim c ON c.member_id = of_member AND c.id = of_claim
        JOIN filed_claim f
            ON f.member_id = c.member_id AND f.setl_id = c.setl_id AND f.filed_by = x.id
        WHERE now.id = who)
$$;

-- Who brought papers in: works at the first desk, where papers are taken in and looked at.
CREATE FUNCTION brought_papers(of_member bigint, of_claim bigint, who bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM account now
        JOIN account x ON x.id = now.id OR x.member_id = now.member_id
        WHERE now.id = who AND (EXISTS (
            SELECT FROM review_answer a
            WHERE a.member_id = of_member AND a.claim_id = of_claim AND a.recorded_by = x.id
        ) OR EXISTS (
            SELECT FROM claim_attachment a
            WHERE a.member_id = of_member AND a.claim_id = of_claim AND a.recorded_by = x.id)))
$$;

CREATE FUNCTION review_is_in_order() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before review;
    newest integer;
    typed boolean;
BEGIN
    SELECT * INTO before FROM review r
    WHERE r.member_id = NEW.member_id AND r.claim_id = NEW.claim_id AND r.seq = NEW.seq - 1;
    SELECT s.version, r.kind = 'hand' INTO newest, typed
    FROM claim c JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id
    JOIN run r ON r.id = s.run_id
    WHERE c.member_id = NEW.member_id AND c.id = NEW.claim_id ORDER BY s.version DESC LIMIT 1;
    IF (NEW.seq > 1) <> (before.seq IS NOT NULL)
       OR NEW.version <> newest
       OR typed <> (NEW.needs LIKE 'accept %')
       OR NEW.goes_to IS DISTINCT FROM review_goes_to(NEW.stage, NEW.outcome, NEW.needs)
       OR (before.version IS DISTINCT FROM NEW.version AND NEW.stage <> split_part(NEW.needs, ' ', 1))
       OR (before.version = NEW.version AND (before.goes_to <> NEW.stage OR before.needs <> NEW.needs))
       OR NOT EXISTS (SELECT FROM claim_queue q WHERE q.member_id = NEW.member_id
                      AND q.claim_id = NEW.claim_id AND q.state = 'review')
    THEN
        RAISE EXCEPTION 'a review is out of its order'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_is_in_order';
    END IF;
    IF NOT EXISTS (
        SELECT FROM account who
        WHERE who.id = NEW."by" AND who.disabled_at IS NULL
              AND (who.role = 'officer' OR (who.role = 'operator' AND NEW.stage = 'accept'
                                            AND NEW.outcome IN ('on', 'papers')))
              AND who.member_id IS DISTINCT FROM NEW.member_id
    ) OR (NEW.stage <> 'accept' AND entered_claim(NEW.member_id, NEW.claim_id, NEW."by"))
      OR (NEW.stage IN ('second', 'approve')
          AND brought_papers(NEW.member_id, NEW.claim_id, NEW."by"))
      OR review_by_one_person(NEW.member_id, NEW.claim_id, NEW.version)
    THEN
        RAISE EXCEPTION 'a review by somebody who may not'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_by_distinct_people';
    END IF;
    RETURN NULL;
END $$;

-- Two stages of one version by one person, whatever the accounts. 受理 and 初审 may be one person's.
CREATE FUNCTION review_by_one_person(of_member bigint, of_claim bigint, of_version integer)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM review a
        JOIN review b ON b.member_id = a.member_id AND b.claim_id = a.claim_id
            AND b.version = a.version AND b.seq > a.seq
        JOIN account one ON one.id = a.by
        JOIN account other ON other.id = b.by
        WHERE a.member_id = of_member AND a.claim_id = of_claim AND a.version = of_version
              AND a.outcome = 'on'
              AND replace(a.stage, 'accept', 'first') <> replace(b.stage, 'accept', 'first')
              AND (one.id = other.id OR one.member_id = other.member_id))
$$;

CREATE TRIGGER review_a_in_order AFTER INSERT ON review
    FOR EACH ROW EXECUTE FUNCTION review_is_in_order();

-- A claim becomes payable by hand only by its last reviewer's act, after all stages it needs.
CREATE FUNCTION confirm_was_reviewed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last review;
BEGIN
    SELECT * INTO last FROM review r
    WHERE r.member_id = NEW.member_id AND r.claim_id = NEW.claim_id ORDER BY r.seq DESC LIMIT 1;
    IF last.goes_to IS DISTINCT FROM 'granted' OR last."by" IS DISTINCT FROM NEW."by"
       OR entered_claim(NEW.member_id, NEW.claim_id, NEW."by")
       OR brought_papers(NEW.member_id, NEW.claim_id, NEW."by")
       OR review_by_one_person(NEW.member_id, NEW.claim_id, last.version)
       OR EXISTS (
           SELECT FROM claim c JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id
           WHERE c.member_id = NEW.member_id AND c.id = NEW.claim_id AND s.version > last.version)
       OR EXISTS (
           SELECT FROM review r JOIN account a ON a.id = r.by
           WHERE r.member_id = NEW.member_id AND r.claim_id = NEW.claim_id
                 AND a.member_id = NEW.member_id)
    THEN
        RAISE EXCEPTION 'a claim is confirmed without the reviews it needs'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirm_was_reviewed';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER confirm_was_reviewed AFTER INSERT ON claim_move
    FOR EACH ROW WHEN (NEW.act = 'confirm') EXECUTE FUNCTION confirm_was_reviewed();

-- The queue of the stages, from the facts. The ten days count from when the claim came to stand so, or
-- from when the papers came that were asked for.
CREATE FUNCTION review_stands(of_member bigint, of_claim bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO review_queue (member_id, claim_id, stage, version, since_on, amount_fen, papers_by)
    SELECT q.member_id, q.claim_id,
           coalesce(r.goes_to, CASE WHEN s.typed THEN 'accept' ELSE 'first' END), s.version,
           (coalesce(greatest(m.at, a.at), transaction_timestamp())
            AT TIME ZONE INTERVAL '8 hours')::date,
           coalesce(d.payable_fen, 0), p.answer_by
    FROM claim_queue q
    JOIN claim c ON c.member_id = q.member_id AND c.id = q.claim_id
    CROSS JOIN LATERAL (
        SELECT x.version, x.recorded_at, n.kind = 'hand' AS typed
        FROM settlement x JOIN run n ON n.id = x.run_id
        WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id ORDER BY x.version DESC LIMIT 1
    ) s
    LEFT JOIN LATERAL (
        SELECT x.goes_to, x.seq FROM review x
        WHERE x.member_id = q.member_id AND x.claim_id = q.claim_id AND x.version = s.version
        ORDER BY x.seq DESC LIMIT 1
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT min(x.recorded_at) AS at FROM claim_move x
        WHERE x.member_id = q.member_id AND x.claim_id = q.claim_id AND x.act = 'review'
              AND x.recorded_at >= s.recorded_at
    ) m ON true
    LEFT JOIN LATERAL (
        SELECT max(x.recorded_at) AS at FROM review_answer x
        WHERE x.member_id = q.member_id AND x.claim_id = q.claim_id
    ) a ON true
    LEFT JOIN review_papers p ON p.member_id = q.member_id AND p.claim_id = q.claim_id
        AND p.seq = r.seq AND NOT EXISTS (
            SELECT FROM review_answer x
            WHERE x.member_id = p.member_id AND x.claim_id = p.claim_id AND x.seq = p.seq)
    LEFT JOIN LATERAL (
        SELECT x.payable_fen FROM determination x
        WHERE x.member_id = q.member_id AND x.claim_id = q.claim_id ORDER BY x.seq DESC LIMIT 1
    ) d ON true
    WHERE q.member_id = of_member AND q.claim_id = of_claim AND q.state = 'review'
          AND coalesce(r.goes_to, '') NOT IN ('granted', 'refused')
    ON CONFLICT (member_id, claim_id) DO UPDATE SET stage = excluded.stage,
        version = excluded.version, since_on = excluded.since_on,
        amount_fen = excluded.amount_fen, papers_by = excluded.papers_by;
    IF NOT FOUND THEN
        DELETE FROM review_queue WHERE member_id = of_member AND claim_id = of_claim;
        DELETE FROM review_hold WHERE member_id = of_member AND claim_id = of_claim;
    END IF;
END $$;

CREATE FUNCTION review_waits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM review_stands(OLD.member_id, OLD.claim_id);
    ELSE
        PERFORM review_stands(NEW.member_id, NEW.claim_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER review_waits_new AFTER INSERT ON claim_queue
    FOR EACH ROW WHEN (NEW.state = 'review') EXECUTE FUNCTION review_waits();
CREATE TRIGGER review_waits AFTER UPDATE ON claim_queue
    FOR EACH ROW WHEN (OLD.state = 'review' OR NEW.state = 'review') EXECUTE FUNCTION review_waits();
CREATE TRIGGER review_waits_no_more AFTER DELETE ON claim_queue
    FOR EACH ROW WHEN (OLD.state = 'review') EXECUTE FUNCTION review_waits();
CREATE TRIGGER review_b_stands AFTER INSERT ON review
    FOR EACH ROW EXECUTE FUNCTION review_waits();
CREATE TRIGGER review_papers_stand AFTER INSERT ON review_papers
    FOR EACH ROW EXECUTE FUNCTION review_waits();
CREATE TRIGGER review_answer_stands AFTER INSERT ON review_answer
    FOR EACH ROW EXECUTE FUNCTION review_waits();

SELECT count(review_stands(member_id, claim_id)) FROM claim_queue WHERE state = 'review';

GRANT SELECT ON review, review_papers, review_answer, review_queue, review_hold TO huzhu_app;
GRANT INSERT (member_id, claim_id, seq, version, stage, outcome, reason, goes_to, needs, by)
    ON review TO huzhu_app;
GRANT INSERT (member_id, claim_id, seq, kinds, says, answer_by) ON review_papers TO huzhu_app;
GRANT INSERT (member_id, claim_id, seq, recorded_by) ON review_answer TO huzhu_app;
GRANT INSERT, UPDATE, DELETE ON review_queue, review_hold TO huzhu_app;
