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
the feed itself has stored, and where its first row left nothing, since it was known, by a filter
over the numbers so far (`earlier`) and by one more reading of the file, at most (`repeats`).

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

What is left, by the processor, microseconds a bill of 100,000 in one run (in the server by what its
sessions used): 15 in the reader, 10 in the importing process, 16 for it in the server, and of the
drain 6 and 30. In the server, and what of it is checking what a row refers to:

    to take                        to determine
    settlement, 4 indexes   7.7  (1.2)    a bill is read            7.5
    claim, 3 indexes        3.6  (1.0)    determination, 5 indexes  7.5  (2.7)
    its number, 2           2.6  (0.5)    where it stands, 2        3.1  (0.7)
    whether it is known     0.2           posting, 2                3.2  (0.7)
    the rest                1.8           its move, 2               2.4  (0.8)
                                          entitlement, locks        3.0
                                          covers                    1.4
                                          the rest                  1.7

That is 14 L by the processor, where L took 5.4 (100,000 rows), and six were 32: to read the file
and to write rows and keys takes 39 by itself, whatever is looked up or checked. The references'
checks are 8; without one of them it would be 13 L. Of what was spared last, a look for numbers that
are next to each other in a file says that nothing between them is known: 0.2, where a look a number
took 2.0. What was refunded or decided by people is read for all bills of a batch, of which nearly
none is: 1.2 less. The reader tells plain signs apart from letters, and of an amount without its
point needs no count to have its fen: 1.2 less.

Tried and thrown away: no index of a number with its member, 0.9 less to write, and as much more for
those who look whether a bill is its member's, for a text is compared more slowly; a run found by
BRIN, 0.6 to 1.1 less, but a look at one of the newest reads all that no vacuum has summed up; one
pass for all that a statement's rows are checked by, no less that could be told; digits of an
invoice looked for without a pattern, twice as long; in the reader, signs of a byte each, no less.
Looked at: what the kernel reads, kept beside the promise, would spare perhaps 4 of reading a bill,
but a stay is known by the server's hash, and a bill that changed meanwhile would be read all the
same; cells laid out by numpy for a binary COPY, because the digest of a bill is that of its text;
an index of invoices without its pattern, which would hold every clerk's filler.
"""
