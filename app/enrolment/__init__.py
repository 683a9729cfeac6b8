"""A roster becomes enrolments: what is new is assessed, what is known stays, the rest is listed.

Every row in is enrolled, unchanged or refused. A person already on this unit's roster of the year
is unchanged, so the same file again changes nothing. A person whom another cover leaves no place
for is refused with that cover's days. Two units may enrol the same person while neither has paid:
the first paid cover counts, the second's money is credited back (domain: two units in one year).

Gifts (`gift_open`, `gift_enrol`): a union's campaign gives so many covers, paid wholly by it, so
they begin at once. A gift is nobody's hindrance: a unit enrols the same person as if there were
none, and when that paid cover begins the gift ends the day before (`app.cover.end_gifts`). Its
place is not given again, because places are only counted upward and the database holds the quota.
"""
