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
"""
