-- What people are found by has a table of its own, written after them (app.roster.make_findable):
-- its indexes took as long as all else that a large roster writes. Names whose member has no last
-- six yet are put in by the next start, which has the key. No foreign key, as for all that a roster
-- brings; nothing here is a fact.
CREATE TABLE searchable_name (
    member_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    tail_index BYTEA NOT NULL
);
INSERT INTO searchable_name
SELECT n.member_id, n.seq, n.name, n.sort_key, t.tail_index
FROM member_name n JOIN member_tail t USING (member_id);
ALTER TABLE searchable_name ADD CONSTRAINT searchable_name_pkey PRIMARY KEY (member_id, seq);
CREATE INDEX searchable_name_sort_key_idx ON searchable_name (sort_key COLLATE "C", member_id);
CREATE INDEX searchable_name_initials_idx ON searchable_name
    (pinyin_initials(sort_key) COLLATE "C");
CREATE INDEX searchable_name_signs_idx ON searchable_name USING gin (string_to_array(name, NULL));
CREATE INDEX searchable_name_tail_index_idx ON searchable_name (tail_index);
ANALYZE searchable_name;
DROP TABLE member_tail;
ALTER TABLE member_name DROP COLUMN sort_key;  -- and with it the indexes on it
DROP INDEX member_name_signs_idx;
GRANT SELECT ON searchable_name TO huzhu_app, huzhu_auditor;
GRANT INSERT (member_id, seq, name, sort_key, tail_index) ON searchable_name TO huzhu_app;
