"""Papers are stored before they are named, sealed for their row, kept once, and swept when nobody
names them; on a claim they stay."""

import contextlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from sqlalchemy import select, text, update

from app.attachments.faults import (
    NoSuchPaper,
    PaperBroken,
    PaperLost,
    PapersTooBig,
    StorageDown,
    TooManyPapers,
    TooManyToday,
)
from app.attachments.keep import (
    MOST_A_DAY,
    MOST_BYTES,
    MOST_PAPERS,
    keep_attachment,
    let_go,
    read_attachment,
)
from app.attachments.kinds import Kind
from app.attachments.models import KeptPaper, StorageDay, StorageGone
from app.attachments.storage import Storage, new_place, set_storage, storage
from app.attachments.sweep import let_old_papers_go, sweep_storage
from app.claims.confirm import NoSuchClaim
from app.claims.file import MemberOutOfReach
from app.claims.papers import attach, papers_of, same_elsewhere
from app.clock import today
from app.evidence.models import Event
from tests.conftest import PAPERS
from tests.db.office import Office, bill
from tests.db.typed import member_of
from tests.pictures import pdf, photo, photo_with_exif

MEMORY = "memory://papers-of-tests"


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(2), date(2023, 1, 1))
    for setl_id, seed in (("A", 0), ("B", 0), ("C", 1)):
        office.determine(bill(setl_id, seed, "2023-05-10", "100.00"))
    office.zhao, office.qian = (member_of(session, seed) for seed in (0, 1))
    office.claims = dict(session.execute(text("SELECT setl_id, id FROM claim")).all())
    return office


@pytest.fixture(params=["folder", "memory"])
def stored(request, tmp_path):
    """A storage of this test's own, of either kind."""
    set_storage(f"file://{tmp_path}/a b" if request.param == "folder" else MEMORY)
    yield storage()
    MemoryFileSystem.store.clear()
    set_storage(f"file://{PAPERS}")


def kept(office, data=None, kind=Kind.INVOICE, member=None):
    return keep_attachment(
        office.session, data or photo(), member_id=member or office.zhao, kind=kind, by=office.by
    )


def everything(store: Storage) -> list[str]:
    return [place for day in store.days() for place in store.of_day(day)]


def test_what_is_stored_is_sealed_and_names_nobody(office, stored):
    paper = kept(office, photo_with_exif(6))
    places = everything(stored)
    assert len(places) == 2
    full = read_attachment(office.session, office.zhao, paper.ids[0])
    small = read_attachment(office.session, office.zhao, paper.ids[0], small=True)
    assert full.startswith(b"\xff\xd8\xff")
    assert len(small) < len(full)
    for place in places:
        assert place.startswith(f"{today()}/")
        assert len(place.removesuffix("-small")) == len("2024-05-03/") + 32
        opened = small if place.endswith("-small") else full
        assert opened[:64] not in stored.get(place)


def test_a_picture_opens_in_its_own_place_only(office, stored):
    first, second = kept(office, photo("1")).ids + kept(office, photo("2")).ids
    places = {x.id: x.place for x in office.session.scalars(select(KeptPaper))}
    stored.put(places[second], stored.get(places[first]))
    with pytest.raises(PaperLost):
        read_attachment(office.session, office.zhao, second)
    with pytest.raises(NoSuchPaper):
        read_attachment(office.session, office.qian, first)


def test_the_same_bytes_are_kept_once(office):
    data = pdf(2)
    first, again = kept(office, data), kept(office, data)
    assert (first.again, again.again) == (False, True)
    assert first.ids == again.ids
    assert len(first.ids) == 2
    assert kept(office, data, member=office.qian).ids != first.ids


def test_a_paper_on_a_claim_is_a_fact_and_told_once(office):
    claim = office.claims["A"]
    paper = kept(office, pdf(2), Kind.DISCHARGE_RECORD)
    assert attach(office.session, office.zhao, claim, paper.ids, by=office.by) == [1, 2]
    on_it = papers_of(office.session, office.zhao, claim)
    assert [(x.no, x.page, x.kind) for x in on_it] == [
        (1, 1, Kind.DISCHARGE_RECORD),
        (2, 2, Kind.DISCHARGE_RECORD),
    ]
    assert office.session.scalars(select(KeptPaper)).all() == []
    events = office.session.scalars(select(Event).where(Event.act == "attachment.added")).all()
    assert [[x["sha256"] for x in e.facts["papers"]] for e in events] == [[x.sha256 for x in on_it]]
    with pytest.raises(NoSuchPaper):
        let_go(office.session, office.zhao, paper.ids)
    read_attachment(office.session, office.zhao, paper.ids[0])


def test_the_same_paper_again_is_no_other(office, stored):
    claim = office.claims["A"]
    for kind in (Kind.INVOICE, Kind.OTHER):
        ids = kept(office, photo(), kind).ids
        attach(office.session, office.zhao, claim, ids, by=office.by)
    assert len(papers_of(office.session, office.zhao, claim)) == 1
    assert len(everything(stored)) == 4
    assert sweep_storage(office.session) == 1
    assert len(everything(stored)) == 2


def test_68_the_same_paper_elsewhere_is_found(office):
    session, claims = office.session, office.claims
    for member, setl_id, kind in (
        (office.zhao, "A", Kind.INVOICE),
        (office.zhao, "B", Kind.INVOICE),
        (office.qian, "C", Kind.INVOICE),
    ):
        ids = kept(office, photo(), kind, member).ids
        attach(session, member, claims[setl_id], ids, by=office.by)
    found = same_elsewhere(session, office.zhao, claims["A"])
    assert {(x.no, x.claim_id) for x in found} == {(1, claims["B"]), (1, claims["C"])}


