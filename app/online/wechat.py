"""WeChat Pay, API v3, native orders: the payer scans a code. Settings are the environment's.

Paths, fields and signatures as the documentation of 2025 has them (pay.weixin.qq.com, "APIv3").
An answer counts only with the platform's signature, like a call-back: who stands between could
otherwise say "paid".
"""

import http.client
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from app.clock import CHINA, now
from app.online.provider import (
    Answer,
    NoticeNotGenuine,
    Paid,
    ProviderRefused,
    ProviderUnreachable,
    State,
    Wanted,
)
from app.online.signature import SCHEME, SealBroken, is_signed, lines, sign, unsealed

NAME: Final = "wechat"
SKEW: Final = timedelta(minutes=5)
"""How far a call-back's time may be from ours, either way."""
_TIMEOUT_S: Final = 10
_LONGEST_ANSWER: Final = 64 * 1024
_NOTHING: Final = {204}
_STATES: Final = {
    "SUCCESS": State.PAID,
    "REFUND": State.PAID,  # paid, and then given back by the merchant
    "NOTPAY": State.OPEN,
    "USERPAYING": State.OPEN,
    "PAYERROR": State.OPEN,
    "CLOSED": State.CLOSED,
    "REVOKED": State.CLOSED,
}
_GONE: Final = {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"}
_CLOSED: Final = {"ORDER_CLOSED", "ORDERCLOSED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Who we are to the platform, and by what we know it. Keys are never shown."""

    mchid: str
    appid: str
    serial: str
    key: RSAPrivateKey = field(repr=False)
    apiv3_key: bytes = field(repr=False)
    platform: Mapping[str, RSAPublicKey] = field(repr=False)
    notify_url: str
    base_url: str


@dataclass(frozen=True, slots=True)
class WeChat:
    """The adapter."""

    merchant: Merchant

    @property
    def name(self) -> str:
        return NAME

    def create(self, wanted: Wanted) -> str:
        order = {
            "appid": self.merchant.appid,
            "mchid": self.merchant.mchid,
            "description": wanted.description,
            "out_trade_no": wanted.out_trade_no,
            "time_expire": wanted.expires_at.astimezone(CHINA).isoformat(timespec="seconds"),
            "notify_url": self.merchant.notify_url,
            "amount": {"total": wanted.amount_fen, "currency": "CNY"},
        }
        answer = self._ask("POST", "/v3/pay/transactions/native", order)
        try:
            return str(answer["code_url"])
        except KeyError:
            raise ProviderUnreachable(why="code_url") from None

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Paid | None:
        self._check(headers, body, now)
        try:
            said = json.loads(body)
            resource = said["resource"]
            if resource["algorithm"] != "AEAD_AES_256_GCM":
                raise NoticeNotGenuine(why="algorithm")
            plain = unsealed(
                self.merchant.apiv3_key,
                resource["nonce"],
                resource.get("associated_data", ""),
                resource["ciphertext"],
            )
            return self._paid(json.loads(plain))
        except (ValueError, KeyError, TypeError, AttributeError, SealBroken):
            raise NoticeNotGenuine(why="contents") from None

    def query(self, out_trade_no: str) -> Answer:
        path = f"/v3/pay/transactions/out-trade-no/{out_trade_no}?mchid={self.merchant.mchid}"
        try:
            said = self._ask("GET", path)
        except ProviderRefused as refused:
            if refused.facts["code"] in _GONE:
                return Answer(State.UNKNOWN)
            raise
        try:
            paid = self._paid(said)
            return Answer(_STATES[said["trade_state"]], paid)
        except (ValueError, KeyError, TypeError):
            raise ProviderUnreachable(why="contents") from None

    def close(self, out_trade_no: str) -> None:
        path = f"/v3/pay/transactions/out-trade-no/{out_trade_no}/close"
        try:
            self._ask("POST", path, {"mchid": self.merchant.mchid})
        except ProviderRefused as refused:
            if refused.facts["code"] not in _CLOSED | _GONE:
                raise

    def _paid(self, said: dict[str, Any]) -> Paid | None:
        """The payment that contents tell of, if they tell of one. It must be to us."""
        if said["mchid"] != self.merchant.mchid:
            raise ValueError("another merchant's")
        if _STATES.get(said["trade_state"]) is not State.PAID:
            return None
        amount = said["amount"]
        total = amount["total"]
        if type(total) is not int or total <= 0 or amount.get("currency", "CNY") != "CNY":
            raise ValueError("no amount in fen")
        success_at = datetime.fromisoformat(said["success_time"])
        if success_at.tzinfo is None:
            raise ValueError("a time of nowhere")
        names = (said["transaction_id"], said["out_trade_no"])
        if not all(isinstance(name, str) and name.isascii() and name for name in names):
            raise ValueError("no number")
        return Paid(*names, total, success_at)

    def _check(self, headers: Mapping[str, str], body: bytes, at: datetime) -> None:
        """Raises NoticeNotGenuine. Time first: an old one is no reason to work with keys."""
        stamp, nonce = headers.get("Wechatpay-Timestamp", ""), headers.get("Wechatpay-Nonce", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 11):  # noqa: PLR2004
            raise NoticeNotGenuine(why="time")
        if abs(at - datetime.fromtimestamp(int(stamp), CHINA)) > SKEW:
            raise NoticeNotGenuine(why="time")
        key = self.merchant.platform.get(headers.get("Wechatpay-Serial", ""))
        message = lines(stamp.encode(), nonce.encode(), body)
        if key is None or not is_signed(key, message, headers.get("Wechatpay-Signature", "")):
            raise NoticeNotGenuine(why="signature")

    def _ask(self, method: str, path: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
        body = json.dumps(said, ensure_ascii=False).encode() if said is not None else b""
        request = urllib.request.Request(  # noqa: S310 - the address is a setting
            self.merchant.base_url + path,
            data=body if method == "POST" else None,
            method=method,
            headers={
                "Authorization": self._authorization(method, path, body),
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": "huzhu",
            },
        )
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
                data = answer.read(_LONGEST_ANSWER)
                return self._believed(answer.status, answer.headers, data)
        except urllib.error.HTTPError as error:
            with error:
                raise ProviderRefused(code=_code(error.read(_LONGEST_ANSWER))) from None
        except (OSError, http.client.HTTPException) as trouble:
            raise ProviderUnreachable(why=type(trouble).__name__) from trouble

    def _believed(self, status: int, headers: Mapping[str, str], data: bytes) -> dict[str, Any]:
        try:
            self._check(headers, data, now())
            found = {} if status in _NOTHING else json.loads(data)
        except (NoticeNotGenuine, ValueError):
            raise ProviderUnreachable(why="signature") from None
        if not isinstance(found, dict):
            raise ProviderUnreachable(why="contents")
        return found

    def _authorization(self, method: str, path: str, body: bytes) -> str:
        stamp, nonce = str(int(now().timestamp())), secrets.token_hex(16)
        signed = lines(method.encode(), path.encode(), stamp.encode(), nonce.encode(), body)
        parts = {
            "mchid": self.merchant.mchid,
            "nonce_str": nonce,
            "signature": sign(self.merchant.key, signed),
            "timestamp": stamp,
            "serial_no": self.merchant.serial,
        }
        return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in parts.items())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A signed request goes where it was signed for, and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def _code(data: bytes) -> str:
    """The platform's word for why; never its sentence, which can quote what was sent."""
    try:
        code = json.loads(data)["code"]
    except (ValueError, KeyError, TypeError):
        return "unreadable"
    return code if isinstance(code, str) and code.isascii() and len(code) < 60 else "unreadable"  # noqa: PLR2004
