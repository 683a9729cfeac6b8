-- Questions about other rules, and their answers. No facts: they go after some weeks.
CREATE TABLE what_if (
    id BIGSERIAL NOT NULL,
    first_year INTEGER NOT NULL,
    last_year INTEGER NOT NULL,
    figures JSONB NOT NULL,
    ahead JSONB NOT NULL,
    state TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    answer JSONB,
    trouble JSONB,
    asked_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT what_if_pkey PRIMARY KEY (id),
    CONSTRAINT what_if_state_check CHECK (state IN ('making', 'ready', 'failed')),
    CONSTRAINT what_if_years_check CHECK (last_year >= first_year),
    CONSTRAINT what_if_asked_by_fkey FOREIGN KEY(asked_by) REFERENCES account (id)
);
CREATE INDEX what_if_asked_by_id_idx ON what_if (asked_by, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON what_if TO huzhu_app;
GRANT USAGE ON SEQUENCE what_if_id_seq TO huzhu_app;
GRANT SELECT ON what_if TO huzhu_auditor;
