"""Environment -> frozen `Settings`. What is missing stops the start, named, in sentences.

Nothing else reads the environment. Keys and addresses (they hold passwords) never appear in a
`repr`, so that no log and no error page can show one.

Two ways to name the database: DATABASE_URL alone is the owner's, and every connection of the
application then gives up its rights with SET ROLE (`app_role`); or DATABASE_URL is the
application's own sign-in and DATABASE_OWNER_URL the one that migrates. DATABASE_AUDITOR_URL is the
sign-in that auditors' pages read through; without it they go through the application's, which then
takes the auditor's role (`reader_role`), and the start says so. DATABASE_REPLICA_URL is a streaming
replica for long reads (`app.servers`), under the sign-in of DATABASE_URL.
"""

import base64
import binascii
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.outside import Bureau, Oidc, Tsa, all_or_none, bureau_of, oidc_of, tsa_of

ROOT: Final = Path(__file__).resolve().parent.parent
APP_ROLE: Final = "huzhu_app"
READER_ROLE: Final = "huzhu_auditor"
KEY_BYTES: Final = 32
SHORTEST_SECRET: Final = 16
KEYS: Final = (
    "HUZHU_SECRET_KEY",
    "HUZHU_ENCRYPTION_KEY",
    "HUZHU_INDEX_KEY",
    "HUZHU_PSEUDONYM_KEY",
)
MAKE_A_KEY: Final = (
    "python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"
)
CONNECTIONS, CONNECTION_WAIT_S = 15, 3
DRIVER: Final = "postgresql+psycopg://"
WECHAT: Final = (
    *("HUZHU_WECHAT_MCHID", "HUZHU_WECHAT_APPID", "HUZHU_WECHAT_SERIAL"),
    *("HUZHU_WECHAT_KEY_FILE", "HUZHU_WECHAT_APIV3_KEY_FILE", "HUZHU_WECHAT_PLATFORM_KEYS"),
    "HUZHU_WECHAT_NOTIFY_URL",
)
WECHAT_PAY: Final = "https://api.mch.weixin.qq.com"
_NOTICES: Final = re.compile(
    r"file:.+|(sms|wechat)\+(https://[^/\s]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)(/\S*)?"
)
_STORAGE: Final = re.compile(r"file:///.+|s3://[a-z0-9][a-z0-9.-]{1,62}(/.*)?")
_LARGEST_COUNT: Final = 9_999
LOCAL_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")


class Misconfigured(Exception):
    """The environment is not enough to start on. The message is for the person who starts us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatPay:
    """How we are known to WeChat Pay, and where the keys lie (`app.online.provided` reads them)."""

    mchid: str
    appid: str
    serial: str
    key_file: Path
    apiv3_key_file: Path
    platform_keys: tuple[tuple[str, Path], ...]  # the platform's key by its number
    notify_url: str
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All the application is told from outside."""

    database_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)  # None: nobody to ring, work waits for the sweep
    secret_key: str = field(repr=False)
    encryption_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    pseudonym_key: bytes = field(repr=False)
    reader_url: str = field(repr=False)  # what auditors' pages read through
    app_role: str | None
    reader_role: str | None
    embedded: bool
    data_dir: Path
    trusted_hosts: tuple[str, ...]
    trusted_proxies: int  # how many in front of us; their X-Forwarded-For is believed
    secure_cookies: bool
    wechat: WeChatPay | None = None  # None: nobody is offered to pay online
    notices: str = field(default="", repr=False)  # who sends them; an address can hold a secret
    notices_secret: str = field(default="", repr=False)
    storage: str = field(default="", repr=False)  # of papers; an address can hold a secret
    oidc: Oidc | None = None  # None: staff sign in by password only
    bureau: Bureau | None = None  # None: settlements come as files only
    tsa: Tsa | None = None  # None: bundles bear no stamp of the time
    second_factor: bool = False  # staff prove themselves twice
    ocr: bool = False  # photos of settlement sheets are read (app.reading)
    replica_url: str | None = field(default=None, repr=False)  # None: all is read where it is kept
    connections: int = CONNECTIONS  # a process has at once to one sign-in of the database
    connection_wait_s: int = CONNECTION_WAIT_S  # for one of them; then the asker is told

    @property
    def broker_url(self) -> str | None:
        """`redis_url` as Celery spells it: its name for a Unix socket is its own."""
        if self.redis_url and self.redis_url.startswith("unix://"):
            return "redis+socket://" + self.redis_url.removeprefix("unix://")
        return self.redis_url


