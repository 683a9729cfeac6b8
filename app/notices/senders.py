"""Who sends: a folder of files, or a gateway for SMS or WeChat over HTTP. Chosen by a setting.

`file:DIR` writes a file a notice, named by its number. `sms+https://…` and `wechat+https://…` post
JSON with the notice's own key, under which a gateway sends once, and sign it with HMAC-SHA-256 over
the time and the body; plain http only to this machine. A sender raises NotSent with the kind of the
trouble, never with what was sent.
"""

import hashlib
import hmac
import http.client
import json
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from app.clock import now
from app.files.disk import FileUnwritable, write_whole

SECONDS: Final = 10
CODE: Final = "sign_in_code"
_CODE: Final = ".code"
_CODE_MINUTES: Final = 10
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_GOOD: Final = range(200, 300)


class NotSent(Exception):
    """The message was not taken; `kind` says why in a word."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class WrongSender(ValueError):
    """The setting names no sender."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. `key` is the notice's own, the same at every try."""

    number: int
    key: str
    kind: str
    phone: str | None = field(repr=False)
    text: str = field(repr=False)


class Sender(Protocol):
    """Sends one message; `needs_phone`: not without an address."""

    @property
    def needs_phone(self) -> bool: ...

    def send(self, message: Message) -> None:
        """Raises NotSent."""

    def tidy(self) -> None:
        """Forget what must not lie about any longer."""


@dataclass(frozen=True, slots=True)
class ToFolder:
    """A file a notice, whole or not there: for who prints them or takes them elsewhere."""

    folder: Path
    needs_phone: bool = False

    def send(self, message: Message) -> None:
        name = f"{message.number:010d}{_CODE if message.kind == CODE else ''}.json"
        said = {
            "notice": message.number,
            "kind": message.kind,
            "phone": message.phone,
            "text": message.text,
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
            write_whole(self.folder / name, content.encode())
        except (OSError, FileUnwritable) as trouble:
            raise NotSent("file") from trouble

    def tidy(self) -> None:
        """Take away the files of one-time codes that count no more."""
        ended = now() - timedelta(minutes=_CODE_MINUTES)
        for file in self.folder.glob(f"*{_CODE}.json"):
            if file.stat().st_mtime < ended.timestamp():
                file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class ToGateway:
    """POST to one address; `way` is sms or wechat and says what the body looks like."""

    way: str
    address: str
    secret: bytes = field(repr=False)
    needs_phone: bool = True

    def send(self, message: Message) -> None:
        body = json.dumps(_BODIES[self.way](message), ensure_ascii=False).encode()
        at = now()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": message.key,
            "X-Timestamp": str(int(at.timestamp())),
            "X-Signature": signature(self.secret, at, body),
        }
        try:
            code = self._post(body, headers)
        except TimeoutError:
            raise NotSent("timeout") from None
        except (OSError, http.client.HTTPException):
            raise NotSent("unreachable") from None
        if code not in _GOOD:
            raise NotSent(f"answer {code}")

    def tidy(self) -> None:
        """Nothing lies here."""

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        parts = urlsplit(self.address)
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=SECONDS, context=context
            )
        else:
            connection = http.client.HTTPConnection(
                parts.hostname or "", parts.port, timeout=SECONDS
            )
        try:
            query = f"?{parts.query}" if parts.query else ""
            connection.request("POST", (parts.path or "/") + query, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


def signature(secret: bytes, at: datetime, body: bytes) -> str:
    """HMAC-SHA-256 over the time in seconds, a line break and the body, in hexadecimal."""
    signed = f"{int(at.timestamp())}\n".encode() + body
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()


def sender_of(setting: str, secret: str, data_dir: Path) -> Sender:
    """The sender a setting names; without one, a folder in the data directory.

    Raises WrongSender.
    """
    if not setting:
        return ToFolder(data_dir / "notices")
    way, _, rest = setting.partition(":" if setting.startswith("file:") else "+")
    if way == "file" and rest:
        return ToFolder(Path(rest).expanduser())
    parts = urlsplit(rest)
    plain = parts.scheme == "http" and parts.hostname in _LOCAL
    if way not in _BODIES or not parts.hostname or not (parts.scheme == "https" or plain):
        raise WrongSender
    if not secret:
        raise WrongSender
    return ToGateway(way, rest, secret.encode())


def _sms(message: Message) -> dict[str, Any]:
    return {"phone": message.phone, "template": message.kind, "text": message.text}


def _wechat(message: Message) -> dict[str, Any]:
    """As the template messages of WeChat; the gateway knows whose the phone is."""
    return {
        "touser": message.phone,
        "template_id": message.kind,
        "client_msg_id": message.key,
        "data": {"content": {"value": message.text}},
    }


_BODIES: Final = {"sms": _sms, "wechat": _wechat}
