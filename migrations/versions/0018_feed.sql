-- Every bill of a feed is entered in each index of its tables. Runs come one after the other, and so do
-- their bills: a look at a run's reads some pages more.
DROP INDEX settlement_run_id_idx;
CREATE INDEX settlement_run_id_idx ON settlement USING brin (run_id);
