"""What each kind of act in the evidence log is called, in a sentence; counts, where they help.

Every act that is recorded has one (a test looks through the code): what an officer did is told to
the others, and a kind that nobody worded would be missing from "Done lately" without a sign.
"""

from typing import Any, Final

from flask_babel import lazy_gettext

SENTENCES: Final[dict[str, Any]] = {
    "account.added": lazy_gettext("An account was added."),
    "account.renewal_begun": lazy_gettext("An account's password is renewed."),
    "account.right_taken": lazy_gettext("An account's right was taken away."),
    "account.scope_set": lazy_gettext("An account's scope was changed."),
    "account.subject_tied": lazy_gettext("An account was tied to the sign-in provider."),
    "account.factor_reset": lazy_gettext("An account's second step is set anew."),
    "account.codes_made": lazy_gettext("An account made new recovery codes."),
    "account.factor_moved": lazy_gettext("An account moved its second step to another phone."),
    "account.factor_set": lazy_gettext("An account set its second step."),
    "account.token_made": lazy_gettext("A token for a program was made."),
    "account.token_accepted": lazy_gettext("An officer agreed to a bureau's token."),
    "account.token_revoked": lazy_gettext("A token for a program was revoked."),
    "account.disabled": lazy_gettext("An account was disabled."),
    "account.password_set": lazy_gettext("An account got a new password."),
    "attachment.added": lazy_gettext("Photos or papers were added to a claim."),
    "bank.added": lazy_gettext("A bank account of the fund was registered."),
    "bank.ended": lazy_gettext("A bank account of the fund was ended."),
    "bank.corrected": lazy_gettext("A bank account of the fund was put right."),
    "benefit.set_off": lazy_gettext(
        "%(amount)s of a benefit (%(years)s) was used for what the member owed."
    ),
    "books.closed": lazy_gettext("The books of %(period)s were closed."),
    "books.close_approved": lazy_gettext("The closing of %(period)s was approved."),
    "books.reversed": lazy_gettext("An entry of %(years)s was reversed."),
    "books.reversal_approved": lazy_gettext("The reversal of an entry of %(years)s was approved."),
    "account.auditor_key": lazy_gettext("An auditor gave a key for identified editions."),
    "account.auditor_key_given": lazy_gettext("An auditor's key may open identified editions."),
    "account.auditor_key_taken": lazy_gettext(
        "An auditor's key lost the right to identified editions."
    ),
    "bundle.identified": lazy_gettext("An identified edition of a bundle was made."),
    "bundle.made": lazy_gettext("The audit bundle of %(years)s was made."),
    "bundle.verified": lazy_gettext("The audit bundle of %(years)s was verified."),
    "card.confirmed": lazy_gettext("A member confirmed the own bank card."),
    "card.given": lazy_gettext("A member gave another bank card."),
    "changes.handed_in": lazy_gettext("%(unit)s handed in a list of joiners and leavers."),
    "changes.taken_in": lazy_gettext("The joiners and leavers of %(unit)s were taken in."),
    "changes.refused": lazy_gettext("The joiners and leavers of %(unit)s were sent back."),
    "changes.withdrawn": lazy_gettext("%(unit)s withdrew a list of joiners and leavers."),
    "checkpoint.key": lazy_gettext("A key for checkpoints was registered."),
    "checkpoint.signed": lazy_gettext("A checkpoint of the sealed log was signed."),
    "checkpoint.countersigned": lazy_gettext("An SM2 signature was kept with a checkpoint."),
    "checkpoint.stamped": lazy_gettext("A time-stamp was kept with a bundle."),
    "checkpoint.witnessed": lazy_gettext("Signatures of witnesses were kept with a checkpoint."),
    "claim.confirmed": lazy_gettext("The papers of a claim filed by hand were seen and confirmed."),
    "claim.decided": lazy_gettext("A claim was decided by two officers."),
    "claim.opened": lazy_gettext("An auditor opened a claim."),
    "claim.filed": lazy_gettext("A claim was filed by hand."),
    "claim.proposal_dropped": lazy_gettext("A proposal about a claim was dropped."),
    "claim.proposed": lazy_gettext("A decision about a claim was proposed."),
    "claim.undone": lazy_gettext("A claim filed by hand was sent back or taken back."),
    "claims.determined": lazy_gettext(
        "%(claims)s claims determined: %(payable)s to pay, %(refused)s without payment."
    ),
    "claims.swept": lazy_gettext("%(claims)s left-over claims were looked at."),
    "consent.stated": lazy_gettext("Who filed at the counter saw the member's signed consent."),
    "consent.given": lazy_gettext("A member agreed to the use of medical data for a claim."),
    "credit.used": lazy_gettext("%(unit)s used %(amount)s of its credit for %(benefit_year)s."),
    "demo.declined": lazy_gettext("No demonstration city was wanted."),
    "demo.loaded": lazy_gettext("The demonstration city was loaded."),
    "demo.played": lazy_gettext("A year was played for the demonstration."),
    "enquiry.asked": lazy_gettext("Something was asked."),
    "enquiry.answered": lazy_gettext("An enquiry was answered."),
    "enquiry.asked_back": lazy_gettext("An asker was asked something back."),
    "enquiry.dispatched": lazy_gettext("An enquiry was sent on to another union."),
    "enquiry.rated": lazy_gettext("An answer was rated."),
    "enquiry.taken": lazy_gettext("An officer took an enquiry."),
    "heir.named": lazy_gettext("The heir of a deceased member was approved."),
    "help.begun": lazy_gettext("A member lets somebody help."),
    "help.ended": lazy_gettext("Help for a member ended."),
    "help.papers_seen": lazy_gettext("Two officers saw papers of a member's helper."),
    "injury.stated": lazy_gettext("What a member says of an injury was written down."),
    "late.credited": lazy_gettext(
        "Money of %(unit)s that came too late was credited back: %(amount)s."
    ),
    "line.resolved": lazy_gettext("A line of a statement was explained: %(amount)s."),
    "member.erased": lazy_gettext("Personal data were erased, approved by a second officer."),
    "member.erasure_asked": lazy_gettext("An officer asked to have personal data erased."),
    "member.fates": lazy_gettext(
        "A list of died and retired people: %(new)s new, %(covers_ended)s covers ended."
    ),
    "member.fate_doubted": lazy_gettext("A word of death or retirement was said to be wrong."),
    "member.fate_taken_back": lazy_gettext(
        "A word of death or retirement was taken back by two officers."
    ),
    "notices.retried": lazy_gettext("%(notices)s notices are to be sent again."),
    "objection.answered": lazy_gettext("An objection to a result was answered."),
    "objection.made": lazy_gettext("A member objected to a result."),
    "online.decided": lazy_gettext("An online payment that fitted no order was booked."),
    "online.paid": lazy_gettext("%(amount)s was paid online."),
    "online.settled": lazy_gettext(
        "Online payments were paid out to the bank: %(amount)s, less the fee."
    ),
    "paper.opened": lazy_gettext("An auditor looked at a paper of a claim."),
    "payments.approved": lazy_gettext(
        "The payment batch of %(years)s was approved: %(amount)s, lines %(lines)s."
    ),
    "payments.confirmed": lazy_gettext(
        "The payment batch of %(years)s was confirmed by a third person: %(amount)s."
    ),
    "payments.resolved": lazy_gettext(
        "Two officers settled what became of a payment of %(years)s."
    ),
    "payments.rewritten": lazy_gettext(
        "The bank's file of a payment batch of %(years)s was written again."
    ),
    "publication.proposed": lazy_gettext("A public list of benefits paid was proposed."),
    "publication.approved": lazy_gettext("A public list of benefits paid was approved."),
    "publication.ended": lazy_gettext("A public list was dropped or taken down."),
    "receipt.undone": lazy_gettext(
        "Money booked for %(unit)s was a wrong match and waits again: %(amount)s."
    ),
    "receivable.repaid": lazy_gettext("A member repaid %(amount)s."),
    "receivable.written_off": lazy_gettext("%(amount)s that a member owed was written off."),
    "recovery.given_up": lazy_gettext("A recovery of %(amount)s was given up."),
    "recovery.opened": lazy_gettext("A recovery of %(amount)s was opened."),
    "recovery.received": lazy_gettext("%(amount)s of a recovery came in."),
    "refund.proposed": lazy_gettext("A refund of %(amount)s was proposed."),
    "refund.approved": lazy_gettext("A refund of %(amount)s was approved."),
    "refund.withdrawn": lazy_gettext("A refund of %(amount)s was withdrawn."),
    "refund.paid": lazy_gettext("The bank paid a refund of %(amount)s."),
    "refund.bounced": lazy_gettext("A refund of %(amount)s came back."),
    "review.answered": lazy_gettext("Papers that a reviewer asked for have come."),
    "review.papers_asked": lazy_gettext("A reviewer asked a member for papers."),
    "review.passed": lazy_gettext("A claim passed a stage of its review."),
    "review.refused": lazy_gettext("A reviewer refused a claim filed by hand."),
    "review.returned": lazy_gettext("A reviewer returned a claim to the stage before."),
    "roster.late_permitted": lazy_gettext(
        "%(unit)s may enrol late for %(years)s, until %(until)s."
    ),
    "roster.withdrawn": lazy_gettext("A roster of %(unit)s for %(years)s was withdrawn."),
    "finding.answered": lazy_gettext("A finding of the audit was answered."),
    "finding.asked": lazy_gettext("An auditor asked again about a finding."),
    "finding.closed": lazy_gettext("An auditor closed a finding."),
    "finding.raised": lazy_gettext("An auditor wrote down a finding."),
    "sample.drawn": lazy_gettext("An auditor drew a sample of %(years)s."),
    "scheme.drafted": lazy_gettext("Scheme %(scheme)s was opened as a draft."),
    "scheme.edited": lazy_gettext("The draft of scheme %(scheme)s was edited."),
    "scheme.discarded": lazy_gettext("A scheme's draft was discarded."),
    "scheme.published": lazy_gettext("Scheme %(scheme)s was published."),
    "statement.imported": lazy_gettext("A bank statement was imported, lines %(lines)s."),
    "union.added": lazy_gettext("A union was added."),
    "settlements.handed_in": lazy_gettext("A bureau's program sent a settlement file."),
    "unit.added": lazy_gettext("%(unit)s was registered."),
    "unit.changed": lazy_gettext("The particulars of %(unit)s were changed."),
    "unit.contact_named": lazy_gettext("%(unit)s got a contact."),
    "unit.gig_opened": lazy_gettext("Gig workers can enrol themselves with %(unit)s."),
    "unit.left": lazy_gettext("%(left)s people left %(unit)s."),
    "unit.merged": lazy_gettext("%(unit)s went into another unit."),
    "unit.refused": lazy_gettext("A unit's request was refused."),
    "unit.split": lazy_gettext("%(heads)s people of %(unit)s went to another unit."),
}
"""By the act. Placeholders: unit, years, amount, payable, and any of the event's own facts."""
