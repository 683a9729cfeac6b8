-- Long lists that officers ask for as a workbook. No facts: they go with their file.
CREATE TABLE list_file (
    id BIGSERIAL NOT NULL,
    listing TEXT NOT NULL,
    part TEXT NOT NULL,
    filters JSONB NOT NULL,
    sort TEXT NOT NULL,
    people BIGINT[],
    union_id BIGINT NOT NULL,
    lang TEXT NOT NULL,
    state TEXT NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    file_id BIGINT,
    trouble TEXT,
    asked_by BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT list_file_pkey PRIMARY KEY (id),
    CONSTRAINT list_file_state_check CHECK (state IN ('making', 'ready', 'failed')),
    CONSTRAINT list_file_asked_by_fkey FOREIGN KEY(asked_by) REFERENCES account (id),
    CONSTRAINT list_file_union_id_fkey FOREIGN KEY(union_id) REFERENCES union_node (id),
    CONSTRAINT list_file_file_id_fkey FOREIGN KEY(file_id) REFERENCES stored_file (id) ON DELETE SET NULL
);
CREATE INDEX list_file_asked_by_id_idx ON list_file (asked_by, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON list_file TO huzhu_app;
GRANT USAGE ON SEQUENCE list_file_id_seq TO huzhu_app;
GRANT SELECT ON list_file TO huzhu_auditor;
