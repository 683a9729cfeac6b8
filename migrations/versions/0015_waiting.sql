-- Which year each claim that waits belongs to, and what it was granted, as it stood at one of its moves: an
-- auditor's page would look up the determination of every one. Kept by the sweep (app/desks/keep_waiting.py);
-- of what came after it, pages look that up themselves.
CREATE TABLE waiting_year (
    member_id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    benefit_year INTEGER NOT NULL,
    payable_fen BIGINT NOT NULL,
    CONSTRAINT waiting_year_pkey PRIMARY KEY (member_id, claim_id, seq)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON waiting_year TO huzhu_app;
GRANT SELECT ON waiting_year TO huzhu_auditor;
