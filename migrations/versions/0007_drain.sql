-- What a large feed asks of the database.

-- Promises of many claims are large arrays of numbers: packing them takes longer than writing them.
ALTER TABLE job ALTER COLUMN items SET STORAGE EXTERNAL;

-- What is used of an entitlement is written soon after it was made, and again and again: there is room
-- for it beside it, and no index need be told.
ALTER TABLE entitlement SET (fillfactor = 45);
