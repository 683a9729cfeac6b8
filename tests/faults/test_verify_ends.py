"""The last row of a file is sealed to its last byte, also where no line feed follows it."""

from pathlib import Path

from app.audit import verify
from tests.faults.forge import Bundle
from tests.faults.test_seals import YEAR, Fund, fund

__all__ = ["fund"]
MORE = (b"1", b"\r")


def fault_of(fund: Fund, bundle: Bundle, path: Path) -> object:
    found = verify.examine(str(bundle.repair().zipped(path)), None, fund.known)
    return found["fault"]


def test_a_row_that_goes_on_instead_of_ending_is_found(fund: Fund, tmp_path: Path) -> None:
    tried = 0
    for name in verify.TABLES:
        path = f"data/{name}.csv"
        if name in verify.NOT_SEALED or fund.bundle().files[path].count(b"\n") < 2:
            continue
        # What is sealed of a table without some columns is written anew from its cells.
        for more in MORE[: 1 if name in verify.BARE else 2]:
            bundle = fund.bundle()
            bundle.files[path] = bundle.files[path][:-1] + more
            try:
                bundle.repair()
            except ValueError:  # no amount: the reader says so
                continue
            tried += 1
            assert fault_of(fund, bundle, tmp_path / "more.zip"), (name, more)
    assert tried > 50


def test_the_log_of_seals_does_not_go_on(fund: Fund, tmp_path: Path) -> None:
    for more in (b" ", b"\t", b"\r"):
        bundle = fund.bundle(YEAR)
        bundle.files["seals/log.jsonl"] = bundle.files["seals/log.jsonl"][:-1] + more
        assert fault_of(fund, bundle, tmp_path / "log.zip"), more


def test_a_last_line_feed_that_is_missing_changes_nothing(fund: Fund, tmp_path: Path) -> None:
    bundle = fund.bundle(YEAR)
    for path in ("data/payment.csv", "data/audit_sample_item.csv", "seals/log.jsonl"):
        bundle.files[path] = bundle.files[path][:-1]
    assert fault_of(fund, bundle, tmp_path / "same.zip") is None
