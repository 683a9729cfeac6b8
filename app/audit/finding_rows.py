"""Which samples and findings are in a benefit year's bundle, as SQL (see `select`).

All findings, of whatever year: none can be left out of a bundle, and an open one is in the next.
"""

from typing import Final

_OF_SAMPLES: Final = """
    audit_sample_item t JOIN audit_sample s ON s.id = t.sample_id AND s.benefit_year = %(year)s"""

FINDING_FROM: Final[dict[str, tuple[tuple[str, ...], str, str]]] = {
    "audit_sample": ((), "audit_sample t WHERE t.benefit_year = %(year)s", "t.id"),
    "audit_sample_item": ((), _OF_SAMPLES, "t.sample_id, t.no"),
    "audit_finding": ((), "audit_finding t", "t.id"),
    "audit_finding_step": ((), "audit_finding_step t", "t.finding_id, t.seq"),
}
