-- As it was (0003_online.sql), and where money was typed under the transaction's number and taken back, the
-- payment's receipt has a number behind that.
CREATE OR REPLACE FUNCTION online_money_fits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told online_notice;
BEGIN
    IF TG_TABLE_NAME = 'online_decision' THEN
        SELECT * INTO told FROM online_notice WHERE id = NEW.notice_id;
    ELSE
        told := NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM receipt r WHERE r.id = NEW.receipt_id AND r.amount_fen = told.amount_fen
            AND (r.reference = told.transaction_id
                 OR starts_with(r.reference, told.transaction_id || '#')
                 AND substr(r.reference, length(told.transaction_id) + 1) ~ '^#([2-9]|[1-9][0-9]+)$'
                 AND EXISTS (
                    SELECT FROM receipt_undone n JOIN receipt b ON b.id = n.receipt_id
                    WHERE b.reference = told.transaction_id AND b.benefit_year = r.benefit_year))
    ) OR (TG_TABLE_NAME = 'online_decision') IS DISTINCT FROM (told.receipt_id IS NULL)
      OR (TG_TABLE_NAME = 'online_notice' AND NOT EXISTS (
        SELECT FROM online_order o JOIN receipt r ON r.id = told.receipt_id
        WHERE o.id = told.order_id AND o.provider = told.provider
              AND o.out_trade_no = told.out_trade_no AND o.amount_fen = told.amount_fen
              AND r.unit_id IN (o.unit_id, (SELECT stands_id FROM unit_now u WHERE u.id = o.unit_id))
              AND o.benefit_year = r.benefit_year
              AND r.roster_id IS NOT DISTINCT FROM o.roster_id
    )) THEN
        RAISE EXCEPTION 'a receipt is not of the payment it is said to be of'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'online_money_fits';
    END IF;
    RETURN NULL;
END $$;
