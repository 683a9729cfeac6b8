-- Claims of years that are over, beneath the demonstration city: two for each of :claims / 2 people
-- at units of all its districts, as files, drains and payments would have left them.
SET session_replication_role = replica;
SET maintenance_work_mem = '512MB';

CREATE TEMP TABLE unit_beneath AS
    SELECT nextval('unit_id_seq') AS id, n, 2 + n % 8 AS union_id
    FROM generate_series(0, greatest(1, {claims} / 4000)) n;
INSERT INTO unit (id, uscc, name, union_id, unit_percent)
    SELECT id, 'X' || lpad(n::text, 17, '0'), '单位' || n, union_id, 50 FROM unit_beneath;
-- One has a union of its own, and so a contact.
WITH own AS (
    INSERT INTO union_node (name, parent_id, kind)
    SELECT '单位0工会', union_id, 'unit' FROM unit_beneath WHERE n = 0 RETURNING id
)
UPDATE unit SET union_id = own.id FROM own WHERE unit.id = (SELECT min(id) FROM unit_beneath);
CREATE TEMP TABLE roster_beneath AS
    SELECT nextval('roster_id_seq') AS id, u.id AS unit_id, u.n, 2021 + u.n % 3 AS y
    FROM unit_beneath u;
CREATE TEMP TABLE person AS
    SELECT m, nextval('member_id_seq') AS id, r.id AS roster_id, r.y,
           nextval('cover_number') AS cover_id, r.unit_id
    FROM generate_series(0::bigint, {claims} / 2 - 1) m
    JOIN roster_beneath r ON r.n = m % (SELECT count(*) FROM roster_beneath);
CREATE TEMP TABLE head AS SELECT roster_id, count(*) AS heads FROM person GROUP BY 1;
INSERT INTO roster (id, unit_id, benefit_year, scheme_id, starts_on, confirmed_on, heads,
        unit_due_fen, worker_due_fen, union_due_fen, file_sha256)
    SELECT r.id, r.unit_id, r.y, r.y::text, make_date(r.y, 1, 1), make_date(r.y - 1, 12, 1),
           h.heads, 2500, 2500, 2500, ''
    FROM roster_beneath r JOIN head h ON h.roster_id = r.id;
INSERT INTO receipt (unit_id, benefit_year, amount_fen, received_on, reference)
    SELECT unit_id, y, 5000 * heads, make_date(y - 1, 12, 10), 'B' || id
    FROM roster_beneath r JOIN head h ON h.roster_id = r.id;
INSERT INTO receipt_share (receipt_id, roster_id, amount_fen)
    SELECT c.id, r.id, c.amount_fen FROM receipt c JOIN roster_beneath r
    ON r.unit_id = c.unit_id AND r.y = c.benefit_year;
CREATE TEMP TABLE full_beneath AS
    SELECT nextval('entry_id_seq') AS id, r.id AS roster_id, r.unit_id, r.y, h.heads
    FROM roster_beneath r JOIN head h ON h.roster_id = r.id;
INSERT INTO entry (id, benefit_year, booked_on, memo, about)
    SELECT id, y, make_date(y - 1, 12, 10), 'roster full', roster_id FROM full_beneath;
INSERT INTO posting (entry_id, line, account, amount_fen, unit_id)
    SELECT id, line, account, heads * each_fen, unit_id FROM full_beneath CROSS JOIN (VALUES
        (1, '2101', 5000), (2, '1101', 2500), (3, '4001', -2500), (4, '4002', -2500),
        (5, '4003', -2500)) x (line, account, each_fen);
INSERT INTO member (id, certno_cipher, certno_index)
    SELECT id, '', decode(lpad(to_hex(id), 32, '0'), 'hex') FROM person;
INSERT INTO member_name (member_id, seq, name)
    SELECT id, 1, substr('赵钱孙李周吴郑王冯陈', 1 + (m % 10)::int, 1)
               || substr('一二三四五六七八九十', 1 + (m / 10 % 10)::int, 1)
               || substr('春夏秋冬东南西北上下', 1 + (m / 100 % 10)::int, 1)
    FROM person;
INSERT INTO searchable_name (member_id, seq, name, sort_key, tail_index)
    SELECT n.member_id, 1, n.name, (ARRAY['zhao','qian','sun','li','zhou','wu','zheng','wang','feng','chen'])[1 + m % 10]
               || ' ' || m, decode(md5(p.id::text), 'hex')
    FROM person p JOIN member_name n ON n.member_id = p.id;
INSERT INTO bank_account (member_id, seq, account_cipher, account_index, tail)
    SELECT id, 1, '', id::text::bytea, lpad((id % 10000)::text, 4, '0') FROM person;
INSERT INTO roster_line (member_id, roster_id, line, starts_on)
    SELECT id, roster_id, 2 + m, make_date(y, 1, 1) FROM person;
