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

**What a file of 100,000 takes**, beside polars' parse of it, by the clock where two cores were free
(`tests/bench/bench_whole_roster`): of a fund of a hundred thousand 3.9 times as long where all
were new and 3.9 to 4.0 where all were known, in a process that had done one before; 4.1 to 4.3 the
first time; beside three hundred thousand members 4.4 to 4.8 and 4.4. Since then the server takes a
fifth less: seconds of the processor, before and after in turns on a busy machine, 0.98 and 0.78
where all are new, 0.70 and 0.52 where all are known, beside three hundred thousand members 1.04 and
0.86, 0.77 and 0.60. Our own did not change by more than 0.07, to either side: 0.9 to 1.1 there.
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
Measured and left, for less than 0.1 or for nothing: people in the order of their blind index
throughout (the server gains another 0.04, we lose more to a memory walked through at random),
scanning a worksheet in a thread of its own, larger or smaller blocks, a shorter turn of Python's
lock, a BRIN or hash index, more memory for the triggers. So too, of what the server does for
100,000 rows in four tables and six indexes, 0.56 s: its triggers are 0.05 of that, the checks of
numbers nothing, the index of lines by roster 0.05, which without its joining of equal keys, or with
the member as well, takes no less.
"""
