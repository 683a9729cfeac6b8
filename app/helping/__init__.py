"""Helping (代办): somebody files and follows for a member, with the member's consent.

Two ways to consent. The member gives a code of eight signs that the helper types within two days,
or names the helper's ID number; the helper accepts. Or the member cannot act: one officer sees
papers (a guardian's, a power of attorney), another sees them again and hands the code to the
helper, whose ID number must be that of the papers. Consent ends by the member, by the helper, by an
officer (of a member who cannot), on its last day, at death; the next request is refused, for
`helps()` in the database is asked at every one.

A helper acts with an own account: a member's, or one of the role `helper`. That role has no member:
anybody can type an ID number, and an account bound to the member of that number would some day show
that person's claims to whoever typed it first. Nothing rests on the helper's word but that the same
number never decides about the member helped: officers are compared with it (`has_helped()`).

Helping moves no money: a benefit is paid to the member, and where to, only the member says
(`app.roster.card`); a helper's card that is somebody else's the database refuses, too
(`no_helpers_card`). Every act is the helper's own account's in the log; pages name both.
"""
