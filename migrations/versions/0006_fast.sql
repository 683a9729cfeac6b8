-- Of the accounts that a roster brings, what three triggers each looked through is looked through
-- once. What is refused, and as what, stays as it was.
CREATE FUNCTION told_of_accounts() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    told record;
BEGIN
    SELECT count(*) AS rows, min(member_id) AS first, max(member_id) AS last, max(seq) AS last_seq,
           min(recorded_by) AS by_first, max(recorded_by) AS by_last
    INTO told FROM added;
    IF NOT all_are_members(told.first, told.last, told.rows) AND EXISTS (
        SELECT FROM added a LEFT JOIN member m ON m.id = a.member_id WHERE m.id IS NULL
    ) OR told.by_first <> told.by_last AND EXISTS (
        SELECT FROM (SELECT DISTINCT recorded_by FROM added WHERE recorded_by IS NOT NULL) a
        LEFT JOIN account w ON w.id = a.recorded_by WHERE w.id IS NULL
    ) OR told.by_first = told.by_last AND NOT EXISTS (
        SELECT FROM account w WHERE w.id = told.by_first
    ) THEN
        RAISE EXCEPTION 'a row of % names a member or an account that does not exist', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'told_of_members';
    END IF;
    -- Helping moves no money: the card that a helper types is nobody else's, as far as the fund knows.
    IF (told.by_first <> told.by_last OR EXISTS (
        SELECT FROM account a WHERE a.id = told.by_first AND a.role IN ('member', 'helper')
    )) AND EXISTS (
        SELECT FROM added n JOIN account a ON a.id = n.recorded_by
        WHERE a.role IN ('member', 'helper')
              AND (a.role = 'member' AND a.member_id = n.member_id) IS NOT TRUE
              AND (NOT helps(a.id, n.member_id) OR EXISTS (
                   SELECT FROM bank_account o
                   WHERE o.account_index = n.account_index AND o.member_id <> n.member_id))
    ) THEN
        RAISE EXCEPTION 'a helper gives no card but one of the member''s own'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_helpers_card';
    END IF;
    -- The card that its member has confirmed stays until the member gives another. A first account,
    -- of number 1, comes after none.
    IF told.last_seq > 1 AND EXISTS (
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
DROP TRIGGER told_of_members ON bank_account;
DROP TRIGGER no_helpers_card ON bank_account;
DROP TRIGGER own_card_stands ON bank_account;
DROP FUNCTION no_helpers_card();
DROP FUNCTION own_card_stands();
CREATE TRIGGER told_of_accounts AFTER INSERT ON bank_account
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION told_of_accounts();
