-- What officers' start shows of each month, a row for every union whose people it counts: no facts,
-- worked out anew by the sweep.
CREATE TABLE claim_month (
    union_id BIGINT NOT NULL,
    month DATE NOT NULL,
    what TEXT NOT NULL,
    days INTEGER NOT NULL,
    counted BIGINT NOT NULL,
    fen BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT claim_month_pkey PRIMARY KEY (union_id, month, what, days),
    CONSTRAINT claim_month_what_check CHECK (what IN ('received', 'decided', 'paid', 'capped')),
    CONSTRAINT claim_month_union_id_fkey FOREIGN KEY(union_id) REFERENCES union_node (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON claim_month TO huzhu_app;
GRANT SELECT ON claim_month TO huzhu_auditor;

-- A view's name is one of its list: those of other lists may be called the same.
ALTER TABLE saved_view DROP CONSTRAINT saved_view_account_id_name_key;
ALTER TABLE saved_view
    ADD CONSTRAINT saved_view_account_id_state_name_key UNIQUE (account_id, state, name);
