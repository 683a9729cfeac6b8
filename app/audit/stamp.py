"""An RFC 3161 time-stamp: what had these bytes then, by the word of an authority outside.

Stamped is a small file that names the bundle by its SHA-256 (`sha256sum -c` checks it), so that the
bundle itself, which is a function of its rows, stays as it is. `openssl ts -verify` checks a stamp.
"""

from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from app.errors import Refusal
from app.outside import Tsa

_PATIENCE_S: Final = 20
_MOST: Final = 1 << 20


class NotStamped(Refusal):
    """The authority gave no stamp that its roots vouch for."""


def stamp(content: bytes, tsa: Tsa) -> bytes:
    """The authority's answer (DER), looked at before it is kept. Raises NotStamped."""
    made = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    headers = {"Content-Type": "application/timestamp-query"}
    asked = Request(tsa.url, made.as_bytes(), headers)  # noqa: S310 - the settings' own address
    try:
        roots = load_pem_x509_certificates(tsa.roots.read_bytes())
        with urlopen(asked, timeout=_PATIENCE_S) as answer:  # noqa: S310
            told: bytes = answer.read(_MOST)
        builder = VerifierBuilder.from_request(made)
        for root in roots:
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(decode_timestamp_response(told), content)
    except (URLError, TimeoutError, OSError) as fault:
        raise NotStamped(why=type(fault).__name__) from fault
    except (ValueError, VerificationError) as fault:
        raise NotStamped(why=str(fault)[:200]) from fault
    return told
