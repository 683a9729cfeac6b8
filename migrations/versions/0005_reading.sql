-- What a recogniser read from photos of settlement sheets that wait for a claim. Mutable, no
-- evidence; sealed, and gone with its paper.
CREATE TABLE sheet_reading (
    paper_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    found_cipher BYTEA,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT sheet_reading_pkey PRIMARY KEY (paper_id),
    CONSTRAINT sheet_reading_state_check CHECK (state IN ('waiting', 'read', 'failed')),
    CONSTRAINT sheet_reading_found_check CHECK ((state = 'read') = (found_cipher IS NOT NULL)),
    CONSTRAINT sheet_reading_member_id_paper_id_fkey FOREIGN KEY (member_id, paper_id)
        REFERENCES kept_paper (member_id, id) ON DELETE CASCADE
);
CREATE INDEX sheet_reading_member_id_paper_id_idx ON sheet_reading (member_id, paper_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON sheet_reading TO huzhu_app;
