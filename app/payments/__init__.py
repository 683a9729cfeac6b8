"""Money out: batches to the bank, and what the bank answers.

What is to be paid for a claim is always worked out from the facts: today's determination less every
payment that did not fail. Nothing is sent while a payment of the claim has no answer, so that one
determination is in at most one live payment; the schema says so again (`models`).

A batch is prepared by one officer and approved by another, and pays neither of them. Who takes
part holds the rows of `claim_queue` in (member_id, claim_id) order: two exports, an export and a
drain, or two imports of one answer wait for each other and then see what the other did.

The ledger follows the money: payable (2001), at the bank (2002), paid (1001). A determination that
falls while its money is at the bank leaves a debit on 2001; the bank's "paid" turns it into
something to recover (1201), its "failed" makes it vanish. `due` ties the one to the other.

The bank's first word on a payment stands. What contradicts it is kept and listed, and moves no
money: such a claim is paid again only after a person has looked.

Of 50,000 payments the server works nearly all the time, so what is written first is what needs the
program least: the postings and moves, while the file is made and sealed accounts are opened for it.
An answer asks of its claims only what an answer needs, in one statement with the payments: 0.38 s
of the server for 0.54 in two, each of which is sent 50,000 keys. Thrown away: the moves written
before the postings (for these the server then waited 0.08 s); moves as an INSERT out of the queue's
UPDATE (0.48 s for 0.44, and no row of it can be made meanwhile).
"""
