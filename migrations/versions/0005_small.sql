-- Who helps a member brings the papers that were asked for, too, and nobody else who is no staff: no
-- auditor; a unit's contact files for its workers (`app.claims.file`) and says nothing in their place.
CREATE OR REPLACE FUNCTION filed_for_whom() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
BEGIN
    IF EXISTS (
        SELECT FROM account a WHERE a.id = who AND a.role NOT IN ('officer', 'operator')
        AND NOT (a.role = 'contact'
                 AND TG_TABLE_NAME IN ('filed_claim', 'undone_filing', 'claim_attachment'))
        AND (a.role = 'member' AND a.member_id = NEW.member_id) IS NOT TRUE
        AND NOT helps(a.id, NEW.member_id)
    ) THEN
        RAISE EXCEPTION 'nobody acts for a member who does not let them'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'filed_for_whom';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER answered_for_whom AFTER INSERT ON review_answer
    FOR EACH ROW EXECUTE FUNCTION filed_for_whom('recorded_by');
CREATE TRIGGER attached_for_whom AFTER INSERT ON claim_attachment
    FOR EACH ROW EXECUTE FUNCTION filed_for_whom('recorded_by');

-- The card that its member has confirmed stays until the member gives another.
CREATE FUNCTION own_card_stands() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added n
        JOIN card_confirmed k ON k.member_id = n.member_id AND k.account_seq < n.seq
        -- The one before, whatever numbers are left out.
        WHERE NOT EXISTS (SELECT FROM bank_account o WHERE o.member_id = n.member_id
                          AND o.seq > k.account_seq AND o.seq < n.seq)
              AND NOT EXISTS (SELECT FROM account a WHERE a.id = n.recorded_by
                              AND a.role = 'member' AND a.member_id = n.member_id)
    ) THEN
        RAISE EXCEPTION 'a card that its member has confirmed is replaced by the member only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'own_card_stands';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER own_card_stands AFTER INSERT ON bank_account
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION own_card_stands();

-- Consent to the use of medical data that was signed on paper, and who saw that; the signed paper, too.
ALTER TABLE claim_consent ADD COLUMN way TEXT DEFAULT 'own' NOT NULL,
    ADD CONSTRAINT claim_consent_way_check CHECK (way IN ('own', 'paper'));
GRANT INSERT (way) ON claim_consent TO huzhu_app;
CREATE TRIGGER consent_for_whom AFTER INSERT ON claim_consent
    FOR EACH ROW EXECUTE FUNCTION filed_for_whom('given_by');
CREATE FUNCTION consent_seen_by() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.way = 'paper') <> EXISTS (SELECT FROM account a WHERE a.id = NEW.given_by
                                      AND a.role IN ('officer', 'operator')) THEN
        RAISE EXCEPTION 'who files at the counter has seen the signature, and nobody else'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_seen_by';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER consent_seen_by AFTER INSERT ON claim_consent
    FOR EACH ROW EXECUTE FUNCTION consent_seen_by();
ALTER TABLE attachment DROP CONSTRAINT attachment_kind_check, ADD CONSTRAINT attachment_kind_check
    CHECK (kind IN ('settlement_sheet', 'invoice', 'discharge_record', 'cost_query_sheet',
        'chronic_booklet', 'bank_card', 'identity', 'statement', 'consent', 'other'));
ALTER TABLE kept_paper DROP CONSTRAINT kept_paper_kind_check, ADD CONSTRAINT kept_paper_kind_check
    CHECK (kind IN ('settlement_sheet', 'invoice', 'discharge_record', 'cost_query_sheet',
        'chronic_booklet', 'bank_card', 'identity', 'statement', 'consent', 'other'));

-- What an operator may do: as app.accounts.prepares has it.
CREATE OR REPLACE FUNCTION event_of_role() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM account a
        WHERE a.id = NEW."by" AND (NEW.act LIKE 'account.%' AND NEW.about = a.id) IS NOT TRUE
              AND CASE
                  WHEN a.role = 'operator' THEN NEW.act NOT IN (
                      'claim.filed', 'review.passed', 'review.papers_asked', 'review.answered',
                      'statement.imported', 'contribution.received',
                      'subsidy.received', 'cover.granted', 'refund.paid', 'refund.bounced',
                      'payments.returned', 'payments.exported',
                      'enquiry.dispatched', 'enquiry.taken', 'attachment.added', 'consent.stated',
                      'claim.proposed', 'publication.proposed')
                  WHEN a.role IN ('system_admin', 'security_admin') THEN NEW.act NOT LIKE 'account.%'
                  ELSE a.role IN ('audit_admin', 'none') END
    ) THEN
        RAISE EXCEPTION 'who acts has no role that does this'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'event_of_role';
    END IF;
    RETURN NULL;
END $$;

-- Who has a second step makes other recovery codes and takes another phone: the own ones only.
ALTER TABLE second_factor ADD COLUMN next_cipher BYTEA, ADD COLUMN next_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE account_change DROP CONSTRAINT account_change_what_check,
    ADD CONSTRAINT account_change_what_check CHECK (what IN (
        'made', 'role', 'scope', 'disabled', 'renewal', 'password', 'factor_set', 'factor_reset', 'subject',
        'codes_made', 'factor_moved'));
CREATE OR REPLACE FUNCTION account_change_is_allowed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    actor account;
    whose account;
    rights CONSTANT boolean := NEW.what IN ('role', 'scope', 'subject', 'factor_reset');
    governed CONSTANT boolean := EXISTS (
        SELECT FROM account_change
        WHERE what = 'role' AND after = 'security_admin' AND id <> NEW.id);
    fine boolean;
