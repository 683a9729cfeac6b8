"""Photos and papers: taken in, made harmless, sealed, stored, and read again.

This package stands just above `files`, below everything that has papers: it knows members by
number and neither claims nor drafts. What ties a paper to a claim is `app.claims.papers`, so that
drafts, reviews and counters can all use what is here.

**Nothing that was sent is ever served.** What a file is is told by its bytes (`format`), it is
decoded by a child under limits (`limited`, `recode`) and written anew as a JPEG: turned upright, no
larger than a paper needs, without position, device or anything else that stood in it. A PDF becomes
pictures of its pages, since a PDF can carry programs and other files.

**The storage is told nothing.** Pictures are sealed by the vault for their row before they leave
this process, under a random name in a folder a day: whoever reads the disk or the bucket learns how
many papers came on a day, and nothing else. It is reached through fsspec (`storage`): a folder
under the data directory, or what HUZHU_STORAGE names. Not in the database: photos of a year are a
hundred times the size of all its facts, and would be in every backup of them.

**Order.** Bytes are stored before the row that names them commits. A crash in between leaves a file
nobody names, never a row without its file; `sweep` looks through each day's folder two days later,
when no transaction of that day can still be open. What is given up is noted with the change
that gave it up (`storage_gone`), and removed afterwards.

**Facts and drafts.** What is kept is no fact yet (`kept_paper`: it can be removed, and goes when it
is old); it becomes one when it is attached to a claim (`attachment`), and stays.

**The same paper again.** A keyed index of the bytes that were sent is kept, not their digest:
who has a copy of a paper cannot find out from the database whose it is. Perceptual digests are
no use for invoices, which all look alike.
"""
