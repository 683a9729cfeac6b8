-- Who has died or retired, as a list said it. Death ends cover; retirement does not.
CREATE TABLE member_fate (
    member_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    fate TEXT NOT NULL,
    on_day DATE NOT NULL,
    file_sha256 TEXT NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT member_fate_pkey PRIMARY KEY (member_id, seq),
    CONSTRAINT member_fate_seq_check CHECK (seq >= 1),
    CONSTRAINT member_fate_fate_check CHECK (fate IN ('died', 'retired', 'alive')),
    CONSTRAINT member_fate_member_id_fkey FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT member_fate_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);
SELECT pg_temp.facts('member_fate');

-- That a word of death is doubted; the word that takes it back is another person's.
CREATE TABLE fate_doubt (
    member_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT fate_doubt_pkey PRIMARY KEY (member_id, seq),
    CONSTRAINT fate_doubt_member_id_seq_fkey FOREIGN KEY(member_id, seq) REFERENCES member_fate (member_id, seq),
    CONSTRAINT fate_doubt_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);
SELECT pg_temp.facts('fate_doubt');

CREATE FUNCTION alive_has_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM fate_doubt d
        JOIN member_fate f ON f.member_id = d.member_id AND f.seq = d.seq AND f.fate <> 'alive'
        JOIN account one ON one.id = d.recorded_by
        JOIN account other ON other.id = NEW.recorded_by
        WHERE d.member_id = NEW.member_id AND d.seq = NEW.seq - 1 AND one.id <> other.id
              AND (one.member_id = other.member_id) IS NOT TRUE
              AND num_nonnulls(one.disabled_at, other.disabled_at) = 0
              AND one.role = 'officer' AND other.role = 'officer'
    ) THEN
        RAISE EXCEPTION 'a word of death is doubted by one officer and taken back by another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'member_fate_two_people_check';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER alive_has_two_people AFTER INSERT ON member_fate
    FOR EACH ROW WHEN (NEW.fate = 'alive') EXECUTE FUNCTION alive_has_two_people();

-- A cover also ends with its member's death, and stands again where that word was wrong.
ALTER TABLE cover_change ALTER COLUMN because_cover_id DROP NOT NULL;
ALTER TABLE cover_change ADD COLUMN why TEXT NOT NULL DEFAULT 'gift_ended';
ALTER TABLE cover_change ALTER COLUMN why DROP DEFAULT;
ALTER TABLE cover_change ADD CONSTRAINT cover_change_why_check CHECK (why IN ('gift_ended', 'died', 'alive'));
ALTER TABLE cover_change ADD CONSTRAINT cover_change_because_check
    CHECK ((why = 'gift_ended') = (because_cover_id IS NOT NULL));
SELECT pg_temp.facts('cover_change');

-- Who left a unit, on which last day. The cover stands to its end.
CREATE TABLE unit_leaver (
    member_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    on_day DATE NOT NULL,
    why TEXT NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT unit_leaver_pkey PRIMARY KEY (member_id, unit_id, seq),
    CONSTRAINT unit_leaver_seq_check CHECK (seq >= 1),
    CONSTRAINT unit_leaver_why_check CHECK (why IN ('moved', 'resigned', 'dismissed', 'retired', 'died', 'other')),
    CONSTRAINT unit_leaver_member_id_fkey FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT unit_leaver_unit_id_fkey FOREIGN KEY(unit_id) REFERENCES unit (id),
    CONSTRAINT unit_leaver_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);
CREATE INDEX unit_leaver_unit_id_idx ON unit_leaver (unit_id);

-- A roster taken back before any money filled it.
CREATE TABLE roster_withdrawn (
    roster_id BIGINT NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT roster_withdrawn_pkey PRIMARY KEY (roster_id),
    CONSTRAINT roster_withdrawn_roster_id_fkey FOREIGN KEY(roster_id) REFERENCES roster (id),
    CONSTRAINT roster_withdrawn_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);

-- Who takes a roster back and who fills it take turns; the database says so again.
CREATE FUNCTION roster_withdrawn_unfilled() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a WHERE EXISTS (SELECT FROM receipt_share s WHERE s.roster_id = a.roster_id)
    ) AND EXISTS (SELECT FROM added a JOIN roster_withdrawn w ON w.roster_id = a.roster_id) THEN
        RAISE EXCEPTION 'a roster that money has filled is not withdrawn, nor a withdrawn one filled'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roster_withdrawn_unfilled';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER roster_withdrawn_unfilled AFTER INSERT ON roster_withdrawn
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION roster_withdrawn_unfilled();
CREATE TRIGGER roster_withdrawn_unfilled AFTER INSERT ON receipt_share
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION roster_withdrawn_unfilled();

-- Money that came too late to begin covers (outcome undecided) is the unit's again.
CREATE TABLE late_credit (
    roster_id BIGINT NOT NULL,
    decided_on DATE NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT late_credit_pkey PRIMARY KEY (roster_id),
    CONSTRAINT late_credit_roster_id_fkey FOREIGN KEY(roster_id) REFERENCES roster (id),
    CONSTRAINT late_credit_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);