INSERT INTO cover (member_id, id, roster_id, scheme_id, benefit_year, starts_on, ends_on)
    SELECT id, cover_id, roster_id, y::text, y, make_date(y, 1, 1), make_date(y, 12, 31)
    FROM person;
ALTER TABLE cover_term DROP CONSTRAINT cover_term_no_overlap;
INSERT INTO cover_term (member_id, cover_id, term)
    SELECT id, cover_id, daterange(make_date(y, 1, 1), make_date(y, 12, 31), '[]') FROM person;
ALTER TABLE cover_term ADD CONSTRAINT cover_term_no_overlap EXCLUDE USING gist
    (int8range(member_id, member_id, '[]'::text) WITH &&, term WITH &&);
INSERT INTO enrolment_outcome (member_id, roster_id, outcome, cover_id, full_on)
    SELECT id, roster_id, 'covered', cover_id, make_date(y, 1, 1) FROM person;

INSERT INTO run (kind) VALUES ('feed');
CREATE TEMP TABLE bill AS
    SELECT p.id AS member_id, p.m * 2 + k AS n, p.y, p.cover_id,
           nextval('claim_number') AS claim_id, nextval('grant_number') AS grant_no,
           'B' || lpad((p.m * 2 + k)::text, 12, '0') AS setl_id,
           make_date(p.y, 1, 1) + ((p.m * 7 + k * 90) % 360)::int AS on_day,
           CASE WHEN (p.m * 2 + k) % 5 = 0 THEN 'chronic' ELSE 'inpatient' END AS care,
           100000 + (p.m * 2 + k) * 7919 % 4000000 AS base_fen,
           least((100000 + (p.m * 2 + k) * 7919 % 4000000) / 5, 300000) AS payable_fen,
           (p.m * 2 + k) % 50 = 49 AS held
    FROM person p CROSS JOIN generate_series(0, 1) k;
CREATE INDEX ON bill (n);
ANALYZE bill;
INSERT INTO settlement_key (setl_id, member_id) SELECT setl_id, member_id FROM bill;
INSERT INTO settlement (member_id, setl_id, version, run_id, line, content, flagged_refund,
        med_type, mdtrt_id, insutype, fixmedins_code, fixmedins_name, hosp_lv, dise_codg,
        dise_name, invono, begndate, enddate, setl_time, medfee_sumamt, fulamt_ownpay_amt,
        overlmt_selfpay, preselfpay_amt, inscp_scp_amt, act_pay_dedc, hifp_pay, cvlserv_pay,
        hifes_pay, hifmi_pay, hifob_pay, maf_pay, oth_pay, fund_pay_sumamt, acct_pay, psn_cash_pay,
        acct_mulaid_pay, hosp_part_amt)
    SELECT member_id, setl_id, 1, (SELECT max(id) FROM run), 2 + n, decode(md5(setl_id), 'hex'),
           false, CASE care WHEN 'chronic' THEN '14' ELSE '21' END, 'V' || n, '310', '',
           (ARRAY['市第一医院','市第二医院','县医院','中医院'])[1 + n % 4], '3', '', '肺炎',
           lpad(n::text, 20, '0'), on_day - 5, on_day, on_day + time '10:00',
           base_fen + 50000, 0, 0, 0, base_fen + 50000, 0, 50000, 0, 0, 0, 0, 0, 0, 50000, 0, 0, 0,
           0 FROM bill;
INSERT INTO claim (member_id, id, setl_id, run_id)
    SELECT member_id, claim_id, setl_id, (SELECT max(id) FROM run) FROM bill;
INSERT INTO determination (member_id, grant_no, claim_id, seq, setl_id, version, run_id, cover_id,
        scheme_id, scheme_digest, care, benefit_year, base_fen, gross_fen, room_fen, payable_fen)
    SELECT b.member_id, b.grant_no, b.claim_id, 1, b.setl_id, 1, (SELECT max(id) FROM run),
           b.cover_id, s.id, s.digest, b.care, b.y, b.base_fen, b.payable_fen, b.payable_fen,
           b.payable_fen FROM bill b JOIN scheme s ON s.id = b.y::text;
INSERT INTO entitlement (member_id, care, benefit_year, cap_fen, used_fen)
    SELECT member_id, care, y, NULL, sum(payable_fen) FROM bill GROUP BY 1, 2, 3;
INSERT INTO claim_queue (member_id, claim_id, state, seq)
    SELECT member_id, claim_id,
           CASE WHEN NOT held THEN 'paid' WHEN n % 100 = 99 THEN 'review' ELSE 'held' END,
           CASE WHEN held THEN 1 ELSE 3 END FROM bill;
INSERT INTO review_queue (member_id, claim_id, stage, version, since_on, amount_fen)
    SELECT member_id, claim_id, (ARRAY['first', 'second', 'approve'])[1 + n / 100 % 3],
           1, on_day + 30, payable_fen FROM bill WHERE held AND n % 100 = 99;
