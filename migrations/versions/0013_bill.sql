-- A listed row of a feed names its bill: of a pull there is no file to look the line up in.
ALTER TABLE feed_fault ADD COLUMN setl_id TEXT NOT NULL DEFAULT '';
GRANT INSERT (setl_id) ON feed_fault TO huzhu_app;