-- A receipt may name the one roster it fills; and be no bank's money but the unit's own credit.
ALTER TABLE receipt ADD COLUMN roster_id BIGINT;
ALTER TABLE receipt ADD COLUMN from_year INTEGER;
ALTER TABLE roster ADD COLUMN own_money BOOLEAN NOT NULL DEFAULT false;

-- What gig workers do, and for which platform, as a list or they themselves said it.
CREATE TABLE gig_worker (
    member_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    occupation TEXT NOT NULL,
    platform TEXT NOT NULL,
    phone_cipher BYTEA,
    recorded_by BIGINT,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT gig_worker_pkey PRIMARY KEY (member_id, seq),
    CONSTRAINT gig_worker_seq_check CHECK (seq >= 1),
    CONSTRAINT gig_worker_occupation_check CHECK (occupation IN ('rider', 'courier', 'ride_hailing', 'lorry', 'other')),
    CONSTRAINT gig_worker_member_id_fkey FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT gig_worker_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);

-- A union's unit for gig workers, open for them to enrol themselves.
CREATE TABLE gig_unit (
    unit_id BIGINT NOT NULL,
    recorded_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT gig_unit_pkey PRIMARY KEY (unit_id),
    CONSTRAINT gig_unit_unit_id_fkey FOREIGN KEY(unit_id) REFERENCES unit (id),
    CONSTRAINT gig_unit_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id)
);

-- Somebody enrolled themselves: the roster of one head, and the number that payers quote.
CREATE TABLE self_enrolment (
    roster_id BIGINT NOT NULL,
    reference TEXT NOT NULL,
    request_key TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT self_enrolment_pkey PRIMARY KEY (roster_id),
    CONSTRAINT self_enrolment_reference_key UNIQUE (reference),
    CONSTRAINT self_enrolment_request_key UNIQUE (request_key),
    CONSTRAINT self_enrolment_roster_id_fkey FOREIGN KEY(roster_id) REFERENCES roster (id)
);

-- Tries of strangers to enrol, by a blind index of their address: what is too many in an hour waits.
CREATE TABLE self_enrolment_try (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    address_index BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT self_enrolment_try_pkey PRIMARY KEY (id)
);
CREATE INDEX self_enrolment_try_address_index_at_idx ON self_enrolment_try (address_index, at);

SELECT pg_temp.facts('unit_leaver', 'roster_withdrawn', 'late_credit', 'receipt', 'roster',
                     'gig_worker', 'gig_unit', 'self_enrolment');
SELECT pg_temp.mutable('self_enrolment_try');

-- Joiners and leavers that a unit's contact handed in, until an officer has looked at them. No facts.
CREATE TABLE change_list (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    unit_id BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    request_key TEXT NOT NULL,
    file_id BIGINT,
    file_sha256 TEXT NOT NULL,
    joiners INTEGER NOT NULL,
    leavers INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    roster_id BIGINT,
    faults BYTEA,
    recorded_by BIGINT NOT NULL,
    decided_by BIGINT,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT change_list_pkey PRIMARY KEY (id),
    CONSTRAINT change_list_request_key UNIQUE (unit_id, request_key),
    CONSTRAINT change_list_state_check CHECK (state IN ('waiting', 'taken', 'refused', 'withdrawn')),
    CONSTRAINT change_list_decided_check CHECK ((state = 'waiting') = (decided_by IS NULL)),
    CONSTRAINT change_list_reason_check CHECK ((state = 'refused') = (reason IS NOT NULL)),
    CONSTRAINT change_list_two_people_check CHECK ((state = 'withdrawn') = coalesce(decided_by = recorded_by, false)),
    CONSTRAINT change_list_unit_id_fkey FOREIGN KEY(unit_id) REFERENCES unit (id),
    CONSTRAINT change_list_file_id_fkey FOREIGN KEY(file_id) REFERENCES stored_file (id) ON DELETE SET NULL,
    CONSTRAINT change_list_roster_id_fkey FOREIGN KEY(roster_id) REFERENCES roster (id),
    CONSTRAINT change_list_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES account (id),
    CONSTRAINT change_list_decided_by_fkey FOREIGN KEY(decided_by) REFERENCES account (id)
);
CREATE INDEX change_list_unit_id_state_idx ON change_list (unit_id, state);
SELECT pg_temp.mutable('change_list');

-- What a list says is done on the word of an officer who is another person; what was decided stays so.
CREATE FUNCTION change_list_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (TG_OP = 'UPDATE' AND OLD.state <> 'waiting' AND OLD.state <> NEW.state)
       OR (NEW.state IN ('taken', 'refused') AND NOT EXISTS (
            SELECT FROM account a JOIN account o ON o.id = NEW.recorded_by
            WHERE a.id = NEW.decided_by AND a.role = 'officer' AND a.disabled_at IS NULL
                  AND a.id <> o.id AND (a.member_id = o.member_id) IS NOT TRUE
    )) THEN
        RAISE EXCEPTION 'a unit''s list is handed in by one person and decided about by an officer'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'change_list_two_people';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER change_list_two_people AFTER INSERT OR UPDATE ON change_list
    FOR EACH ROW EXECUTE FUNCTION change_list_two_people();
