"""Units over time: they register, name contacts, change, go into each other and part.

Everything here takes two people. Somebody asks (`ask`): a unit on the public page, its contact, an
officer, a file of many. That is a draft. Another person, an officer of the district or above,
approves or refuses (`decide`); only then are facts written, in the same transaction, by
`register`, `alter`, `appoint`, `merge` or `split`.

`unit_change` holds what a unit is from a day on, each row whole, so that any day can be read as
it was known on any other (`as_of`). What a unit is today says the view `unit_now`, in one place,
with the unit it stands as: itself, or the one it has gone into. When that one goes into a third,
all that went before get a row of their own; so nobody follows a chain, and there are no circles.
Who sees a unit and acts for it goes by that; a district's figures go by where the unit stood on the
day of what is counted (`app.roster.under`).

A merger takes members, covers and money along. Rosters stay as they are; money for any unit that
stands as one fills the rosters of all of them, oldest first. A split puts lines of rosters at
another unit (`line_move`): covers and what was paid for them stand.

It stands above enrolment and contributions, because a merger lets money fill rosters, and because
who may decide follows from whom an officer reaches.
"""
