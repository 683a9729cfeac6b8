"""A bundle's identified edition: the bundle as it is, and who its pseudonyms are, encrypted.

The bundle inside is the masked one, byte for byte: what verifies is the same for everybody, and the
names are lists beside it. Everything is encrypted as it is made (age, X25519), to the one auditor's
key: in plain text it lies on no disk of ours. Only people and papers that the bundle names are
listed.
"""

import csv
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from pyrage import EncryptError, encrypt_io, x25519  # type: ignore[import-untyped]
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.mask import card_of, paper_of
from app.audit.pack import MOST_BYTES, BundleTooLarge
from app.books.table import safe
from app.errors import FileFault
from app.secrets import vault

_BLOCK: Final = 1 << 20
_AT_ONCE: Final = 10_000
_README: Final = """{0}：资料包，与不带姓名的那一份逐字节相同，用其中的 verify.py 核对。
who/*.csv：其中的化名各是谁。请只用于本次审计，用完销毁。

{0}: the bundle, byte for byte the masked one; its verify.py checks it.
who/*.csv: who its pseudonyms are. For this audit only; destroy it afterwards.
"""
_MEMBERS: Final = """
    SELECT m.id, m.certno_cipher, n.name FROM member m
    LEFT JOIN LATERAL (SELECT name FROM member_name WHERE member_id = m.id
                       ORDER BY seq DESC LIMIT 1) n ON true
    ORDER BY m.id"""
_STAFF: Final = "SELECT id, login, name FROM account ORDER BY id"
_CARDS: Final = """
    SELECT member_id, seq, account_cipher, account_index, NULL::bigint AS heir FROM bank_account
    UNION ALL SELECT member_id, 0, account_cipher, account_index, id FROM heir
    ORDER BY member_id, seq, heir"""
_HEIRS: Final = "SELECT id, name, certno_cipher FROM heir ORDER BY id"
_PAPERS: Final = """
    SELECT DISTINCT {0} COLLATE "C" AS paper FROM settlement WHERE {0} <> '' ORDER BY 1"""

Named = Iterator[tuple[str, ...]]
Who = Callable[[Session, set[str]], Named]


class NotABundle(FileFault):
    """The file is no audit bundle, or not the one that was made."""


def identify(session: Session, bundle: Path, recipient: str, out: BinaryIO) -> None:
    """Write the edition of a bundle's file, encrypted to a public key of age.

    Raises NotABundle, BundleTooLarge, and OSError as `out` does.
    """
    try:
        with bundle.open("rb") as file:
            verify.Zip(file)
    except verify.Fault:
        raise NotABundle(path=bundle.name) from None
    to = _Out(out)
    blocks = _Blocks(_zip(session, bundle))
    try:
        encrypt_io(io.BufferedReader(blocks, _BLOCK), to, [x25519.Recipient.from_str(recipient)])
    except EncryptError as fault:  # it tells in words of its own what our sides raised
        raise (blocks.fault or to.fault or fault) from None


def _zip(session: Session, bundle: Path) -> Iterator[bytes]:
    """A zip of the bundle and the lists, block by block; of the lists one is in memory."""
    at, directory, count = 0, b"", 0
    for name, size, crc, blocks in _parts(session, bundle):
        if at + size + len(directory) + _BLOCK > MOST_BYTES:
            raise BundleTooLarge
        head = verify.local_header(name, crc, size)
        directory += verify.central_header(name, crc, size, at)
        at, count = at + len(head) + size, count + 1
        yield head
        yield from blocks
    yield directory
    yield verify.end_record(count, len(directory), at)


def _parts(session: Session, bundle: Path) -> Iterator[tuple[str, int, int, Iterable[bytes]]]:
    readme = _README.format(bundle.name).encode()
    yield "README.txt", len(readme), zlib.crc32(readme), [readme]
    crc = 0
    for block in _blocks(bundle):
        crc = zlib.crc32(block, crc)
    yield bundle.name, bundle.stat().st_size, crc, _blocks(bundle)
    for name, (table, column, heads, who) in _LISTS.items():
        said = io.StringIO()
        writer = csv.writer(said, lineterminator="\n")
        writer.writerow(heads)
        for row in who(session, _told(bundle, table, column)):
            writer.writerow(safe(cell, cell) for cell in row)
        content = said.getvalue().encode()
        yield f"who/{name}.csv", len(content), zlib.crc32(content), [content]


