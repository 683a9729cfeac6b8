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
less, and a batch that fails is longer in doing again. Room beside each entitlement spares 0.7. Of
what is left, 11 are the rows with their keys and indexes, 7 to read a bill with all that makes it
odd, 4 to check what is referred to, 3 to lock and write what is used.
"""
