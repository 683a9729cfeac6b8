"""Signatures and sealed contents as WeChat Pay's API v3 documents them. Pure.

What is signed is lines, each ended by a line feed, by RSA with SHA-256 (PKCS #1 v1.5): of a request
its method, address, time, nonce and body; of an answer or a call-back time, nonce and body. The
contents of a call-back are sealed by AES-256-GCM under the merchant's APIv3 key.
"""

import base64
import binascii
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
_NONCE: Final = 12


class SealBroken(Exception):
    """Contents that the key does not open."""


def lines(*parts: bytes) -> bytes:
    """What is signed."""
    return b"".join(part + b"\n" for part in parts)


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """The signature, in base64."""
    return base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Whether the holder of the key signed just this."""
    try:
        said = base64.b64decode(signature, validate=True)
        key.verify(said, message, padding.PKCS1v15(), hashes.SHA256())
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True


def unsealed(key: bytes, nonce: str, associated: str, ciphertext: str) -> bytes:
    """The contents. Raises SealBroken."""
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        return AESGCM(key).decrypt(nonce.encode(), sealed, associated.encode())
    except (binascii.Error, ValueError, InvalidTag):
        raise SealBroken from None
