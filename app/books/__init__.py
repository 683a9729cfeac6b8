"""The fund's books as others read them: vouchers, sheets, statements. Derived, hardly kept.

Everything here is worked out from the journal (`app.ledger`) whenever it is asked for, so that
there is no second book that could say something else. What is fixed is fixed in the journal: a
closed period takes no more entries (`app.ledger.close`), and so its vouchers and sheets stay.

**Profiles** (`profiles/*.toml`) say which account of the federation's or an association's rules
each account of ours is, with the source, or "assumption" where the rule leaves it to us. A profile
says which entries become vouchers, and that is its shape: money only (the federation's cash basis),
or all. The first-level accounts are the rules' own; what is ours stands in sub-accounts.

**Vouchers** are numbered per calendar month by the order in which entries were posted, without
gaps: what is posted later takes the next number, whatever its day. Numbers of an open month are
final when it is closed.

**What claims cost by roster** is the one thing that is kept, for pages (`spent`, `keep_spent`): a
year has too many claims to be added up while somebody waits. Reports and the command line ask the
claims themselves, tests hold one against the other, and `huzhu rebuild` says where they differed.

**Files out** hold numbers as numbers in yuan and texts as texts (`write_string`: a name that begins
with = is no formula). Sums are values, equal to the ledger's, not formulas that a reader's program
would work out again.
"""