INSERT INTO claim_move (member_id, claim_id, seq, act, state)
    SELECT member_id, claim_id, k, (ARRAY['grant', 'send', 'pay'])[k],
           CASE WHEN NOT held THEN (ARRAY['payable', 'sent', 'paid'])[k]
                WHEN n % 100 = 99 THEN 'review' ELSE 'held' END
    FROM bill CROSS JOIN generate_series(1, 3) k WHERE NOT held OR k = 1;

-- What a day's bills are granted is one entry of its benefit year.
CREATE TEMP TABLE granted AS
    SELECT y, on_day, nextval('entry_id_seq') AS id, (SELECT max(id) FROM run) AS run_id
    FROM bill GROUP BY 1, 2;
INSERT INTO entry (id, benefit_year, booked_on, memo, about)
    SELECT id, y, on_day, 'claims determined', run_id FROM granted;
INSERT INTO posting (entry_id, line, account, amount_fen, member_id, claim_id)
    SELECT g.id, row_number() OVER (PARTITION BY g.id ORDER BY b.n), '2001', -b.payable_fen,
           b.member_id, b.claim_id FROM bill b JOIN granted g USING (y, on_day)
    UNION ALL
    SELECT g.id, 1000000 + row_number() OVER (PARTITION BY g.id),
           CASE b.care WHEN 'chronic' THEN '5002' ELSE '5001' END, sum(b.payable_fen), NULL, NULL
    FROM bill b JOIN granted g USING (y, on_day) GROUP BY g.id, b.care;

-- A batch is of one year, paid a month after it.
CREATE TEMP TABLE paid AS
    SELECT b.*, row_number() OVER (PARTITION BY y ORDER BY n) - 1 AS place,
           nextval('payment_number') AS payment_id FROM bill b WHERE NOT held;
CREATE TEMP TABLE batch AS
    SELECT y, place / 2500 AS part, nextval('payment_batch_id_seq') AS id, count(*) AS lines,
           sum(payable_fen) AS fen, nextval('bank_return_id_seq') AS return_id,
           nextval('entry_id_seq') AS sent,
           nextval('entry_id_seq') AS arrived FROM paid GROUP BY 1, 2;
INSERT INTO payment_batch (id, benefit_year, made_on, lines, total_fen, file_sha256, template,
        total_over_fen, prepared_by, approved_by)
    SELECT id, y, make_date(y, 12, 1) + part::int % 28, lines, fen, '', 'plain', fen,
           (SELECT min(id) FROM account WHERE role = 'officer'),
           (SELECT max(id) FROM account WHERE role = 'officer') FROM batch;
INSERT INTO bank_return (id, batch_id, file_sha256, recorded_by)
    SELECT return_id, id, '', (SELECT min(id) FROM account) FROM batch;
INSERT INTO payment (member_id, id, batch_id, line, claim_id, grant_no, attempt, amount_fen, name,
        account_seq)
    SELECT p.member_id, p.payment_id, b.id, 1 + p.place % 2500, p.claim_id, p.grant_no, 1,
           p.payable_fen, '赵一春', 1
    FROM paid p JOIN batch b ON b.y = p.y AND b.part = p.place / 2500;
INSERT INTO payment_outcome (member_id, grant_no, attempt, outcome, booked_on, reason, return_id)
    SELECT p.member_id, p.grant_no, 1, 'paid', make_date(p.y, 12, 31), '', b.return_id
    FROM paid p JOIN batch b ON b.y = p.y AND b.part = p.place / 2500;
INSERT INTO entry (id, benefit_year, booked_on, memo, about)
    SELECT sent, y, make_date(y, 12, 1) + part::int % 28, 'payments.exported', id FROM batch
    UNION ALL SELECT arrived, y, make_date(y, 12, 31), 'payments paid', id FROM batch;
INSERT INTO posting (entry_id, line, account, amount_fen, member_id, claim_id)
    SELECT b.sent, 1 + 2 * (p.place % 2500), '2001', p.payable_fen, p.member_id, p.claim_id
    FROM paid p JOIN batch b ON b.y = p.y AND b.part = p.place / 2500
    UNION ALL
    SELECT b.sent, 2 + 2 * (p.place % 2500), '2002', -p.payable_fen, p.member_id, p.claim_id
    FROM paid p JOIN batch b ON b.y = p.y AND b.part = p.place / 2500
    UNION ALL SELECT arrived, 1, '1001', -fen, NULL, NULL FROM batch
    UNION ALL
    SELECT b.arrived, 2 + p.place % 2500, '2002', p.payable_fen, p.member_id, p.claim_id
    FROM paid p JOIN batch b ON b.y = p.y AND b.part = p.place / 2500;

-- As the trigger on the ledger's lines does, which sleeps here.
INSERT INTO entry_own_sum (entry_id, account, lines, debit_fen, credit_fen)
    SELECT entry_id, account, count(*), sum(greatest(amount_fen, 0)), sum(greatest(-amount_fen, 0))
    FROM posting WHERE unit_id IS NULL GROUP BY 1, 2
    ON CONFLICT DO NOTHING;
