"""The fund's double-entry journal, by benefit year.

Checked twice: an unbalanced `Entry` cannot be constructed, and a deferred trigger refuses it at
commit. An entry belongs to one benefit year and one booking day; statements by calendar year go by
`booked_on`. Corrections are reversals. Every event posts (accruals); the federation's cash-basis
vouchers are derived from this journal, not kept in it.

A drain posts one entry a benefit year and booking day with a line a claim, because an entry's
balance check costs by the entry, not by the line.

What the database adds up of an entry with its lines (`entry_own_sum`) leaves out units' lines: of a
statement of 100,000 each had a sum of its own, and writing these took 0.53 s of the server, writing
the lines 0.3. The view `entry_sum` reads them as they stand; a fund's turnover of 95,000 such lines
then takes 0.05 s for 0.03.

A thousand lines and more go in PostgreSQL's own form. Thrown away: numbers drawn without keeping
them for the case of a gap (100,000 in 0.024 s for 0.03).
"""
