"""A payment platform for the tests: signs and seals as WeChat Pay's API v3 documents it.

Worked out apart from the application, on the cryptography package alone. Keys are made for the run
and lie nowhere.
"""

import base64
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.clock import now

MCHID, APPID, SERIAL, PLATFORM = "1900000001", "wxd678efh567hg6787", "5157F09E", "PUB_KEY_ID_01"
APIV3_KEY = b"0123456789abcdefghijABCDEFGHIJ_-"
AUTHORIZATION = re.compile(
    r'WECHATPAY2-SHA256-RSA2048 mchid="([^"]+)",nonce_str="([^"]+)",signature="([^"]+)",'
    r'timestamp="([0-9]+)",serial_no="([^"]+)"'
)
PATH = "/v3/pay/transactions"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key of somebody's: `merchant`, `platform`, or anybody else."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed(message: bytes, by: str = "platform") -> str:
    signature = key(by).sign(message, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()


def headers(
    body: bytes, *, at: datetime | None = None, by: str = "platform", serial: str = PLATFORM
) -> dict[str, str]:
    """What stands above an answer or a call-back."""
    stamp, nonce = str(int((at or now()).timestamp())), os.urandom(16).hex()
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": signed(f"{stamp}\n{nonce}\n".encode() + body + b"\n", by),
    }


def transaction(
    number: str, amount_fen: int, transaction_id: str = "4200000001", **other: object
) -> dict[str, Any]:
    """A payment that succeeded, as the platform tells of it."""
    at = now().replace(microsecond=0)
    return {
        "mchid": MCHID,
        "appid": APPID,
        "out_trade_no": number,
        "transaction_id": transaction_id,
        "trade_type": "NATIVE",
        "trade_state": "SUCCESS",
        "trade_state_desc": "支付成功",
        "bank_type": "OTHERS",
        "success_time": at.isoformat(),
        "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
        "amount": {"total": amount_fen, "payer_total": amount_fen, "currency": "CNY"},
        **other,
    }


def notice(said: dict[str, Any], sealing_key: bytes = APIV3_KEY) -> bytes:
    """The body of a call-back."""
    nonce = os.urandom(6).hex()
    sealed = AESGCM(sealing_key).encrypt(nonce.encode(), json.dumps(said).encode(), b"transaction")
    return json.dumps(
        {
            "id": "EV-2018022511223320873",
            "create_time": said.get("success_time", ""),
            "resource_type": "encrypt-resource",
            "event_type": "TRANSACTION.SUCCESS",
            "summary": "支付成功",
            "resource": {
                "original_type": "transaction",
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "associated_data": "transaction",
                "nonce": nonce,
            },
        }
    ).encode()


@dataclass
class Platform:
    """What the platform knows: orders by their number, and how it misbehaves."""

    url: str = ""
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    paid: dict[str, dict[str, Any]] = field(default_factory=dict)
    signs_as: str = "platform"
    asked: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        self.asked.append(f"{method} {path}")
        if (method, path) == ("POST", f"{PATH}/native"):
            order = json.loads(body)
            self.orders[order["out_trade_no"]] = order
            return said(200, {"code_url": f"weixin://wxpay/bizpayurl?pr={order['out_trade_no']}"})
        number = path.split("/")[5].split("?", maxsplit=1)[0]
        if number not in self.orders:
            return said(404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"})
        if path.endswith("/close"):
            self.closed.append(number)
            return 204, b""
        if number in self.paid:
            return said(200, self.paid[number])
        state = "CLOSED" if number in self.closed else "NOTPAY"
        return said(200, {"mchid": MCHID, "out_trade_no": number, "trade_state": state})


def said(status: int, content: dict[str, Any]) -> tuple[int, bytes]:
    return status, json.dumps(content).encode()


@contextmanager
def platform() -> Iterator[Platform]:
    """A server on this machine that takes only what the merchant signed."""
    state = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            genuine = is_merchants(self.headers.get("Authorization", ""), method, self.path, body)
            refused = said(401, {"code": "SIGN_ERROR", "message": "错误的签名"})
            status, data = state.answer(method, self.path, body) if genuine else refused
            self.send_response(status)
            for name, value in headers(data, by=state.signs_as).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def is_merchants(authorization: str, method: str, path: str, body: bytes) -> bool:
    """Whether the merchant signed this request, by the documentation."""
    found = AUTHORIZATION.fullmatch(authorization)
    if not found or found[1] != MCHID or found[5] != SERIAL:
        return False
    message = f"{method}\n{path}\n{found[4]}\n{found[2]}\n".encode() + body + b"\n"
    try:
        key("merchant").public_key().verify(
            base64.b64decode(found[3]), message, padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        return False
    return True


def environ(folder: Path, url: str) -> dict[str, str]:
    """The settings of a merchant, its keys written into a folder of the test's own."""
    private = key("merchant").private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = (
        key("platform")
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    for name, data in (("key.pem", private), ("platform.pem", public), ("apiv3", APIV3_KEY)):
        (folder / name).write_bytes(data)
    return {
        "HUZHU_WECHAT_MCHID": MCHID,
        "HUZHU_WECHAT_APPID": APPID,
        "HUZHU_WECHAT_SERIAL": SERIAL,
        "HUZHU_WECHAT_KEY_FILE": str(folder / "key.pem"),
        "HUZHU_WECHAT_APIV3_KEY_FILE": str(folder / "apiv3"),
        "HUZHU_WECHAT_PLATFORM_KEYS": f"{PLATFORM}={folder / 'platform.pem'}",
        "HUZHU_WECHAT_NOTIFY_URL": "https://huzhu.example/online/notice",
        "HUZHU_WECHAT_URL": url,
    }