BEGIN
    SELECT * INTO actor FROM account WHERE id = NEW."by";
    SELECT * INTO whose FROM account WHERE id = NEW.account_id;
    fine := CASE
        WHEN NEW.what IN ('codes_made', 'factor_moved') THEN NEW."by" = NEW.account_id
        WHEN NEW.what IN ('password', 'factor_set') AND NEW."by" = NEW.account_id THEN true
        WHEN NOT governed THEN true
        -- The owner of the machine makes accounts without a right, and helps who is locked out.
        WHEN NEW."by" IS NULL THEN NOT rights OR NEW.what = 'factor_reset'
        WHEN rights THEN actor.role = 'security_admin' AND actor.disabled_at IS NULL
            AND actor.id <> whose.id AND (actor.member_id = whose.member_id) IS NOT TRUE
            AND NOT EXISTS (SELECT FROM account_change m
                            WHERE m.account_id = whose.id AND m.what = 'made' AND m."by" = actor.id)
        WHEN whose.role IN ('member', 'contact') THEN
            actor.role IN ('officer', 'system_admin') AND actor.disabled_at IS NULL
        ELSE actor.role = 'system_admin' AND actor.disabled_at IS NULL AND actor.id <> whose.id
    END;
    IF fine IS NOT TRUE THEN
        RAISE EXCEPTION 'this account may not change that one so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_change_is_allowed';
    END IF;
    IF NEW.what = 'role' AND NEW.after <> 'none' THEN
        IF EXISTS (SELECT FROM account_change c
                   WHERE c.account_id = whose.id AND c.id <> NEW.id AND c.what IN ('role', 'made')
                         AND c.after NOT IN ('none', NEW.after)) THEN
            RAISE EXCEPTION 'an account has one right in its life'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'account_change_is_allowed';
        END IF;
        IF EXISTS (SELECT FROM account o
                   WHERE o.member_id = whose.member_id AND o.id <> whose.id AND o.disabled_at IS NULL
                         AND is_staff(o.role)
                         AND (o.role LIKE '%\_admin' OR NEW.after LIKE '%\_admin')) THEN
            RAISE EXCEPTION 'an administrator is nothing else besides'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'account_change_is_allowed';
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- Who wrote down what a member says of an injury has entered a part of the claim, and does not review it.
-- Statements written before this held bar nobody; the application cannot write another such one.
ALTER TABLE injury_statement ADD COLUMN apart BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE injury_statement ALTER COLUMN apart SET DEFAULT true;
CREATE OR REPLACE FUNCTION entered_claim(of_member bigint, of_claim bigint, who bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM account now
        JOIN account x ON x.id = now.id OR x.member_id = now.member_id
        WHERE now.id = who AND (EXISTS (
            SELECT FROM claim c
            JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
            WHERE c.member_id = of_member AND c.id = of_claim AND f.filed_by = x.id
        ) OR EXISTS (
            SELECT FROM injury_statement i
            WHERE i.member_id = of_member AND i.claim_id = of_claim AND i.recorded_by = x.id
                  AND i.apart)))
$$;

-- An operator prepares how a held claim is decided, an heir, a public list; an officer approves it.
CREATE OR REPLACE FUNCTION two_officers() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM account one, account other
        WHERE one.id = NEW.prepared_by AND other.id = NEW.approved_by
              AND (one.member_id = other.member_id) IS NOT TRUE
              AND other.disabled_at IS NULL AND other.role = 'officer'
              AND (one.role = 'officer' OR (one.role = 'operator' AND TG_TABLE_NAME = 'held_decision'))
              AND (one.member_id = NEW.member_id) IS NOT TRUE
              AND (other.member_id = NEW.member_id) IS NOT TRUE
    ) OR EXISTS (SELECT FROM proposal_dropped WHERE proposal_id = NEW.proposal_id) THEN
        RAISE EXCEPTION 'one officer proposes, another approves, and it is the claim of neither'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_two_people_check';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION heir_has_two_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT has_died(NEW.member_id) OR EXISTS (
        SELECT FROM account one, account other, union_node n, union_node m
        WHERE one.id = NEW.proposed_by AND other.id = NEW.approved_by
              AND n.id = one.union_id AND m.id = other.union_id
              AND (one.member_id = other.member_id
                   OR num_nonnulls(one.disabled_at, other.disabled_at, n.parent_id, m.parent_id) > 0
                   OR one.role NOT IN ('officer', 'operator') OR other.role <> 'officer')
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
CREATE OR REPLACE FUNCTION public_list_by_two() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public_list l JOIN account one ON one.id = l.proposed_by
        JOIN union_node n ON n.id = one.union_id, account other
        JOIN union_node m ON m.id = other.union_id
        WHERE num_nonnulls(n.parent_id, m.parent_id) = 0 AND l.id = NEW.list_id AND one.id = NEW.proposed_by AND other.id = NEW.approved_by AND one.id <> other.id
              AND (one.member_id = other.member_id) IS NOT TRUE
              AND other.disabled_at IS NULL AND one.role IN ('officer', 'operator') AND other.role = 'officer'
    ) THEN
        RAISE EXCEPTION 'one officer proposes a public list, another approves it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'public_list_approval_two_people_check';
    END IF;
    RETURN NULL;
END $$;
