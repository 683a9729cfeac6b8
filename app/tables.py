"""Every table of the system, for migrations and for the check that they match the models."""

from app.accounts import models as accounts
from app.adjudication import models as adjudication
from app.audit import models as audit
from app.banking import models as banking
from app.claims import models as claims
from app.contributions import models as contributions
from app.cover import models as cover
from app.db import Base
from app.enrolment import models as enrolment
from app.evidence import models as evidence
from app.files import models as files
from app.jobs import Job
from app.ledger import models as ledger
from app.payments import drafts as payment_drafts
from app.payments import models as payments
from app.roster import models as roster
from app.schemes import models as schemes
from app.unions import models as unions

METADATA = Base.metadata
__all__ = [
    "METADATA",
    "Job",
    "accounts",
    "adjudication",
    "audit",
    "banking",
    "claims",
    "contributions",
    "cover",
    "enrolment",
    "evidence",
    "files",
    "ledger",
    "payment_drafts",
    "payments",
    "roster",
    "schemes",
    "unions",
]
