-- What a large feed asks of the database.

-- Promises of many claims are large arrays of numbers: packing them takes longer than writing them.
ALTER TABLE job ALTER COLUMN items SET STORAGE EXTERNAL;
