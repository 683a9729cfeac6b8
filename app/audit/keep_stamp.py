"""A time-stamp that comes by file: had where the fund's server reaches no authority.

Stamped is the small file that names a bundle by its SHA-256, as where the server asks itself
(`stamp`). Kept with it are the root certificates it was checked by, so that it is checked again
whenever somebody looks, and by the auditor, who has to know whether these are the authority's.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificates
from cryptography.x509.oid import NameOID
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.audit.models import BundleOrder
from app.audit.order import bundle_name
from app.audit.seal_models import BundleStamp
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.ordered import READY


class StampUnfit(Refusal):
    """The file is no time-stamp of this bundle that these roots vouch for."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a time-stamp says: when it was, by whose word."""

    at: datetime
    by: str


def digest_file(sha256: str, name: str) -> bytes:
    """The file that is stamped; `sha256sum -c` checks the bundle by it."""
    return f"{sha256}  {name}\n".encode()


def name_of(order: BundleOrder) -> str:
    """What an order's bundle is called."""
    return bundle_name(order.benefit_year, order.last_year, booked=order.booked)


def read_stamp(stamp: bytes, roots: bytes, content: bytes) -> Stamped:
    """What a time-stamp of this content says. Raises StampUnfit."""
    try:
        builder = VerifierBuilder()
        for root in load_pem_x509_certificates(roots):
            builder = builder.add_root_certificate(root)
        told = decode_timestamp_response(stamp)
        builder.build().verify_message(told, content)
        certificates = [load_der_x509_certificate(x) for x in told.signed_data.certificates]
    except (ValueError, VerificationError):
        raise StampUnfit from None
    signers = {each.serial_number for each in told.signed_data.signer_infos}
    names = [x.subject for x in certificates if x.serial_number in signers]
    said = [
        str(x.value) for name in names for x in name.get_attributes_for_oid(NameOID.COMMON_NAME)
    ]
    return Stamped(told.tst_info.gen_time, "、".join(said) or "—")


def keep_stamp(session: Session, order_id: int, stamp: bytes, roots: bytes, *, by: int) -> Stamped:
    """Keep a time-stamp of an order's bundle beside it. Kept already: nothing new.

    Raises StampUnfit.
    """
    one_at_a_time(session, f"stamp {order_id}")
    order = session.get(BundleOrder, order_id)
    if order is None or order.state != READY or not order.sha256:
        raise StampUnfit
    said = read_stamp(stamp, roots, digest_file(order.sha256, name_of(order)))
    if session.get(BundleStamp, order_id) is None:
        values = {"order_id": order_id, "stamp": stamp, "roots": roots.decode("ascii", "replace")}
        session.execute(insert(BundleStamp).values(**values, kept_by=by))
        record(session, "checkpoint.stamped", by=by, about=order_id, sha256=order.sha256)
    return said
