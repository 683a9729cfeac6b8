"""The provider that the environment names, its keys read from their files once, at the start."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from app.config import LOCAL_HOSTS, Misconfigured, Settings, WeChatPay
from app.online.provider import Provider
from app.online.wechat import Merchant, WeChat

_KEY_BYTES: Final = 32
_LEAST_BITS: Final = 2048
_WORD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def provider_of(settings: Settings) -> Provider | None:
    """Who takes online payments; None: nobody. Raises Misconfigured, naming what is wrong."""
    return WeChat(_merchant(settings.wechat)) if settings.wechat else None


def _merchant(said: WeChatPay) -> Merchant:
    for name, word in (("MCHID", said.mchid), ("APPID", said.appid), ("SERIAL", said.serial)):
        if not _WORD.fullmatch(word):
            raise Misconfigured(f"HUZHU_WECHAT_{name} is not letters and digits.")
    # The provider is asked and signs over https; plain http is for a server of one's own.
    for name, url in (("NOTIFY_URL", said.notify_url), ("URL", said.base_url)):
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS)
        if not safe or not parts.hostname or parts.query:
            raise Misconfigured(f"HUZHU_WECHAT_{name} is not an https address without a query.")
    apiv3_key = _read(said.apiv3_key_file).strip()
    if len(apiv3_key) != _KEY_BYTES:
        raise Misconfigured(f"{said.apiv3_key_file} does not hold a key of {_KEY_BYTES} bytes.")
    return Merchant(
        mchid=said.mchid,
        appid=said.appid,
        serial=said.serial,
        key=_private(said.key_file),
        apiv3_key=apiv3_key,
        platform={number: _public(path) for number, path in said.platform_keys},
        notify_url=said.notify_url,
        base_url=said.base_url.rstrip("/"),
    )


def _private(path: Path) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(_read(path), None)
    except (ValueError, TypeError):
        raise Misconfigured(f"{path} does not hold a private key in PEM.") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise Misconfigured(f"{path} is no RSA key of {_LEAST_BITS} bits.")
    return key


def _public(path: Path) -> RSAPublicKey:
    """A public key, or the key of a certificate: the platform hands out either."""
    data = _read(path)
    try:
        if b"CERTIFICATE" in data:
            key = x509.load_pem_x509_certificate(data).public_key()
        else:
            key = load_pem_public_key(data)  # type: ignore[assignment]
    except ValueError:
        raise Misconfigured(f"{path} holds neither a public key nor a certificate.") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
        raise Misconfigured(f"{path} is no RSA key of {_LEAST_BITS} bits.")
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Misconfigured(f"{path} cannot be read: {fault.strerror}.") from None
