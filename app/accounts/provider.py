"""Staff signed in by a provider outside (OpenID Connect): who it says somebody is, proven.

The code flow with PKCE. A sign-in is begun by us: its state is good once and in the browser it
began in, its nonce must stand in the signed answer. Of the answer only the subject is believed,
never an e-mail address or a name: which account that is, the security administrator has written
down (`app.accounts.govern.tie_subject`). The provider is asked outside every transaction.
"""

import http.client
import json
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.accounts.models import STAFF, Account, ProviderTry
from app.clock import now
from app.errors import Refusal
from app.outside import Oidc

MINUTES: Final = 10
_TIMEOUT_S: Final = 10
_LONGEST: Final = 1 << 20
_LEEWAY_S: Final = 30
_SIGNED: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Never HMAC, which our own secret would sign, and never nothing."""
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class ProviderSilent(Refusal):
    """The provider cannot be reached, or says what nobody understands."""


class ProviderNotBelieved(Refusal):
    """The answer does not prove who somebody is, or belongs to no sign-in that was begun here."""


class ProviderDeclined(Refusal):
    """The person did not sign in there, or the provider did not let it be done."""


class SubjectUnknown(Refusal):
    """No account is tied to whom the provider names."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: kept until it comes back."""

    nonce: str
    verifier: str
    following: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where the provider says it is."""

    authorization: str
    token: str
    keys: str


def begin(session: Session, following: str) -> tuple[str, Begun]:
    """The state of a new sign-in, for the browser and the provider, and what is kept here."""
    session.execute(delete(ProviderTry).where(ProviderTry.recorded_at < _long_ago()))
    state, begun = token_urlsafe(32), Begun(token_urlsafe(32), token_urlsafe(48), following)
    session.add(
        ProviderTry(
            state_hash=_hash(state),
            nonce=begun.nonce,
            verifier=begun.verifier,
            following=following,
        )
    )
    session.flush()
    return state, begun


def take(session: Session, state: str) -> Begun | None:
    """What was begun with a state, which is then used up; None where it was not, or was before."""
    gone = session.execute(
        delete(ProviderTry)
        .where(ProviderTry.state_hash == _hash(state), ProviderTry.recorded_at >= _long_ago())
        .returning(ProviderTry.nonce, ProviderTry.verifier, ProviderTry.following)
    ).one_or_none()
    return Begun(*gone) if gone else None


def tied_account(session: Session, subject: str) -> Account | None:
    """The account of staff that an administrator has tied to a subject, be it disabled."""
    tied = select(Account).where(
        Account.subject == subject, Account.role.in_([role.value for role in STAFF])
    )
    return session.scalar(tied.execution_options(populate_existing=True))


def found(provider: Oidc) -> Found:
    """Where the provider's pages are. Raises ProviderSilent."""
    said = _fetched(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if said.get("issuer") != provider.issuer:
        raise ProviderSilent
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    addresses = [said.get(name) for name in names]
    if not all(isinstance(each, str) and _safe(each) for each in addresses):
        raise ProviderSilent
    return Found(*map(str, addresses))


def address(provider: Oidc, there: Found, begun: Begun, state: str, back: str) -> str:
    """Where the browser goes to sign in."""
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "state": state,
        "nonce": begun.nonce,
        "code_challenge": create_s256_code_challenge(begun.verifier),
        "code_challenge_method": "S256",
    }
    joined = "&" if urlsplit(there.authorization).query else "?"
    return there.authorization + joined + urlencode(asked)


def subject_of(provider: Oidc, begun: Begun, code: str, back: str) -> str:
    """Whom the provider means. Raises ProviderSilent, ProviderNotBelieved."""
    there = found(provider)
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": begun.verifier,
    }
    told = _fetched(there.token, given, provider)
    signed = told.get("id_token")
    if not isinstance(signed, str):
        raise ProviderNotBelieved
    try:
        keys = KeySet.import_key_set(_fetched(there.keys))  # type: ignore[arg-type]
        token = jwt.decode(signed, keys, algorithms=_SIGNED)
        _check(provider, begun, token.claims)
    except (JoseError, ValueError, KeyError, TypeError):
        raise ProviderNotBelieved from None
    subject = token.claims["sub"]
    if not isinstance(subject, str) or not subject:
        raise ProviderNotBelieved
    return subject


def _check(provider: Oidc, begun: Begun, claims: dict[str, Any]) -> None:
    wanted = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "exp": {"essential": True},
    }
    asked = {"nonce": begun.nonce, "client_id": provider.client_id}
    checked = CodeIDToken(claims, {}, options=wanted, params=asked)
    checked.validate(now=int(now().timestamp()), leeway=_LEEWAY_S)


def _fetched(
    where: str, given: dict[str, str] | None = None, provider: Oidc | None = None
) -> dict[str, Any]:
    if not _safe(where):
        raise ProviderSilent
    headers = {"Accept": "application/json", "User-Agent": "huzhu"}
    if provider:
        pair = f"{quote(provider.client_id, '')}:{quote(provider.client_secret, '')}"
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
    body = urlencode(given).encode() if given else None
    request = urllib.request.Request(where, data=body, headers=headers)  # noqa: S310
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
            said = json.loads(answer.read(_LONGEST))
    except urllib.error.HTTPError as refused:
        refused.close()
        raise (ProviderNotBelieved if provider else ProviderSilent) from None
    except (OSError, ValueError, http.client.HTTPException) as trouble:
        raise ProviderSilent from trouble
    if not isinstance(said, dict):
        raise ProviderSilent
    return said


def _safe(where: str) -> bool:
    """Https, or this very machine."""
    parts = urlsplit(where)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is secret goes where it was meant for, and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def _long_ago() -> Any:
    return func.transaction_timestamp() - text(f"interval '{MINUTES} min'")


def _hash(state: str) -> bytes:
    return sha256(state.encode("utf-8", "replace")).digest()
