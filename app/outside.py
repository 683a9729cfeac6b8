"""Services outside that the environment may name: each wholly or not at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

BUREAU: Final = (
    *("HUZHU_BUREAU_URL", "HUZHU_BUREAU_APP_ID", "HUZHU_BUREAU_SECRET"),
    "HUZHU_BUREAU_BY",
)
_SAFE: Final = re.compile(r"https://\S+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/\S*)?")


@dataclass(frozen=True, slots=True)
class Bureau:
    """The insurance bureau's interface (`app.feeds.bureau`); `by` answers for the daily pull."""

    url: str
    app_id: str
    secret: str = field(repr=False)
    by: str


def bureau_of(environ: Mapping[str, str], faults: list[str]) -> Bureau | None:
    """The bureau's interface; None where settlements come as files only."""
    given = all_or_none(environ, BUREAU, "Pulling settlements", faults)
    if given and not _SAFE.fullmatch(given[0]):
        faults.append("HUZHU_BUREAU_URL is no https address.")
    return Bureau(*given) if given else None


def all_or_none(
    environ: Mapping[str, str], names: tuple[str, ...], what: str, faults: list[str]
) -> list[str] | None:
    """The values of what goes together; some of it missing is a fault."""
    missing = [name for name in names if not environ.get(name)]
    if missing and len(missing) < len(names):
        faults.append(f"{what} also wants {', '.join(missing)}.")
    return None if missing else [environ[name] for name in names]


TSA: Final = ("HUZHU_TSA_URL", "HUZHU_TSA_ROOTS")


@dataclass(frozen=True, slots=True)
class Tsa:
    """A time-stamping authority (RFC 3161), and the file of the roots that vouch for it."""

    url: str
    roots: Path


def tsa_of(environ: Mapping[str, str], faults: list[str]) -> Tsa | None:
    """Who stamps bundles with the time; None: nobody does."""
    given = all_or_none(environ, TSA, "Time-stamping", faults)
    if given and not re.fullmatch(r"https?://\S+", given[0]):  # what comes back is signed
        faults.append("HUZHU_TSA_URL is no http address.")
    return Tsa(given[0], Path(given[1])) if given else None


OIDC: Final = ("HUZHU_OIDC_ISSUER", "HUZHU_OIDC_CLIENT_ID", "HUZHU_OIDC_CLIENT_SECRET")


@dataclass(frozen=True, slots=True)
class Oidc:
    """The provider that signs staff in (`app.accounts.provider`)."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


def oidc_of(environ: Mapping[str, str], faults: list[str]) -> Oidc | None:
    """The provider; None where staff sign in by password only."""
    given = all_or_none(environ, OIDC, "Sign-in by a provider", faults)
    if given and not _SAFE.fullmatch(given[0]):
        faults.append("HUZHU_OIDC_ISSUER is no https address.")
    return Oidc(*given) if given else None
