"""A roster becomes enrolments: what is new is assessed, what is known stays, the rest is listed.

Every row in is enrolled, unchanged or refused. A person already on this unit's roster of the year
is unchanged, so the same file again changes nothing. A person whom another cover leaves no place
for is refused with that cover's days. Two units may enrol the same person while neither has paid:
the first paid cover counts, the second's money is credited back (domain: two units in one year).

Of another union's people a roster changes no name or account, and is told no days (`elsewhere`).
An upload is enrolled for the officer who confirmed it, if that account still may (`reach`); the
copies with the reasons follow in a piece of work of their own (`upload_mark`), because nobody can
enrol or receive money while somebody enrols. The day of confirmation has bounds (`confirmed`).

Gifts (`gift_open`, `gift_enrol`): a union's campaign gives so many covers, paid wholly by it, so
they begin at once. A gift is nobody's hindrance: a unit enrols the same person as if there were
none, and when that paid cover begins the gift ends the day before (`app.cover.end_gifts`). Its
place is not given again, because places are only counted upward and the database holds the quota.

In the course of a year people join and leave (`changes`, `leave`): a leaver's cover stands to its
end, a joiner's begins with its money. Who died is enrolled no more (`fates`). A roster that no
money has filled can be withdrawn (`withdraw`). Gig workers enrol alone (`self_enrol`) on a roster
that only their own money fills; the public page tells nothing of what is known.

**What a file of 100,000 takes**, beside polars' parse of it, by the clock, as
`tests/bench/bench_whole_roster` measures it, but with program, server and polars going before what
others ran on a busy machine; medians of four to eight rosters: 3.6 to 4.4 times as long where all
were new, 3.8 to 4.4 where all were known, the less the fewer others there were. Of the seconds with
all new, 1.05 to 1.2: 0.24 reading the workbook and 0.08 its rows, with the server idle; 0.09 to
0.16 looking the IDs up, both at work; 0.6 in which the server writes; 0.02 what comes after. With
all known, 1.1 to 1.3: 0.33 reading, 0.15 to 0.28 looking up, 0.16 comparing what is known, 0.2
writing the lines.
What a search needs is written afterwards (`app.roster.make_findable`).

What made the difference: rows are made by a thread while the server takes the ones before, in COPYs
that follow each other (`to_write`, `app.copies`), 0.4; the system takes a whole block or array at
once, without which that thread and the server wait for each other, 0.6 (`app.arrays`); binary
COPY laid out by numpy, 0.25; arrays as bytes, 0.3 where all are known; one trigger for three, 0.15;
numbers drawn while the next IDs are hashed, some thousands at a time, and a small first block, 0.2.
In seconds of the server: IDs looked up twenty thousand at a time in the order of their index, 0.05
to 0.08; newcomers numbered in that order within a block, and numpy writing the block so
(`identify`, `app.copies`), 0.08 to 0.12; what is known compared here by the block
(`app.roster.compare_known`), 0.08, and backwards through the keys: right after a large roster, when
the server knows nothing of the tables yet, it read them whole for every five thousand, 1.05 for
0.65 in all; and 0.06 of ours the first time, where nobody is known otherwise and who recorded what
is not asked (SQLAlchemy prepares itself for its first statement).
In seconds by the clock: while the server looks the last IDs up, what is wanted next is made, 0.04
where all are new and 0.1 where all are known, whose accounts' indexes it is; then its answers must
be taken off the line meanwhile, or it stops (`app.db.take_in`); who is known is told by numpy and
sets, not row by row, 0.06 and 0.15; what is written goes to the disk every ten milliseconds and
not every two hundred, so that the commit waits for little, 0.05.
Accounts are written last (`to_write`): to make them takes us twice as long as the server, lines a
third of its time. Of the time in which it writes, the server was busy for 90 to 96 hundredths, not
77 to 92, in four comparisons in turns; by the clock 0.08, 0.05 and 0.02 less, and once 0.02 more.
IDs and accounts checked by numpy down the columns, not along the rows: 0.018 of the rows' 0.09.
To presume, where none of 5,000 people tried is known, that none is, and to begin anew where the
database then refuses one: 0.04 of the server's processor, and nothing by the clock; left.
Two threads that share the pieces of a worksheet between them: 0.04 of 0.29, for a fifth more of the
processor, because numpy's steps are short and each needs Python's lock; left.
Measured and left, for less than 0.1 or for nothing: people in the order of their blind index
throughout (the server gains another 0.04, we lose more to a memory walked through at random),
scanning a worksheet in a thread of its own, larger or smaller blocks, a shorter turn of Python's
lock, a BRIN or hash index, more memory for the triggers. So too, for 0.02 each:
unpacking a worksheet in a thread of its own while others are scanned, which costs as much of the
processor as it saves by the clock; asking for what is known block by block, where psycopg takes all
that was asked together in at once. What the server does for 100,000 rows in four tables and six
indexes is 0.54 s (members 0.18, names 0.10, accounts 0.12, lines 0.14): its triggers are 0.03 of
that, the checks of numbers nothing, the index of lines by roster 0.035, which without its joining
of equal keys, or with the member as well, takes no less. The index of IDs is the dearest: 0.13 to
0.15 of 0.65 where 400,000 are in it, the keys of names and accounts 0.06 each.
"""
