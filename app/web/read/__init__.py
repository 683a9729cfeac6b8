"""What pages show, read from the database: one module a subject, a few statements a page.

Nothing here writes, and nothing depends on how many rows there are: lists begin after a key, and
a page's rows are looked up together, never one by one.
"""
