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

**What a file of 100,000 takes**, beside polars' parse of it and by the processor: 6.8 times as long
where everybody is new, 5 where all are known (`tests/bench/bench_whole_roster`). Reading and
checking it is 1.6 of that, four COPYs with the keys that facts need are 2.4. What a search needs is
written afterwards (`app.roster.make_findable`); with it it was 11. Measured and left, for a few
hundredths each or for nothing: binary COPY, a BRIN or hash index, new members in the order of their
blind index, comparing names by spans of members, more memory for the triggers.
"""
