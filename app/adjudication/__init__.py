"""Determinations (理算): the kernel applied to what the fund knows, and the answers kept for ever.

`offline` is the kernel between two files and a third, without a database (`huzhu determine`):
anybody can recompute what the fund granted. `covers_file` reads its list of covers.

A `drain` splits what it takes by member. Of whom nothing is odd (no claim of theirs that is due was
determined, refunded, decided by people or typed, nor has an invoice that another bill has) goes
from COPY to COPY as columns: `take_plain` reads them, `determine_plain` asks the kernel, `plain`
lays the answers out, and no Python object is made per bill. The others, and few claims at all, go
one by one (`determine_odd`, `answers`, `book`). Both lock their entitlements together, in one order
of keys, and a test compares both to the fen.

**What a drain of 100,000 bills takes**, microseconds a bill in one run: 28 by the clock, of the
processor 5 here and 24 in the server; one by one it was 49, 15 and 33. Of the gain in the server, 4
are one look for a bill and its invoice instead of two, and 3 are 10,000 members at a time instead
of 4,000: an entry a year and day is checked and written once a drain. Of 20,000 at a time it is no
less, and a batch that fails is longer in doing again. Room beside each entitlement spares 0.7.

Of what is left in the server, each measured by itself: determinations 5.8 (their three references
2.7, three indexes 1.9), postings 2.6, where claims stand 2.6, their moves 1.9; 6 to read a bill
(invoice 2, the wide row 1.4), where 1 more went into what nearly none has, a refund or a decision
(`find_odd`); 1.6 the covers. An entitlement is 4 where it was 6 if it is new, and 7.6 if it is
known: it is written once, with its use, and not made or locked by a write first; who finds it made
beside determines again, in the same transaction. Looked at and left: one reference fewer a table,
which is what keeps a forged row out; the year's index by BRIN, for the list of years is read from
it.
"""
