"""huzhu: a trade union's medical mutual-aid fund, from roster to proof.

People come in by `app.web` and `app.cli`, work comes in by `workers`; below them the domain, in
the order money flows: `roster` -> `contributions` -> `cover` -> `claims` -> `adjudication` ->
`payments`, each event in the `ledger` and in the `evidence`, and `audit` hands it all to somebody
who need not trust us. A package knows only those below it.
"""
