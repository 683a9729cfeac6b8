"""A member's claim on its way, in five small steps, each kept as it is taken.

`typed` is what has been typed so far, and what of it is done yet (pure); `draft` keeps it, one for
each member and purpose (a new bill, or one undone filing that is filed again), so that a phone, a
second tab and a counter's screen all go on with the same one. A draft is no fact: it is mutable,
has no evidence, and goes 60 days after it was begun. All of it is sealed: whoever reads the
database learns that somebody began a claim, and nothing else. What was typed stays as it was typed,
faults included: a lost connection, a session that ended, a wrong figure lose nothing.

`send` files it: the claim, its papers, the member's word on an injury, the bank card and the
consent are one transaction with the draft's end. The claim's request key is made of the draft's
number, so that every later click, tab or device is led to the claim that came of it.

**Whose card.** Money of a claim goes to the account recorded last, unless the union that recorded
it does not answer for the cover (`app.payments.take`). That rule is about what officers write of
others. What members write of themselves needs nobody else's word: it pays nobody but them, under
their own name, and the bank refuses a card of another name. So a card given here is recorded by the
member's own account (`app.roster.card`), as the one given at self-enrolment is by nobody's: neither
is anybody else's doing. Only the own account may. Who helps a member files with the card that is
known, or with none: the member gives it later. What the member has said so no roster replaces.

**Consent.** Until it is sent a draft is the member's own note, which nobody else is shown. The fund
uses medical data only after the consent that is asked for by itself at the end (Personal
Information Protection Law, articles 28-30); `claim_consent` keeps who agreed to which text. At the
counter it is signed on paper (`consent`).
"""
