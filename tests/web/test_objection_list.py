"""The objections that wait, as an officer pages through them."""

import re

from flask import Flask
from sqlalchemy import text

from app.clock import today
from app.db import transaction
from tests.web.browser import Browser
from tests.web.fund import Fund


def test_on_its_pages_each_objection_that_waits_stands_once_the_most_urgent_first(
    web: Flask, fund: Fund
) -> None:
    made = """
        INSERT INTO objection (id, member_id, claim_id, grant_no, kind, says_cipher, object_by,
                               answer_by, recorded_by)
        SELECT nextval('objection_id_seq'), d.member_id, d.claim_id, d.grant_no, 'person', '',
               CAST(:day AS date) + 30, CAST(:day AS date) + (d.claim_id % 2)::int - 1, a.id
        FROM determination d JOIN account a ON a.member_id = d.member_id AND a.role = 'member'
        ON CONFLICT DO NOTHING
    """
    day = today()
    with web.app_context(), transaction() as session:
        session.execute(text(made), {"day": day})
        waits = """
            SELECT o.id FROM objection o
            WHERE o.id NOT IN (SELECT objection_id FROM objection_answer)
            ORDER BY o.answer_by, o.id
        """
        numbers = session.scalars(text(waits)).all()
    officer, path, shown, late = Browser(web).sign_in("officer1"), "/office/objections", [], 0
    for _ in range(30):
        page = officer.get(f"{path}{'&' if '?' in path else '?'}size=2").text
        of_waiting = page.partition("<h2>")[0]
        shown += [int(x) for x in re.findall(r'<a href="/office/objections/(\d+)">', of_waiting)]
        late += of_waiting.count("已超期")
        following = re.search(r'href="(/office/objections\?after=\d+)"', page)
        if following is None:
            break
        path = following[1]
    assert shown == numbers
    assert 0 < late < len(shown)
    assert len(shown) > 4
