"""Claims (补助申请): one settlement of the bureau's, put forward for payment.

`settlement` reads the bureau's file, `lifecycle` is the table of a claim's moves; both are pure.
`models` holds settlements, refunds and claims: facts, inserted and never updated.
"""