def test_a_card_comes_with_each_claim_of_a_person_and_says_nothing(office):
    session, claims = office.session, office.claims
    for member, setl_id in ((office.zhao, "A"), (office.zhao, "B"), (office.qian, "C")):
        ids = kept(office, photo(), Kind.BANK_CARD, member).ids
        attach(session, member, claims[setl_id], ids, by=office.by)
    found = same_elsewhere(session, office.zhao, claims["A"])
    assert [x.claim_id for x in found] == [claims["C"]]


def test_papers_go_on_claims_of_their_member_by_who_may(office):
    ids = kept(office).ids
    session, claims = office.session, office.claims
    with pytest.raises(NoSuchClaim):
        attach(session, office.zhao, claims["C"], ids, by=office.by)
    with pytest.raises(NoSuchPaper):
        attach(session, office.qian, claims["C"], ids, by=office.by)
    session.execute(text("UPDATE account SET disabled_at = now()"))
    with pytest.raises(MemberOutOfReach):
        attach(session, office.zhao, claims["A"], ids, by=office.by)


@pytest.mark.parametrize(
    ("count", "size", "whose", "refusal"),
    [
        (MOST_PAPERS - 1, 1, "zhao", TooManyPapers),
        (2, MOST_BYTES // 2, "zhao", PapersTooBig),
        (MOST_A_DAY - 1, 1, "qian", TooManyToday),
    ],
)
def test_limits_are_said_before_anything_is_stored(office, stored, count, size, whose, refusal):
    rows = """
        INSERT INTO kept_paper (member_id, id, kind, page, width, height, size, sha256,
                                original_index, place, recorded_by)
        SELECT :member, -n, 'other', 1, 1, 1, :size, '', '', n::text, :by
        FROM generate_series(1, :count) n
    """
    facts = {"member": getattr(office, whose), "size": size, "by": office.by, "count": count}
    office.session.execute(text(rows), facts)
    with pytest.raises(refusal):
        kept(office, pdf(2))
    assert everything(stored) == []


def test_what_is_let_go_is_removed_after_the_commit(office, stored):
    ids = kept(office).ids
    let_go(office.session, office.zhao, ids)
    assert len(everything(stored)) == 2  # should this be rolled back, nothing is lost
    assert sweep_storage(office.session) == 1
    assert everything(stored) == []
    assert office.session.scalars(select(StorageGone)).all() == []
    with pytest.raises(NoSuchPaper):
        read_attachment(office.session, office.zhao, ids[0])


def test_old_drafts_are_let_go(office, stored):
    old, new = kept(office, photo("1")).ids[0], kept(office, photo("2")).ids[0]
    past = text("recorded_at - interval '61 days'")
    office.session.execute(update(KeptPaper).where(KeptPaper.id == old).values(recorded_at=past))
    let_old_papers_go(office.session)
    sweep_storage(office.session)
    assert office.session.scalars(select(KeptPaper.id)).all() == [new]
    assert len(everything(stored)) == 2


class Crashed(Exception):
    """The process ends here."""


def test_a_crash_before_the_commit_leaves_a_file_and_no_row(office, stored):
    with contextlib.suppress(Crashed), office.session.begin_nested():
        kept(office)
        raise Crashed
    assert office.session.scalars(select(KeptPaper)).all() == []
    assert len(everything(stored)) == 2


def test_what_a_crash_left_is_swept_when_nobody_can_name_it_any_more(office, stored):
    paper = kept(office).ids[0]
    mine = office.session.scalar(select(KeptPaper.place).where(KeptPaper.id == paper))
    days = [today() - timedelta(days=back) for back in (5, 2, 1)]
    orphans = [new_place(day) for day in days]
    for place in orphans:
        stored.put(place, b"sealed")
    moved = f"{days[0]}/{mine.split('/')[1]}"
    stored.put(moved, b"sealed")
    office.session.execute(update(KeptPaper).values(place=moved))
    assert sweep_storage(office.session) == 2
    left = set(everything(stored))
    assert {orphans[2], moved, mine} <= left
    assert not left & set(orphans[:2])
    looked_at = set(office.session.scalars(select(StorageDay.day)))
    assert looked_at == set(days[:2])
    stored.put(orphans[0], b"sealed")
    assert sweep_storage(office.session) == 0  # each day once


def test_a_storage_that_is_down_is_a_refusal_and_nothing_half_done(office, tmp_path):
    (tmp_path / "taken").write_text("a file, where a folder should be")
    set_storage(f"file://{tmp_path}/taken")
    try:
        with pytest.raises(StorageDown):
            kept(office)
        assert office.session.scalars(select(KeptPaper)).all() == []
        office.session.execute(text("INSERT INTO storage_gone (place) VALUES ('2024-01-01/x')"))
        with pytest.raises(StorageDown):
            sweep_storage(office.session)
    finally:
        set_storage(f"file://{PAPERS}")
    assert len(office.session.scalars(select(StorageGone)).all()) == 1


def test_a_file_that_is_gone_is_said(office, stored):
    ids = kept(office).ids
    for place in everything(stored):
        stored.remove(place)
        stored.remove(place)
    with pytest.raises(PaperLost):
        read_attachment(office.session, office.zhao, ids[0])


def test_a_broken_file_is_not_kept(office, stored):
    with pytest.raises(PaperBroken):
        kept(office, photo()[:500])
    assert everything(stored) == []


def test_a_folder_is_its_owners_only(office, tmp_path):
    set_storage(f"file://{tmp_path}/papers")
    try:
        kept(office)
        modes = {x.stat().st_mode & 0o077 for x in Path(tmp_path, "papers").rglob("*")}
    finally:
        set_storage(f"file://{PAPERS}")
    assert modes == {0}
