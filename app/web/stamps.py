"""For whom a form was made: said by the secret of its token, which is signed.

Flask-WTF puts a random secret into the cookie, and every form carries it signed. Ours ends in the
account and the member it acts for. So a form that comes when its session is over still says whose
it was, and that a page of ours made it; no other account's form does. That token does not run out:
with one that got abroad another site's page could have a form kept for its owner to find, so what a
browser says comes from there is none of ours.
"""

from hashlib import sha256
from secrets import token_hex
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from flask import current_app, g, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

_NAME: Final = "csrf_token"
_SALT: Final = "wtf-csrf-token"
"""Flask-WTF's own."""
_PARTS: Final = 3


class Stamp(NamedTuple):
    """`key` is of one session's forms; `member` is 0 where the account acts for nobody else."""

    key: str
    account: int
    member: int


def stamp(account: int, member: int | None = None) -> None:
    """From now on forms are made for this account, acting for that member; those of before are
    worth nothing."""
    session[_NAME] = f"{token_hex(20)}.{account}.{member or 0}"
    g.pop(_NAME, None)


def stamp_of_form() -> Stamp | None:
    """For whom the form was made that was just posted; None where it is none of ours."""
    if _from_elsewhere():
        return None
    reader = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=_SALT)
    try:
        secret = reader.loads(request.form.get(_NAME, ""))
    except BadData:
        return None
    parts = secret.split(".") if isinstance(secret, str) else []
    if len(parts) != _PARTS:
        return None
    return Stamp(sha256(secret.encode()).hexdigest()[:32], int(parts[1]), int(parts[2]))


def _from_elsewhere() -> bool:
    """Whether the browser says that another site sent this; its page cannot keep it from saying."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site != "same-origin"
    return origin is not None and urlsplit(origin).netloc != request.host
