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

**What a file of a million rows takes**: 27 microseconds a row to import and 22 to determine by two
workers, 16 times L, beside which the bench puts it (`tests/bench/bench_feed`); of the processor 11
in the importing process, 15 in the reader and 14 in the server, and 9 and 25 for the drain. Before,
46 L at a hundred thousand. What made the difference, besides the drain (`app.adjudication`): one
array of promises a part and no row a member (`app.claims.gather`), 9; rows cut at their commas and
columns kept to the end where nothing is in quotes (`table`), 7 in the reader; a line of the
reader's gone through once and not with every block of the pipe, 2; one look for all that may be
known of the numbers of a part, 2; the next part put together, and the next rows written, while the
server takes the ones before, 3. Writing the rows with their keys and indexes is 15 of what is left,
checking what they refer to 6.
"""
