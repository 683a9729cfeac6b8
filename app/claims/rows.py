"""Bills as they are taken: what must be looked at as it is, and the rest as COPY writes it. Pure.

Of a row's forty fields the taking looks at five; the others go from the file into the table. So
they are made into COPY's own text once, where the file is read, and never become values again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import compress
from typing import Any, Final, NamedTuple

from app.claims.settlement import Settlement, sums_differ
from app.copytext import texts_of

STORED: Final = [
    "med_type",
    "mdtrt_id",
    "insutype",
    "fixmedins_code",
    "fixmedins_name",
    "hosp_lv",
    "dise_codg",
    "dise_name",
    "invono",
    "begndate",
    "enddate",
    "setl_time",
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "maf_pay",
    "oth_pay",
    "fund_pay_sumamt",
    "psn_part_amt",
    "acct_pay",
    "psn_cash_pay",
    "acct_mulaid_pay",
    "hosp_part_amt",
]
"""The columns of a bill, in the order `told` has them."""
UNSTORED: Final = [
    *("psn_no", "psn_name", "psn_cert_type", "psn_type", "cvlserv_flag", "emp_name"),
    *("insu_optins", "year"),
]
"""What is kept of a bill only while nobody knows whose it is, in the order of `more`."""
_PLACES: Final = [Settlement._fields.index(name) for name in STORED]
_OTHERS: Final = [Settlement._fields.index(name) for name in UNSTORED]
_SETL_TIME: Final = STORED.index("setl_time")
_PART: Final = STORED.index("psn_part_amt")


DIGEST_BYTES: Final = 16


class BillRow(NamedTuple):
    """One row of a file. `content`: a digest of everything that is stored of it.

    `told` and `more` are COPY's text of the columns STORED and UNSTORED; `odd`: the parts do not
    make the whole.
    """

    line: int
    refund: bool
    setl_id: str
    certno: str
    init_setl_id: str
    content: bytes
    odd: bool
    told: str
    more: str

    @property
    def undone_at(self) -> str:
        """A refund's `setl_time`, as COPY writes it."""
        return self.told.split("\t")[_SETL_TIME]

    @property
    def part(self) -> str:
        """Its `psn_part_amt`, as COPY writes it."""
        return self.told.split("\t")[_PART]


@dataclass(slots=True)
class Rows:
    """Rows as columns of one length, named as in BillRow: most are never looked at one by one."""

    line: list[int] = field(default_factory=list)
    refund: list[bool] = field(default_factory=list)
    setl_id: list[str] = field(default_factory=list)
    certno: list[str] = field(default_factory=list)
    init_setl_id: list[str] = field(default_factory=list)
    content: list[bytes] = field(default_factory=list)
    odd: list[bool] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[BillRow]) -> "Rows":
        """Rows that were made one by one."""
        made = cls()
        if some := [*rows]:
            made.extend(zip(*some, strict=True))
        return made

    def __len__(self) -> int:
        return len(self.line)

    def __iter__(self) -> Iterator[BillRow]:
        return map(BillRow._make, zip(*self.columns(), strict=True))

    def columns(self) -> list[list[Any]]:
        """The columns, in BillRow's order."""
        return [getattr(self, each.name) for each in fields(self)]

    def extend(self, columns: Iterable[Sequence[Any]]) -> None:
        """Add rows that are there as columns, in the same order."""
        for mine, more in zip(self.columns(), columns, strict=True):
            mine.extend(more)

    def picked(self, wanted: Sequence[bool]) -> "Rows":
        """Those of the rows that are wanted."""
        return Rows(*([*compress(column, wanted)] for column in self.columns()))


def content_of(row: Settlement) -> bytes:
    """A digest of everything that is stored of a bill: equal for the same bill again."""
    return digest_of([str(row[place]) for place in _PLACES])


def digest_of(stored: Iterable[str]) -> bytes:
    """The same of the texts of its values, in the order of STORED."""
    return hashlib.blake2b("\x1f".join(stored).encode(), digest_size=DIGEST_BYTES).digest()


def digests_of(rows: Sequence[str]) -> list[bytes]:
    """The same of rows whose values are told as they are stored, with tabs between them."""
    stored = "\n".join(rows).replace("\t", "\x1f").encode().split(b"\n")
    return [hashlib.blake2b(row, digest_size=DIGEST_BYTES).digest() for row in stored]


def bill_row(row: Settlement) -> BillRow:
    """A row that was read by itself."""
    [made] = bill_rows([row])
    return made


def bill_rows(rows: Sequence[Settlement]) -> list[BillRow]:
    """Rows that were read one by one."""
    if not rows:
        return []
    columns = [*zip(*rows, strict=True)]
    told = map("\t".join, zip(*(texts_of(columns[x]) for x in _PLACES), strict=True))
    more = map("\t".join, zip(*(texts_of(columns[x]) for x in _OTHERS), strict=True))
    return [
        BillRow(
            row.line,
            row.refd_setl_flag,
            row.setl_id,
            row.certno,
            row.init_setl_id,
            content_of(row),
            sums_differ(row),
            stored,
            others,
        )
        for row, stored, others in zip(rows, told, more, strict=True)
    ]
