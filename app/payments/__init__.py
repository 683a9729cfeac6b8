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
The claims that wait are found and held by one statement, and what the database asks of a payment it
looks up once (0012_owed.sql): 50,000 then take the server 1.55 s for 1.67, of 1.9 by the clock.

An answer's first line names its batch: the server holds the claims while the program reads the
rest. It tells what it holds, and is then asked only for what is not as usual: words there are
already, and claims of which a first payment is not all that is owed. That is 0.07 s of the server,
0.39 where it told all of each claim and payment once more; accounts, 0.05 s, are looked up only if
the answer shows any. What came of it is counted while the server brings the queue after the moves.
An answer of 50,000 then takes 0.95 s for 1.33, and the server 0.8 s of them for 1.05.

Thrown away: the moves written before the postings (for these the server then waited 0.08 s); moves
as an INSERT out of the queue's UPDATE (0.48 s for 0.44, and no row of it can be made meanwhile);
names and accounts asked for while the claims' standings are put together, and each member's account
opened once for all claims (either 0.03 s of 1.9); several queries sent at once for the first to be
worked on while the next is answered: psycopg hands out none before all are there.
"""
