-- Who helps a member brings the papers that were asked for, too, and nobody else who is no staff.
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
        JOIN card_confirmed k ON k.member_id = n.member_id AND k.account_seq = n.seq - 1
        WHERE NOT EXISTS (SELECT FROM account a WHERE a.id = n.recorded_by
                          AND a.role = 'member' AND a.member_id = n.member_id)
    ) THEN
        RAISE EXCEPTION 'a card that its member has confirmed is replaced by the member only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'own_card_stands';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER own_card_stands AFTER INSERT ON bank_account
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION own_card_stands();
