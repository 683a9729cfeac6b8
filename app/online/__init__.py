"""Online payment: a unit, or a person who enrols, pays with a phone, and covers begin at once.

One interface (`provider.Provider`); behind it WeChat Pay's API v3 (`wechat`) and, in the
demonstration city alone, a simulated one. Without the provider's settings nothing is offered.

What a provider says is believed by its signature and by nothing else; then it is a fact
(`online_notice`, once by the provider's number of the transaction), and its money is received
(`contributions.receive`) out of 1002, where it lies until the provider pays out to the bank
(`settle`). Money that came is taken, however late: after its order's time, after its closing, or
twice. Another amount than the order's, or an order nobody knows, is kept for an officer
(`decide`), and no cover begins by it before.

Nothing here waits for a network inside a transaction: an order is committed first, then made known
to the provider under its number, which may be done again; what the provider says on being asked
(`ask`) is taken like its call-back. Whoever comes second finds the first's fact.
"""
