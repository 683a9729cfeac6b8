"""huzhu: a trade union's medical mutual-aid fund, from roster to proof.

People come in by `app.web` and `app.cli`, work comes in by `workers`; below them the domain, in
the order money flows: `roster` -> `contributions` -> `cover` -> `claims` -> `adjudication` ->
`payments`, each event in the `ledger` and in the `evidence`, and `audit` hands it all to somebody
who need not trust us. A package knows only those below it.
"""

import gc
from typing import Final

# While modules are read all that is made stays, and at Python's own 700 the collector of cycles
# walks through it five hundred times: a sixth of what any command, worker or page takes to start.
# Where many rows are made it rests altogether (`app.collector`).
COLLECTED_AFTER: Final = 20_000, 5, 5
gc.set_threshold(*COLLECTED_AFTER)
