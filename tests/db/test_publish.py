"""A scheme that cannot stand beside those published is refused before it is one of them."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from app.benefits.scheme_file import package_schemes
from app.benefits.tariffs import CapsDisagree, SchemesOverlap
from app.schemes.publish import publish


def test_what_the_kernel_could_not_work_with_is_not_published(session):
    publish(session, package_schemes(), by=None)
    last = max(package_schemes(), key=lambda scheme: scheme.starts_from)
    raised = tuple(replace(x, cap_fen=30_000_000) for x in last.benefits)
    amid = replace(last, id="new", starts_from=date(2030, 7, 1), benefits=raised)
    over = replace(last, id="new", starts_from=date(2021, 7, 1))
    for scheme, refusal in ((amid, CapsDisagree), (over, SchemesOverlap)):
        with pytest.raises(refusal), session.begin_nested():
            publish(session, [scheme], by=None)
    publish(session, [replace(amid, starts_from=date(2031, 1, 1))], by=None)
    assert session.scalar(text("SELECT count(*) FROM scheme")) == 5
