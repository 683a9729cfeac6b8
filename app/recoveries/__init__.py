"""Money that comes back: from others who are liable, and from members who were paid too much.

A third party or an employer who is liable owes what the fund advanced: a `Recovery` (account 1202),
opened by two people and never above what was granted. A correction or a refund after the payment
leaves a member's receivable (1201): it is repaid in money, set off against a later benefit of the
same member, or written off. Opening, setting off and writing off take two people; and taking back
what was typed as paid back (`take_back`).

`app.adjudication.excess` says what a claim owes, from facts alone. What settles a receivable is
numbered among the payments (`payment_number`), so that the order of money on one claim is known for
ever.
"""
