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
