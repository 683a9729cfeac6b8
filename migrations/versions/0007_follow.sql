-- From a fact to the entries that book it, and from a claim to its entries.
CREATE INDEX entry_memo_about_recorded_at_idx ON entry (memo, about, recorded_at);
