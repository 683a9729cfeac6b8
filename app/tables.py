"""Every table of the system, for migrations and for the check that they match the models."""

from app.accounts import models as accounts
from app.accounts import token_models as tokens
from app.adjudication import models as adjudication
from app.attachments import models as attachments
from app.audit import erasure_models as erasures
from app.audit import identified_models as identified
from app.audit import models as audit
from app.audit import opening_models as openings
from app.audit import seal_models as seals
from app.banking import drafts as line_drafts
from app.banking import models as banking
from app.books import models as books
from app.claims import decision_models as decisions
from app.claims import feed_models as feeds
from app.claims import models as claims
from app.claims import pace_models as pace
from app.claims import paper_models as claim_papers
from app.contributions import models as contributions
from app.cover import models as cover
from app.db import Base
from app.desks import models as desks
from app.enquiries import models as enquiries
from app.enrolment import models as enrolment
from app.evidence import models as evidence
from app.feeds import models as feed_parts
from app.files import models as files
from app.filing import models as filing
from app.helping import models as helping
from app.inspection import models as inspection
from app.jobs import Job
from app.ledger import models as ledger
from app.lists import models as lists
from app.notices import models as notices
from app.objections import models as objections
from app.online import models as online
from app.payments import drafts as payment_drafts
from app.payments import models as payments
from app.payments import public_models as public_lists
from app.reading import models as reading
from app.recoveries import models as recoveries
from app.reports import models as reports
from app.reviews import models as reviews
from app.roster import gig_models as gig
from app.roster import models as roster
from app.schemes import models as schemes
from app.simulation import models as simulation
from app.unions import models as unions
from app.units import models as units

METADATA = Base.metadata
__all__ = [
    "METADATA",
    "Job",
    "accounts",
    "adjudication",
    "attachments",
    "audit",
    "banking",
    "books",
    "claim_papers",
    "claims",
    "contributions",
    "cover",
    "decisions",
    "desks",
    "enquiries",
    "enrolment",
    "erasures",
    "evidence",
    "feed_parts",
    "feeds",
    "files",
    "filing",
    "gig",
    "helping",
    "identified",
    "inspection",
    "ledger",
    "line_drafts",
    "lists",
    "notices",
    "objections",
    "online",
    "openings",
    "pace",
    "payment_drafts",
    "payments",
    "public_lists",
    "reading",
    "recoveries",
    "reports",
    "reviews",
    "roster",
    "schemes",
    "seals",
    "simulation",
    "tokens",
    "unions",
    "units",
]
