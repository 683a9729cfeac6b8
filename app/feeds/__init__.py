"""Feeds: the bureau's settlements at any size, from files and from its interface.

A file may be plain, gzip or a zip of several; each CSV in it is a feed. It is read twice by a
process of its own under limits (`apart`): once through, to know that it is whole, in one encoding
and by which SHA-256 the evidence names it, before a row of it is taken; then its rows, a piece at a
time as columns (`app.claims.columns`). So memory does not grow with the file. What comes by a pipe
is put into a file nobody can name and which is gone with the process: its digest must be known
before its first row is taken.

`take` takes a feed part by part, each in a transaction of its own with its accounting (`feed_part`,
whose rows add up by a constraint). After an interruption the same file goes on behind the last
part: the digest names the feed. Its claims are promised with each part, brought together when the
feed has ended (`app.claims.gather`) and determined then, together and in order; one that has not
moved for some minutes is determined as far as it came. A duplicate inside one file is told by what
the feed itself has stored; of two rows with one number of which an earlier file had the first
unchanged, the other counts as a change.

**What a file of a million rows takes** is told by `tests/bench/bench_feed` beside L. It was 16 L
before what follows: of the processor 11 microseconds a row in the importing process, 15 in the
reader and 14 in the server, and 9 and 25 for the drain. Since then, measured by themselves in
alternation, the reader takes 11 to 14 where it took 17 to 20 in the same minutes, and the importing
process without its waits 5.5 where it took 9.5: rows stay columns from the reader to the tables,
looked at one by one only where a row is odd (`app.claims.rows`); a piece is 500 rows, which the
processor's own memory holds; cells are stripped and escaped only in a piece that has a blank or a
backslash to it, amounts compared only after they were counted, a day is read once; and there are no
tabs between reader and importer, which JSON writes as two signs. Before that: one array of promises
a part and no row a member (`app.claims.gather`), 9; rows cut at their commas where nothing is in
quotes (`table`), 7; one look for all that may be known of the numbers of a part, 2; the next part
put together, and the next rows written, while the server takes the ones before, 3.

What is left in the server, a bill: the settlement 6 (its row 2.2, invoice 1.1, two keys 1.4, what
it refers to 0.8), the claim 2.7 (two keys 1.5, what it refers to 0.8), the number 2.1. Tried and
thrown away: no index of a number with its member, 0.9 less to write, and as much more for those who
look whether a bill is its member's, for a text is compared more slowly; a run found by BRIN, 0.6 to
1.1 less, but a look at one of the newest reads all that no vacuum has summed up. Looked at: cells
laid out by numpy for a binary COPY, because the digest of a bill is that of its text; an index of
invoices without its pattern, which would hold every clerk's filler.
"""
