"""Files that come in: bytes -> text -> rows, the same for rosters, settlements and bank files.

A fault of the file refuses all of it and names the line; a fault of a row is the reader's business,
who knows what the columns mean.
"""