def _told(bundle: Path, table: str, column: str) -> set[str]:
    """What a column of the bundle holds, in all its years."""
    told: set[str] = set()
    with bundle.open("rb") as file:
        source = verify.Zip(file)
        for name in source.names:
            if name.rpartition("data/")[2] == f"{table}.csv":
                with source.open(name) as raw:
                    rows = csv.reader(io.TextIOWrapper(raw, "utf-8", newline=""))
                    place = next(rows).index(column)
                    told.update(row[place] for row in rows if row[place])
    return told


def _members(session: Session, told: set[str]) -> Named:
    for row in _asked(session, _MEMBERS):
        pseudonym = vault().pseudonym("member", row.id)
        if pseudonym in told:
            yield pseudonym, row.name or "", _certno(row.certno_cipher, "member", row.id)


def _staff(session: Session, told: set[str]) -> Named:
    for row in _asked(session, _STAFF):
        pseudonym = vault().pseudonym("staff", row.id)
        if pseudonym in told:
            yield pseudonym, row.login, row.name


def _cards(session: Session, told: set[str]) -> Named:
    for row in _asked(session, _CARDS):
        card = card_of(bytes(row.account_index).hex())
        if card in told:
            row_of = (row.heir,) if row.heir else (row.member_id, row.seq)
            table = "heir" if row.heir else "bank_account"
            number = vault().open(bytes(row.account_cipher), table, *row_of)
            yield card, vault().pseudonym("member", row.member_id), number, str(row.heir or "")


def _heirs(session: Session, told: set[str]) -> Named:
    for row in _asked(session, _HEIRS):
        if str(row.id) in told:
            yield str(row.id), row.name, _certno(row.certno_cipher, "heir_certno", row.id)


def _papers(kind: str, column: str) -> Who:
    def who(session: Session, told: set[str]) -> Named:
        for row in _asked(session, _PAPERS.format(column)):
            pseudonym = paper_of(kind, row.paper)
            if pseudonym in told:
                yield pseudonym, row.paper

    return who


_LISTS: Final[dict[str, tuple[str, str, tuple[str, ...], Who]]] = {
    "member": ("member", "member", ("member", "name", "certno"), _members),
    "staff": ("staff", "staff", ("staff", "login", "name"), _staff),
    "card": ("payment", "card", ("card", "member", "account", "heir_id"), _cards),
    "heir": ("heir", "heir_id", ("heir_id", "name", "certno"), _heirs),
    "visit": ("settlement", "visit", ("visit", "mdtrt_id"), _papers("visit", "mdtrt_id")),
    "invoice": ("settlement", "invoice", ("invoice", "invono"), _papers("invoice", "invono")),
}
"""Each list: which column of the bundle it explains, its headings, and where it comes from."""


def _certno(cipher: bytes, table: str, number: int) -> str:
    return vault().open(bytes(cipher), table, number) if cipher else ""


def _asked(session: Session, query: str) -> Iterator[Any]:
    yield from session.execute(text(query).execution_options(yield_per=_AT_ONCE))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


class _Blocks(io.RawIOBase):
    """Blocks as a stream that is read; what ended it early is kept."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._left = blocks, b""
        self.fault: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._left:
            try:
                self._left = next(self._blocks, b"")
            except Exception as fault:
                self.fault = fault
                raise
            if not self._left:
                return 0
        count = min(len(into), len(self._left))
        into[:count], self._left = self._left[:count], self._left[count:]
        return count


class _Out:
    """A stream that is written to; why it took no more is kept."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.fault: OSError | None = None

    def write(self, block: bytes) -> int:
        try:
            return self._stream.write(block)
        except OSError as fault:
            self.fault = fault
            raise

    def flush(self) -> None:
        self._stream.flush()
