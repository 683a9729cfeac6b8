"""Whatever is changed in a bundle, the verifier finds it and names the record.

`forge` repairs digests and control totals after every change, as a forger would. What nothing else
in a bundle can contradict is listed in FREE: only a key from outside can show those.
"""

import json
import random
import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import make_bundle
from tests.conftest import Database
from tests.db.fund_year import fund_year
from tests.faults.forge import Bundle, Table, zipped

YEAR = 2021
FLIPS = 600
MUTATIONS = 800


@pytest.fixture(scope="module")
def made(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The bundles of 2021 and of 2019, with its stays."""
    folder = tmp_path_factory.mktemp("bundle")
    with shared_database.engine.connect() as connection, Session(connection) as session:
        fund_year(session)
        for year in (2019, YEAR):
            make_bundle(session, year, folder / f"{year}.zip")
        session.rollback()
    return folder / f"{YEAR}.zip", folder / "2019.zip"


@pytest.fixture
def whole(made: tuple[Path, Path]) -> Path:
    return made[0]


@pytest.fixture
def bundle(whole: Path) -> Bundle:
    return Bundle(whole)


def fault_of(path: Path) -> verify.Fault:
    result = verify.examine(str(path))
    assert not result["ok"]
    assert isinstance(result["fault"], verify.Fault)
    assert result["fault"].says("zh")
    assert result["fault"].says("en")
    return result["fault"]


def forged(bundle: Bundle, tmp_path: Path) -> Path:
    return bundle.repair().zipped(tmp_path / "forged.zip")


def test_untouched_bundles_hold(made: tuple[Path, Path], tmp_path: Path) -> None:
    for path in made:
        assert verify.examine(str(path))["fault"] is None
        assert forged(Bundle(path), tmp_path).read_bytes() == path.read_bytes()


def test_a_flipped_bit_anywhere_is_found(whole: Path, tmp_path: Path) -> None:
    content, chance, target = whole.read_bytes(), chances(1), tmp_path / "flipped.zip"
    directory = len(content) - 22 - 2_500
    places = [chance.randrange(len(content)) for _ in range(FLIPS)]
    places += [chance.randrange(directory, len(content)) for _ in range(FLIPS)]
    for place in places:
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        target.write_bytes(flipped)
        fault_of(target)
    print(f"{len(places)} flipped bits, all found")


def test_a_cut_or_lengthened_zip_is_found(whole: Path, tmp_path: Path) -> None:
    content, chance, target = whole.read_bytes(), chances(2), tmp_path / "cut.zip"
    for length in [0, 1, 21, 22, *(chance.randrange(len(content)) for _ in range(100))]:
        target.write_bytes(content[:length])
        fault_of(target)
    for more in (b"\0", b"PK\5\6" + bytes(18), content):
        target.write_bytes(content + more)
        fault_of(target)
        target.write_bytes(more + content)
        fault_of(target)


def test_files_added_dropped_doubled_or_moved_are_found(bundle: Bundle, tmp_path: Path) -> None:
    files, target = list(bundle.files.items()), tmp_path / "files.zip"
    changed = [
        [*files, ("data/extra.csv", b"")],
        [("../slip.json", b""), *files],
        [*files, files[3]],
        files[1:],
        files[:-1],
        [files[1], files[0], *files[2:]],
    ]
    for content in changed:
        target.write_bytes(zipped(content))
        fault_of(target)
    # Listed in the manifest too, and still not what a bundle has.
    bundle.files["notes.md"] = b"more"
    assert fault_of(forged(bundle, tmp_path)).record == "manifest.json"


def test_hostile_json_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    manifest = bundle.files["manifest.json"].decode()
    for hostile in (
        manifest.replace('"format"', '"format": "x",\n "format"', 1),
        manifest.replace(str(YEAR), "NaN", 1),
        manifest.replace("huzhu-bundle/3", "huzhu-bundle/9"),
        "[" * 100_000,
        '{"a":' * 100_000,
        "\ufeff" + manifest,
        "[]",
        '{"format": "huzhu-bundle/3", "edition": "masked"}',
    ):
        copy = bundle.copy()
        listed, last = verify.LAST
        copy.files[listed] = hostile.encode()
        digest = verify.hashlib.sha256(hostile.encode()).hexdigest()
        copy.files[last] = f"{digest}  {listed}\n".encode()
        fault_of(copy.zipped(tmp_path / "json.zip"))


def test_a_file_that_the_manifest_leads_to_and_nobody_has_is_missing(
    bundle: Bundle, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of a calendar year each year has a folder. Nothing is told of it but that."""
    listed, _ = verify.LAST
    manifest = bundle.files[listed].replace(b'"booked": null', b'"booked": %d' % YEAR)
    assert manifest != bundle.files[listed]
    path = bundle.copy().seal(manifest).zipped(tmp_path / "booked.zip")
    unpacked = tmp_path / "booked"
    with zipfile.ZipFile(path) as packed:
        packed.extractall(unpacked)
    for where in (path, unpacked):
        found = fault_of(where)
        assert (found.check, found.record.startswith(f"{YEAR}/")) == ("missing", True)
    assert capfd.readouterr().err == ""


def test_a_bundle_of_another_form_is_said_to_be_one(bundle: Bundle, tmp_path: Path) -> None:
    """Also where its tables are others: nobody is told of an unlisted file."""
    bundle.files["data/later.csv"] = bundle.files.pop("data/claim_consent.csv")
    listed, last = verify.LAST
    for known in ("huzhu-bundle/2", "huzhu-bundle/4"):
        copy = bundle.copy()
        manifest = copy.files[listed].decode().replace(verify.FORMAT, known)
        copy.files[listed] = manifest.encode()
        digest = verify.hashlib.sha256(manifest.encode()).hexdigest()
        copy.files[last] = f"{digest}  {listed}\n".encode()
        found = fault_of(copy.zipped(tmp_path / "other.zip"))
        assert (found.check, found.facts["found"]) == ("version", known)


def test_an_unpacked_bundle_with_links_or_more_files_is_refused(
    bundle: Bundle, tmp_path: Path
) -> None:
    folder = unpacked(bundle, tmp_path / "plain")
    assert verify.examine(str(folder))["fault"] is None
    (folder / "data" / "more.csv").write_text("x")
    assert fault_of(folder).record == "data/more.csv"
    (folder / "data" / "more.csv").unlink()
    (folder / "README.md").unlink()
    assert fault_of(folder).record == "README.md"
    (folder / "README.md").symlink_to("/etc/hostname")
    assert fault_of(folder).check == "not_plain"


def unpacked(bundle: Bundle, folder: Path) -> Path:
    for name, content in bundle.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_changed_payable_is_found_and_named(bundle: Bundle, tmp_path: Path) -> None:
    table = bundle.table("determination")
    row = where(table, setl_id="B12")
    put(table, row, "payable_fen", "300001")
    bundle.put("determination", table)
    fault = fault_of(forged(bundle, tmp_path))
    assert fault.record == f"determination grant_no={cell(table, row, 'grant_no')}"
    assert fault.facts == {"field": "payable_fen", "wanted": "300000", "found": "300001"}


def test_one_person_in_two_roles_is_found(bundle: Bundle, tmp_path: Path) -> None:
    table = bundle.table("payment_batch")
    put(table, 2, "approved_by", cell(table, 2, "prepared_by"))
    bundle.put("payment_batch", table)
    events = bundle.table("event")
    for row in range(1, len(events)):
        if cell(events, row, "act") == "payments.approved":
            put(events, row, "by", cell(table, 2, "prepared_by"))
    bundle.put("event", events)
    fault = fault_of(forged(bundle, tmp_path))
    assert fault.check == "same_person"
    assert fault.record == f"payment_batch batch_id={cell(table, 2, 'batch_id')}"


def test_a_payment_to_its_own_approver_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """With the log forged too: the approver becomes the member who is paid."""
    batches, payments, staff = map(bundle.table, ("payment_batch", "payment", "staff"))
    approver = cell(batches, 2, "approved_by")
    payee = cell(payments, where(payments, batch_id=cell(batches, 2, "batch_id")), "member")
    put(staff, where(staff, staff=approver), "member", payee)
    bundle.put("staff", staff)
    events = bundle.table("event")
    for row in range(1, len(events)):
        if cell(events, row, "act") == "account.added" and cell(events, row, "about") == approver:
            facts = {**json.loads(cell(events, row, "facts")), "member": payee}
            put(events, row, "facts", json.dumps(facts))
    bundle.put("event", events)
    assert fault_of(forged(bundle, tmp_path)).check == "own_payment"


def test_typed_figures_that_were_paid_and_never_confirmed_are_found(
    bundle: Bundle, tmp_path: Path
) -> None:
    """The claim's way is forged as if it had been granted at once, the confirmation taken out."""
    moves = bundle.table("claim_move")
    confirmed = where(moves, act="confirm")
    claim = cell(moves, confirmed, "claim_id")
    put(moves, confirmed - 1, "act", "grant")
    put(moves, confirmed - 1, "state", "payable")
    del moves[confirmed]
    for row in range(confirmed, len(moves)):
        if cell(moves, row, "claim_id") == claim:
            put(moves, row, "seq", str(int(cell(moves, row, "seq")) - 1))
    bundle.put("claim_move", moves)
    fault = fault_of(forged(bundle, tmp_path))
    assert (fault.check, fault.record) == ("unconfirmed", f"claim_move claim_id={claim} seq=1")


def test_a_filer_who_confirms_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """Everywhere in the bundle the claim was filed by the officer who confirmed it."""
    moves, claims = map(bundle.table, ("claim_move", "claim"))
    confirmed = where(moves, act="confirm")
    officer = cell(moves, confirmed, "by")
    claim = where(claims, claim_id=cell(moves, confirmed, "claim_id"))
    setl_id, run = cell(claims, claim, "setl_id"), cell(claims, claim, "run_id")
    for name, found in (("filed_claim", {"setl_id": setl_id}), ("run", {"run_id": run})):
        table = bundle.table(name)
        put(table, where(table, **found), "by", officer)
        bundle.put(name, table)
    events = bundle.table("event")
    put(events, where(events, act="claim.filed", about=run), "by", officer)
    bundle.put("event", events)
    assert fault_of(forged(bundle, tmp_path)).check == "filer_confirms"


def test_a_second_claim_under_a_joined_number_is_found(bundle: Bundle, tmp_path: Path) -> None:
    joined, claims = map(bundle.table, ("joined_settlement", "claim"))
    put(joined, 1, "setl_id", cell(claims, 1, "setl_id"))
    bundle.put("joined_settlement", joined)
    assert fault_of(forged(bundle, tmp_path)).check == "no_number"


@pytest.mark.parametrize("name", verify.TABLES)
def test_rows_dropped_doubled_or_out_of_order_are_found(
    bundle: Bundle, tmp_path: Path, name: str
) -> None:
    head, *rows = bundle.table(name)
    for place in chances(name).sample(range(len(rows)), min(len(rows), 12)):
        changed = {
            "doubled": [*rows[: place + 1], *rows[place:]],
            "swapped": [*rows[:place], *rows[place : place + 2][::-1], *rows[place + 2 :]],
            "dropped": [*rows[:place], *rows[place + 1 :]],
        }
        for way, table in changed.items():
            if table == rows or (way == "dropped" and free_row(name, rows, place)):
                continue
            copy = bundle.copy()
            copy.put(name, [head, *table])
            assert fault_of(forged(copy, tmp_path)), (way, rows[place])


def free_row(name: str, rows: Table, place: int) -> bool:
    """Events that say nothing of what is in this bundle: other years' bills, refunds of nothing.

    And other years' findings, whose events are in these years' bundles, and how far numbers go on
    in other years: signed, these are found.
    """
    row = rows[place]
    if name == "number_gap":
        return place + 1 == len(rows) or rows[place + 1][0] != row[0]
    if name == "audit_finding":
        return row[1] != str(YEAR)
    return name == "event" and row[1] in ("settlements.imported", "claims.determined")


ONE_MOMENT = ("filed_claim", "claim_consent")  # a filing, and the consent to it
RECORDED = {(name, "recorded_at") for name in verify.TABLES if name not in ONE_MOMENT}
FREE = {
    *(("payment_batch", field) for field in ("template", "total_over_fen", "line_over_fen")),
    *RECORDED,
    *(("unit", field) for field in ("uscc", "name")),
    *(("roster_line", "line"), ("settlement", "line"), ("refund", "line"), ("refund", "setl_id")),
    *(("receipt", "reference"), ("subsidy", "reference")),
    *(("refund", "psn_part_amt"), ("payment", "card")),
    *(("audit_sample", field) for field in ("bounds_fen", "risk", "tolerable_fen", "expected_fen")),
    *(("audit_sample_item", field) for field in ("stratum", "hits")),
    *(("audit_finding", field) for field in ("title", "says", "union_id", "claim_id", "sample_id")),
    ("audit_finding_step", "says"),
    *(
        ("settlement", field)
        for field in (
            *("insutype", "fixmedins_code", "fixmedins_name", "hosp_lv", "invoice", "visit"),
            *("medfee_sumamt", "act_pay_dedc", "cvlserv_pay", "hifes_pay", "maf_pay", "oth_pay"),
            *("fund_pay_sumamt", "acct_pay", "psn_cash_pay", "acct_mulaid_pay", "hosp_part_amt"),
        )
    ),
}
"""Facts that stand alone: nothing else in the bundle follows from them."""

DECIDES = {
    *(("determination", field) for field in verify.ANSWER),
    *(("determination", field) for field in ("seq", "live", "version", "setl_id", "member")),
    *(("payment", field) for field in ("amount_fen", "grant_no", "attempt", "claim_id", "member")),
    *(("payment_batch", field) for field in ("prepared_by", "approved_by")),
    *(("cover", field) for field in ("starts_on", "ends_on", "scheme_id", "member", "by")),
    *(("receipt", field) for field in ("amount_fen", "received_on", "unit_id", "by")),
    *(("subsidy", field) for field in ("amount_fen", "received_on", "union_id", "by")),
    *(("receipt_share", field) for field in ("amount_fen", "roster_id")),
    *(("posting", field) for field in ("amount_fen", "unit_id", "claim_id", "entry_id", "line")),
    *(("entry", field) for field in ("benefit_year", "booked_on", "memo", "about")),
    # Not last_entry_id: the number after it may be an entry of a year that the bundle has not.
    *(("ledger_close", field) for field in ("period", "last_on", "digest")),
    *(("ledger_close", field) for field in ("closed_by", "approved_by")),
    *(("closed_balance", field) for field in ("balance_fen", "account", "close_id")),
    ("entry", "document_on"),
    *(("entry_reversal", field) for field in ("entry_id", "reversal_id", "reversed_on")),
    *(("entry_reversal", field) for field in ("reversed_by", "approved_by")),
    *(("enrolment_outcome", field) for field in ("outcome", "cover_id")),
    *(("payment_outcome", field) for field in ("outcome",)),
    *(("claim_move", field) for field in ("act", "state", "seq", "by")),
    *(("filed_claim", field) for field in ("setl_id", "member", "by")),
    *(("review", field) for field in ("seq", "stage", "outcome", "reason", "goes_to", "needs")),
    *(("review", field) for field in ("claim_id", "member", "version", "by")),
    *(("undone_filing", field) for field in ("setl_id", "member", "why", "run_id", "by")),
    *(("joined_settlement", field) for field in ("member", "own_setl_id", "run_id")),
    ("run", "kind"),
    *(("number_gap", field) for field in ("sequence", "first", "last", "unused")),
    *(("audit_sample", field) for field in ("method", "seed", "size", "counted", "digest", "by")),
    *(("audit_sample_item", field) for field in ("no", "amount_fen", "member", "payment_id")),
    *(("audit_finding", field) for field in ("weight", "by", "benefit_year")),
    *(("audit_finding_step", field) for field in ("seq", "step", "by")),
    *(("campaign", field) for field in ("quota", "term_months", "cares", "each_fen", "name")),
    *(("gift_place", field) for field in ("campaign_id", "quota", "member", "roster_id")),
    *(("cover_change", field) for field in ("ends_on", "because_cover_id", "member", "seq", "by")),
    *(("roster", field) for field in ("campaign_id", "unit_id", "heads")),
    ("cover", "cares"),
    ("settlement", "flagged_refund"),
    ("refund", "undone_setl_id"),
    ("scheme", "digest"),
    ("unit", "unit_percent"),
}
"""Fields of which every change must be found, in whatever row."""


def test_a_changed_field_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """One cell of any table, digests and totals repaired."""
    tried, missed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    cells = [
        (name, field, row)
        for name in verify.TABLES
        for field in verify.TABLES[name].columns
        if (name, field) not in FREE
        for row in range(1, len(bundle.table(name)))
    ]
    for name, field, row in chances(3).sample(cells, min(len(cells), MUTATIONS)):
        tried[name, field] += 1
        missed[name, field] += holds_changed(bundle, tmp_path, name, field, row)
    missed = +missed
    print(f"{sum(tried.values())} changed cells, not found: {dict(missed)}")
    assert not missed.keys() & DECIDES
    assert sum(missed.values()) < sum(tried.values()) / 10


def test_what_only_a_key_outside_can_show_is_listed(bundle: Bundle, tmp_path: Path) -> None:
    """FREE is honest: such a change passes, and the result says that it is unsigned."""
    for name, field in sorted(FREE):
        count = len(bundle.table(name)) if field in verify.TABLES[name].columns else 1
        rows = range(count - 1, 0, -1)
        passed = any(holds_changed(bundle, tmp_path, name, field, row) for row in rows)
        assert passed or count == 1, (name, field)
    result = verify.examine(str(forged(bundle, tmp_path)))
    assert result["signed"] is False
    assert "Unsigned" in verify.report(result, "en")
    assert "未签名" in verify.report(result, "zh")


def test_a_stay_of_two_bills_is_recomputed_whole(made: tuple[Path, Path], tmp_path: Path) -> None:
    bundle = Bundle(made[1])
    table = bundle.table("determination")
    row = where(table, setl_id="A2")
    # 800.00 and 700.05 in one stay: 300.00 of 1,000 + 250.03 of the rest, less 240.00 before.
    assert cell(table, row, "gross_fen") == "31003"
    settlements = bundle.table("settlement")
    put(settlements, where(settlements, setl_id="A2"), "visit", "V-other")
    bundle.put("settlement", settlements)
    assert fault_of(forged(bundle, tmp_path)).facts["field"] == "gross_fen"


def test_a_cap_that_is_exceeded_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """Room, payable, payment, journal and totals all say that a capped bill was paid in full."""
    table = bundle.table("determination")
    row = where(table, setl_id="B03")
    assert cell(table, row, "room_fen") == cell(table, row, "payable_fen") == "2500000"
    put(table, row, "room_fen", "7500000")
    put(table, row, "payable_fen", "7500000")
    bundle.put("determination", table)
    fault = fault_of(forged(bundle, tmp_path))
    assert fault.facts == {"field": "room_fen", "wanted": "2500000", "found": "7500000"}


UNIONS_MONEY = ("subsidy_id", "union_id", "benefit_year", "amount_fen", "received_on", "by")


@pytest.mark.parametrize("field", UNIONS_MONEY)
def test_a_changed_cell_of_the_unions_money_is_found(
    bundle: Bundle, tmp_path: Path, field: str
) -> None:
    rows = range(1, len(bundle.table("subsidy")))
    assert len(rows) == 3
    assert not any(holds_changed(bundle, tmp_path, "subsidy", field, row) for row in rows)


def test_a_gift_that_ends_on_another_day_is_found(bundle: Bundle, tmp_path: Path) -> None:
    table = bundle.table("cover_change")
    assert len(table) == 4, "one that had paid, two of which nothing is left"
    put(table, 1, "ends_on", "2021-05-30")
    bundle.put("cover_change", table)
    fault = fault_of(forged(bundle, tmp_path))
    assert (fault.record, fault.facts["field"]) == (
        f"cover_change cover_id={cell(table, 1, 'cover_id')} seq=1",
        "ends_on",
    )


def test_a_grant_after_its_gift_had_ended_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """The same numbers, but the gift is said to have ended before the grant was made."""
    table = bundle.table("cover_change")
    put(table, 1, "change_no", "1")
    bundle.put("cover_change", table)
    fault = fault_of(forged(bundle, tmp_path))
    grants = bundle.table("determination")
    granted = where(grants, setl_id="G2")
    assert fault.record == f"determination grant_no={cell(grants, granted, 'grant_no')}"


def test_a_place_beyond_the_quota_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """Campaign, places and log all say that there were fewer."""
    campaigns, places, events = map(bundle.table, ("campaign", "gift_place", "event"))
    number, quota = cell(campaigns, 1, "campaign_id"), cell(campaigns, 1, "quota")
    put(campaigns, 1, "quota", str(int(quota) - 1))
    for row in range(1, len(places)):
        if cell(places, row, "campaign_id") == number:
            put(places, row, "quota", str(int(quota) - 1))
    opened = where(events, act="gift.opened", about=number)
    facts = {**json.loads(cell(events, opened, "facts")), "quota": int(quota) - 1}
    put(events, opened, "facts", json.dumps(facts))
    for name, table in (("campaign", campaigns), ("gift_place", places), ("event", events)):
        bundle.put(name, table)
    fault = fault_of(forged(bundle, tmp_path))
    assert (fault.check, fault.record) == (
        "beyond_quota",
        f"gift_place campaign_id={number} place={quota}",
    )


def chances(seed: int | str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same every time, and no secret


def holds_changed(bundle: Bundle, tmp_path: Path, name: str, field: str, row: int) -> bool:
    """Whether the bundle still verifies with one cell changed and everything repaired."""
    table = bundle.table(name)
    put(table, row, field, other_than(table, row, field, verify.TABLES[name].columns[field][0]))
    copy = bundle.copy()
    copy.put(name, table)
    return bool(verify.examine(str(forged(copy, tmp_path)))["ok"])


def where(table: Table, **wanted: str) -> int:
    head = table[0]
    return next(
        place
        for place, row in enumerate(table)
        if place and all(row[head.index(name)] == value for name, value in wanted.items())
    )


def cell(table: Table, row: int, field: str) -> str:
    return table[row][table[0].index(field)]


def put(table: Table, row: int, field: str, value: str) -> None:
    table[row][table[0].index(field)] = value


def other_than(table: Table, row: int, field: str, kind: str) -> str:
    """Another value of the same kind, best one that stands elsewhere in the column."""
    found = cell(table, row, field)
    if kind in ("int", "fen"):
        return str(int(found or 0) + 1)
    if kind in ("day", "moment", "time"):
        day = date.fromisoformat(found[:10] or "2021-05-01") + timedelta(days=1)
        return day.isoformat() + found[10:]
    if kind == "bool":
        return "false" if found == "true" else "true"
    others = sorted({each[table[0].index(field)] for each in table[1:]} - {found})
    if kind == "json":
        return "{}"
    # A number of the fund's own beside a bureau's would be found by its looks alone.
    own = verify.OWN.fullmatch
    others = [x for x in others if bool(own(x)) == bool(own(found))] or others
    return others[0] if others else f"{found}x"
