"""The fund's double-entry journal, by benefit year.

Checked twice: an unbalanced `Entry` cannot be constructed, and a deferred trigger refuses it at
commit. An entry belongs to one benefit year and one booking day; statements by calendar year go by
`booked_on`. Corrections are reversals. Every event posts (accruals); the federation's cash-basis
vouchers are derived from this journal, not kept in it.

A drain posts one entry a benefit year and booking day with a line a claim, because an entry's
balance check costs by the entry, not by the line.
"""
