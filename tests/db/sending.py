"""Rosters that are sent to a town's unit for its next year, confirmed, and looked at."""

from datetime import date

from sqlalchemy import text

from app.accounts.models import Account
from app.db import transaction
from app.enrolment.upload import Wish, confirm_upload, discard_upload, take_upload
from app.enrolment.upload_report import Report, opened
from app.unions.models import Union
from tests.factories import make_account, make_id, make_name
from tests.workers.town import Town, one

NEXT_YEAR = 2024


def person(seed: int, name: str | None = None) -> list[str]:
    return [name or make_name(seed), make_id(seed), make_account(seed)]


def send(
    town: Town, content: bytes, key: str = "form", by: int | None = None, **other: object
) -> int:
    unit_id = one("SELECT min(id) FROM unit")
    first = date(NEXT_YEAR, 1, 1)
    known = {"unit_id": unit_id, "year": NEXT_YEAR, "starts_on": first, "confirmed_on": first}
    with transaction() as session:
        wish = Wish(**known | {"request_key": key, "lang": "zh"} | other)
        return take_upload(session, wish, content, name="花名册.xlsx", by=by or town.by)


def confirm(upload_id: int, by: int | None = None) -> None:
    with transaction() as session:
        first = session.execute(text("SELECT min(id) FROM account")).scalar_one()
        confirm_upload(session, upload_id, by=by or first)


def discard(upload_id: int, by: int | None = None) -> None:
    with transaction() as session:
        first = session.execute(text("SELECT min(id) FROM account")).scalar_one()
        discard_upload(session, upload_id, by=by or first)


def officer(login: str, union: str | None = None) -> int:
    """Another officer: of the city federation, or of a district made for it."""
    with transaction() as session:
        union_id = session.execute(text("SELECT min(id) FROM union_node")).scalar_one()
        if union:
            district = Union(name=union, parent_id=union_id)
            session.add(district)
            session.flush()
            union_id = district.id
        known = {"role": "officer", "password_hash": "-", "union_id": union_id}
        made = Account(login=login, name=login, **known)
        session.add(made)
        session.flush()
        return made.id


def stands(upload_id: int) -> tuple[str, Report | None]:
    with transaction() as session:
        state, cipher = session.execute(
            text("SELECT state, report FROM roster_upload WHERE id = :id"), {"id": upload_id}
        ).one()
        return state, opened(cipher, upload_id) if cipher else None


def rosters() -> int:
    return one("SELECT count(*) FROM roster WHERE benefit_year = :year", year=NEXT_YEAR)
