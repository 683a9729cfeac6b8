"""Money that comes back: from others who are liable, and from members who were paid too much.

A third party or an employer who is liable owes what the fund advanced: a `Recovery` (account 1202),
opened by two people and never above what was granted. A correction or a refund after the payment
leaves a member's receivable (1201): it is repaid in money, set off against a later benefit of the
same member, or written off. Opening, setting off and writing off take two people; and taking back
what was typed as paid back (`take_back`).

What was repaid or set off of money that turns out never to have reached the member is owed to the
member. The claim grants nothing any more, so that it has no benefit year of its own: the next
ordinary batch of the year of the payment that did not arrive pays it (`owed_year` in the schema,
0016), to another card, with all that holds for a batch. Not by taking the repayment back: it was
right when it was typed, a set-off has no way back, and the journal would have to unsay what came.

`app.adjudication.excess` says what a claim owes, from facts alone. What settles a receivable is
numbered among the payments (`payment_number`), so that the order of money on one claim is known for
ever.
"""
