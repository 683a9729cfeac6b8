"""Enquiries (咨询): members and units' contacts ask, officers answer.

An enquiry belongs to a union: the district of the asker's unit, until somebody sends it on. Its
officers, and those of the unions above, see it; who sent it elsewhere sees it no more, unless that
lies below. Where the unit goes to another district meanwhile, it stays with whom it was asked of,
who may have begun to look into it: they are told of the move, and send it on where that is better.
It is a thread of messages that are only added to. Officers write answers and questions
back; the asker may go on asking, which opens it again with a new deadline, and rates it once.

Texts are sealed: people write of their illnesses. The log has a digest of each, salted with what is
sealed beside it, so that a text can be proved later and not guessed before. An operator's staff may
send an enquiry on and draft an answer; an officer reads and sends it.

Categories, deadline and limits against flooding are data: `policy.toml`.
"""
