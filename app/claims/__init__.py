"""Claims (补助申请): one settlement of the bureau's, put forward for payment.

`settlement` reads the bureau's file, `sheet` a settlement sheet as a person types it, `lifecycle`
is the table of a claim's moves; these are pure. `models` holds settlements, refunds and claims:
facts, inserted and never updated.

What a person files is an ordinary bill under a number of the fund's own, so that there is one way
to determine, to pay and to prove; only who must look first differs (`alike`, `confirm`), and the
bureau's row of the same bill becomes its next version (`join`). A slip is taken back, or sent back
by an officer (`undo`), and filed anew; once it is approved, by two people (`undo_approved`).
"""