def load(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment; raises `Misconfigured` naming all that is missing or wrong."""
    faults: list[str] = []
    embedded = _flag(environ, "HUZHU_EMBEDDED", faults, default=False)
    _refuse_missing(environ, embedded=embedded)
    encryption, index, pseudonym = (_key(environ, name, faults) for name in KEYS[1:])
    if len({encryption, index, pseudonym}) < len(KEYS[1:]) and not faults:
        faults.append(f"{', '.join(KEYS[1:])} must be three different keys.")
    if len(environ["HUZHU_SECRET_KEY"]) < SHORTEST_SECRET:
        faults.append(f"HUZHU_SECRET_KEY is shorter than {SHORTEST_SECRET} characters.")
    database_url = _address(environ, "DATABASE_URL", faults)
    owned_apart = bool(environ.get("DATABASE_OWNER_URL"))
    owner_url = _address(environ, "DATABASE_OWNER_URL", faults) if owned_apart else database_url
    reads_apart = bool(environ.get("DATABASE_AUDITOR_URL"))
    reader_url = _address(environ, "DATABASE_AUDITOR_URL", faults) if reads_apart else database_url
    copied = bool(environ.get("DATABASE_REPLICA_URL"))
    replica_url = _address(environ, "DATABASE_REPLICA_URL", faults) if copied else None
    # Who names the hosts it answers to stands behind https; on this machine alone it is plain http.
    hosts = tuple(environ.get("HUZHU_TRUSTED_HOSTS", "").replace(",", " ").split())
    secure_cookies = _flag(environ, "HUZHU_SECURE_COOKIES", faults, default=bool(hosts))
    proxies = _count(environ, "HUZHU_TRUSTED_PROXIES", faults)
    # One request may need a second beside its first.
    connections = _count(environ, "HUZHU_CONNECTIONS", faults, CONNECTIONS, least=2)
    wait_s = _count(environ, "HUZHU_CONNECTION_WAIT_S", faults, CONNECTION_WAIT_S)
    oidc, bureau = oidc_of(environ, faults), bureau_of(environ, faults)
    tsa = tsa_of(environ, faults)
    # Only this machine is served: the first look stays as easy as it is.
    second = environ.get("HUZHU_SECOND_FACTOR") or ("staff" if hosts else "off")
    if second not in ("off", "staff"):
        faults.append("HUZHU_SECOND_FACTOR is neither off nor staff.")
    wechat = _wechat(environ, faults)
    notices = _notices(environ, faults)
    storage = _storage(environ, faults)
    ocr = _ocr(environ, faults)
    if faults:
        raise Misconfigured("\n".join(faults))
    return Settings(
        database_url=database_url,
        owner_url=owner_url,
        reader_url=reader_url,
        app_role=None if owned_apart else APP_ROLE,
        reader_role=None if reads_apart else READER_ROLE,
        redis_url=environ.get("REDIS_URL") or None,
        secret_key=environ["HUZHU_SECRET_KEY"],
        encryption_key=encryption,
        index_key=index,
        pseudonym_key=pseudonym,
        embedded=embedded,
        data_dir=data_dir(environ),
        trusted_hosts=hosts or LOCAL_HOSTS,
        trusted_proxies=proxies,
        secure_cookies=secure_cookies,
        wechat=wechat,
        notices=notices,
        notices_secret=environ.get("HUZHU_NOTICES_SECRET", ""),
        storage=storage,
        second_factor=second == "staff",
        oidc=oidc,
        bureau=bureau,
        tsa=tsa,
        ocr=ocr,
        replica_url=replica_url,
        connections=connections,
        connection_wait_s=wait_s,
    )


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where embedded data, keys and logs lie: HUZHU_DATA, or `.data` beside the code."""
    return Path(environ.get("HUZHU_DATA") or ROOT / ".data").expanduser().resolve()


def names_own_database(environ: Mapping[str, str]) -> bool:
    """Whether somebody brings a database of their own, so that nothing embedded is started."""
    return bool(environ.get("DATABASE_URL"))


def _refuse_missing(environ: Mapping[str, str], *, embedded: bool) -> None:
    # A command beside the embedded database has nobody to ring; elsewhere a missing broker
    # would be noticed only when work stays undone.
    wanted = ("DATABASE_URL", *(() if embedded else ("REDIS_URL",)), *KEYS)
    missing = [name for name in wanted if not environ.get(name)]
    lines = [f"{name} is not set." for name in missing]
    if any(name in KEYS for name in missing):
        lines.append(f"Each key is 32 random bytes in base64; this makes one: {MAKE_A_KEY}")
    if lines:
        raise Misconfigured("\n".join(lines))


def _key(environ: Mapping[str, str], name: str, faults: list[str]) -> bytes:
    try:
        key = base64.b64decode(environ[name], validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        faults.append(f"{name} is not {KEY_BYTES} bytes in base64; this makes one: {MAKE_A_KEY}")
    return key


def _wechat(environ: Mapping[str, str], faults: list[str]) -> WeChatPay | None:
    if all_or_none(environ, WECHAT, "Online payment", faults) is None:
        return None
    pairs = [each.partition("=") for each in environ["HUZHU_WECHAT_PLATFORM_KEYS"].split()]
    if not all(number and path for number, _, path in pairs):
        faults.append("HUZHU_WECHAT_PLATFORM_KEYS is not a list of NUMBER=FILE.")
    return WeChatPay(
        mchid=environ["HUZHU_WECHAT_MCHID"],
        appid=environ["HUZHU_WECHAT_APPID"],
        serial=environ["HUZHU_WECHAT_SERIAL"],
        key_file=Path(environ["HUZHU_WECHAT_KEY_FILE"]),
        apiv3_key_file=Path(environ["HUZHU_WECHAT_APIV3_KEY_FILE"]),
        platform_keys=tuple((number, Path(path)) for number, _, path in pairs),
        notify_url=environ["HUZHU_WECHAT_NOTIFY_URL"],
        base_url=environ.get("HUZHU_WECHAT_URL") or WECHAT_PAY,
    )


def _address(environ: Mapping[str, str], name: str, faults: list[str]) -> str:
    scheme, _, rest = environ[name].partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg") or not rest:
        faults.append(f"{name} is not a PostgreSQL address (postgresql://user@host/database).")
    return DRIVER + rest


def _notices(environ: Mapping[str, str], faults: list[str]) -> str:
    """Who sends notices: empty, file:DIR, or an address behind sms+ or wechat+."""
    given = environ.get("HUZHU_NOTICES", "")
    if given and not _NOTICES.fullmatch(given):
        faults.append("HUZHU_NOTICES is neither file:DIR nor sms+https://… nor wechat+https://….")
    elif given and not given.startswith("file:") and not environ.get("HUZHU_NOTICES_SECRET"):
        faults.append("HUZHU_NOTICES_SECRET is not set: it signs what goes to HUZHU_NOTICES.")
    return given


def _storage(environ: Mapping[str, str], faults: list[str]) -> str:
    """Where papers are kept: a folder under the data directory, or file:// or s3:// with a path."""
    given = environ.get("HUZHU_STORAGE") or f"file://{data_dir(environ)}/papers"
    if not _STORAGE.fullmatch(given):
        faults.append("HUZHU_STORAGE is neither file:///DIR nor s3://BUCKET/PREFIX.")
    elif given.startswith("s3:") and importlib.util.find_spec("s3fs") is None:
        faults.append(
            "HUZHU_STORAGE names a bucket: that needs s3fs (the extra s3):"
            " run .venv/bin/pip install s3fs."
        )
    return given


def _ocr(environ: Mapping[str, str], faults: list[str]) -> bool:
    """Whether photos are read; without the extra that would be noticed only by its absence."""
    wanted = _flag(environ, "HUZHU_OCR", faults, default=False)
    missing = [name for name in ("rapidocr", "onnxruntime") if not importlib.util.find_spec(name)]
    if wanted and missing:
        faults.append(
            f"HUZHU_OCR is on, and {' and '.join(missing)} not installed (the extra ocr):"
            " run python3 -m deploy setup ocr, or unset HUZHU_OCR."
        )
    return wanted


def _count(
    environ: Mapping[str, str], name: str, faults: list[str], usual: int = 0, least: int = 0
) -> int:
    said = environ.get(name) or str(usual)
    known = said.isascii() and said.isdigit() and len(said) <= len(str(_LARGEST_COUNT))
    if not (known and int(said) >= least):
        faults.append(f"{name} is not a whole number from {least} to {_LARGEST_COUNT}.")
    return int(said) if known else usual


def _flag(environ: Mapping[str, str], name: str, faults: list[str], *, default: bool) -> bool:
    said = environ.get(name, "").strip().lower()
    if said not in ("", "0", "1", "no", "yes", "false", "true"):
        faults.append(f"{name} is neither 0 nor 1.")
    return said in ("1", "yes", "true") if said else default
