"""What is sealed and signed cannot be written anew: changed, dropped, added, back-dated, forked.

A forger repairs everything inside a bundle; what was signed, and what an auditor kept, is outside.
"""

import base64
import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pymerkle
import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.checkpoint import register_key
from app.audit.csv_lines import lines_of
from app.audit.erase import (
    AlreadyErased,
    ErasureNotByTwo,
    NotToErase,
    StillKept,
    approve_erasure,
    ask_erasure,
    kept_until,
    open_with,
)
from app.audit.gather import snapshot
from app.audit.kept import KEPT
from app.audit.log import leaves
from app.audit.make import Made, make_bundle
from app.audit.proof import SealBroken
from app.cli import main
from app.contributions.subsidise import receive_subsidy
from app.evidence.note import Note, SigningKey, fingerprint, new_key, read_note
from app.secrets import Keys, set_keys, vault
from app.unions.models import Union
from tests.conftest import Cluster, copy_of
from tests.db.fund_year import DIAGNOSIS, fund_year
from tests.faults.forge import Bundle
from tests.faults.mutate import KINDS, Mutator
from tests.faults.test_tamper import FREE, chances, other_than, put
from tests.sealing import sealed, signed

YEAR = 2021
YEARS = (2019, YEAR, 2022)
PHRASE = "a phrase for tests"
LONG = os.environ.get("HUZHU_LONG") == "1"
AS_MANY = 10_000 if LONG else 25
MUTATIONS = 10_000 if LONG else 40


@dataclass
class Fund:
    """A fund that was sealed and signed twice, and went on."""

    engine: Engine
    environ: dict[str, str]
    owner_url: str
    folder: Path
    admin: int
    key: SigningKey
    first: Note
    last: Note
    between: Made
    """The bundle of a year that had not begun when the last checkpoint was signed."""

    @property
    def known(self) -> tuple[str, ...]:
        return (fingerprint(self.key.public),)

    def bundle(self, year: int = YEAR) -> Bundle:
        return Bundle(self.folder / f"{year}.zip")


@pytest.fixture(scope="module")
def fund(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fund]:
    folder = tmp_path_factory.mktemp("sealed")
    with copy_of(cluster, template, broker, folder) as made:
        private, public = new_key(PHRASE)
        key = SigningKey(private, PHRASE)
        assert key.public == public
        with Session(made.engine) as session, session.begin():
            admin = add_account(
                session, "keeper", "戊", Role.AUDIT_ADMIN, "correct horse battery", by=None
            )
            register_key(session, "huzhu", key.public, by=admin)
        first = signed(made.engine, key, admin)
        with Session(made.engine) as session, session.begin():
            fund_year(session)
        # Pseudonyms by the keys that the commands will read.
        use = made.settings
        set_keys(Keys(use.encryption_key, use.index_key, use.pseudonym_key))
        with snapshot(made.engine) as session:
            between = make_bundle(session, YEAR, folder / "between.zip")
        last = signed(made.engine, key, admin)
        for year in YEARS:
            with snapshot(made.engine) as session:
                make_bundle(session, year, folder / f"{year}.zip", reports=year == YEAR)
        yield Fund(
            made.engine, made.environ, made.owner_url, folder, admin, key, first, last, between
        )


def fault_of(fund: Fund, bundle: Bundle, tmp_path: Path, since: Note | None = None) -> str:
    path = bundle.repair().zipped(tmp_path / "forged.zip")
    result = verify.examine(str(path), None, fund.known, (since or fund.first).text)
    assert result["fault"], "not found"
    return str(result["fault"].check)


def test_bundles_hold_with_key_and_earlier_checkpoint(fund: Fund) -> None:
    for year in YEARS:
        path = str(fund.folder / f"{year}.zip")
        for since in (fund.first, fund.last):
            result = verify.examine(path, None, fund.known, since.text)
            assert result["fault"] is None
            assert (result["signed"], result["outside"]) == (True, ["key", "since"])
        alone = verify.examine(path)
        assert (alone["signed"], alone["outside"]) == (True, [])
        assert "Not checked against outside" in verify.report(alone, "en")
        assert "没有与外部凭据核对" in verify.report(alone, "zh")
    assert fund.bundle().repair().zipped(fund.folder / "again.zip").read_bytes() == (
        (fund.folder / f"{YEAR}.zip").read_bytes()
    )


def test_the_same_checkpoint_gives_the_same_bytes_whatever_came_after(
    fund: Fund, tmp_path: Path
) -> None:
    with Session(fund.engine) as session, session.begin():
        by = add_account(session, "later", "己", Role.OFFICER, "correct horse battery", by=None)
        # Reports of now would have it; so would its month's.
        receive_subsidy(
            session,
            union_id=session.scalars(select(Union.id)).one(),
            year=YEAR,
            amount_fen=100,
            received_on=date(2021, 9, 9),
            reference="later",
            by=by,
        )
    sealed(fund.engine)
    with snapshot(fund.engine) as session:
        made = make_bundle(session, YEAR, tmp_path / "again.zip", reports=True)
        unsigned = make_bundle(session, YEAR, tmp_path / "unsigned.zip", signed=False)
    assert (tmp_path / "again.zip").read_bytes() == (fund.folder / f"{YEAR}.zip").read_bytes()
    assert made.checkpoint == fund.last.size
    assert fund.between.checkpoint is None
    assert unsigned.checkpoint is None
    assert unsigned.made_from_event > made.made_from_event
    plain = verify.examine(str(tmp_path / "unsigned.zip"))
    assert (plain["fault"], plain["signed"]) == (None, False)
    wanted = verify.examine(str(tmp_path / "unsigned.zip"), None, fund.known)
    assert wanted["fault"].check == "unsigned"


def test_every_table_of_facts_is_sealed_and_each_row_once(fund: Fund) -> None:
    assert {*KEPT, *verify.NOT_SEALED} == set(verify.TABLES)
    with Session(fund.engine) as session:
        log = leaves(session, fund.last.size)
        of_entries = "posting p JOIN entry t ON t.id = p.entry_id"
        rows = {x: f"{x} t" for x in ("claim", "settlement", "receipt_share", "review", "cover")}
        for table, found in {**rows, "posting": of_entries}.items():
            asks = text(f"SELECT count(*) FROM {found} WHERE t.recorded_at < :until")
            count = session.scalar(asks, {"until": log[-1].until})
            assert sum(leaf.rows for leaf in log if leaf.table == table) == count


def test_an_independent_tree_and_signature_agree(fund: Fund, tmp_path: Path) -> None:
    """pymerkle makes the log's tree and a chunk's; openssl checks the signature."""
    files = fund.bundle().files
    note = read_note(files["seals/checkpoint.txt"].decode())
    log = files["seals/log.jsonl"].splitlines()
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in log:
        tree.append_entry(entry)
    assert (tree.get_size(), tree.get_root()) == (note.size, note.root)
    kept = tree.get_root(fund.first.size)
    assert kept == fund.first.root
    proof = tree.prove_consistency(fund.first.size, note.size)
    pymerkle.verify_consistency(kept, note.root, proof)
    (tmp_path / "seals").mkdir()
    (tmp_path / "seals" / "checkpoint.txt").write_bytes(files["seals/checkpoint.txt"])
    for language in files["README.md"].decode().split("# Audit bundle"):
        typed = re.findall("^    (head .*?openssl .*?)$", language, re.MULTILINE | re.DOTALL)
        for public, answer in ((fund.key.public.hex(), 0), ("00" * 32, 1)):
            commands = typed[0].replace("公钥", public).replace("PUBLIC", public)
            done = subprocess.run(
                ["sh", "-e", "-c", commands],
                cwd=tmp_path,
                capture_output=True,
                check=False,
                text=True,
            )
            assert (done.returncode, answer) in {(0, 0), (1, 1)}, done.stdout + done.stderr


def test_what_stands_alone_in_a_bundle_is_found_once_it_is_signed(
    fund: Fund, tmp_path: Path
) -> None:
    """Every field that nothing else follows from, and others drawn at random."""
    bundle = fund.bundle()
    filled = [name for name in KEPT if len(bundle.table(name)) > 1]
    everywhere = [(name, field) for name in filled for field in verify.TABLES[name].columns]
    alone, chance = [each for each in everywhere if each in FREE], chances(8)
    drawn = alone if LONG else chance.sample(alone, AS_MANY)
    for name, field in [*drawn, *chance.choices(everywhere, k=AS_MANY)]:
        table = bundle.table(name)
        row = chance.randrange(1, len(table))
        put(table, row, field, other_than(table, row, field, verify.TABLES[name].columns[field][0]))
        copy = bundle.copy()
        copy.put(name, table)
        assert fault_of(fund, copy, tmp_path), (name, field)


def test_a_row_that_is_dropped_or_added_is_found(fund: Fund, tmp_path: Path) -> None:
    bundle = fund.bundle()
    for name in KEPT:
        head, *rows = bundle.table(name)
        if not rows:
            continue
        place = chances(name).randrange(len(rows))
        copy = bundle.copy()
        copy.put(name, [head, *rows[:place], *rows[place + 1 :]])
        assert fault_of(fund, copy, tmp_path)
        # With the count of rows in its chunk repaired, too.
        repair_runs(copy, name, -1)
        assert fault_of(fund, copy, tmp_path)


def repair_runs(bundle: Bundle, name: str, by: int) -> None:
    lines = bundle.files["seals/rows.csv"].decode().splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith(f"{name},"))
    _, leaf, rows = lines[place].split(",")
    lines[place] = f"{name},{leaf},{int(rows) + by}"
    bundle.files["seals/rows.csv"] = "".join(f"{line}\n" for line in lines).encode()


def test_an_event_more_is_found(fund: Fund, tmp_path: Path) -> None:
    """An act that nothing contradicts, told at a time that is sealed."""
    bundle = fund.bundle()
    events = bundle.table("event")
    more = [*events[-1]]
    more[0] = str(int(more[0]) + 1)
    more[1:5] = ["notice.sent", "", "", ""]
    bundle.put("event", [*events, more])
    repair_runs(bundle, "event", 1)
    assert fault_of(fund, bundle, tmp_path) in ("chunk", "unsealed", "dated")


def rows_rewritten(fund: Fund, key: SigningKey, *, resealed: bool = True) -> tuple[Bundle, Note]:
    """The owner of the database changes what nothing contradicts, and the log with it."""
    bundle = fund.bundle()
    table = bundle.table("unit")
    put(table, 1, "name", "另一家")
    bundle.put("unit", table)
    note = read_note(bundle.files["seals/checkpoint.txt"].decode())
    if not resealed:
        return bundle, note
    log = [json.loads(x) for x in bundle.files["seals/log.jsonl"].splitlines()]
    place, leaf = next((n, x) for n, x in enumerate(log) if x["table"] == "unit")
    tree = verify.Tree()
    for row in table[1:]:
        line = lines_of([row])[0][:-1]
        tree.add(verify.hashlib.sha256(b"\0" + line).digest())
    if tree.size != leaf["rows"]:
        pytest.fail("the unit's chunk is not whole in this bundle")
    log[place]["root"] = tree.root().hex()
    entries = [json.dumps(x, separators=(",", ":"), sort_keys=True).encode() for x in log]
    bundle.files["seals/log.jsonl"] = b"".join(x + b"\n" for x in entries)
    whole = verify.Tree()
    for entry in entries:
        whole.add(verify.hashlib.sha256(b"\0" + entry).digest())
    forged = key.sign(note.origin, Note(note.origin, note.size, whole.root()))
    bundle.files["seals/checkpoint.txt"] = forged.text.encode()
    told = json.loads(bundle.files["seals/notes.json"])
    told["keys"] = [{"name": "huzhu", "public": key.public.hex()}]
    told["earlier"] = []
    bundle.files["seals/notes.json"] = json.dumps(told).encode()
    return bundle, forged


def test_a_log_written_anew_is_found_by_key_or_by_an_earlier_checkpoint(
    fund: Fund, tmp_path: Path
) -> None:
    other = _another_key()
    plain, _ = rows_rewritten(fund, fund.key, resealed=False)
    assert fault_of(fund, plain, tmp_path) == "chunk"
    # Signed with another key: all of it holds by itself, and says so.
    forged, _ = rows_rewritten(fund, other)
    path = forged.repair().zipped(tmp_path / "other.zip")
    alone = verify.examine(str(path))
    assert alone["fault"] is None
    assert alone["outside"] == []
    assert verify.examine(str(path), None, fund.known)["fault"].check == "other_key"
    # Beside the fund's own key, over the fund's own log: a kept checkpoint knows its key.
    added = fund.bundle()
    note = read_note(added.files["seals/checkpoint.txt"].decode())
    again = other.sign(note.origin, Note(note.origin, note.size, note.root))
    added.files["seals/checkpoint.txt"] = again.text.encode()
    told = json.loads(added.files["seals/notes.json"])
    told["keys"].append({"name": note.origin, "public": other.public.hex()})
    added.files["seals/notes.json"] = json.dumps(told).encode()
    path = added.repair().zipped(tmp_path / "added.zip")
    assert verify.examine(str(path), None, (), fund.last.text)["fault"].check == "key_changed"
    # By who has the key: a fork of the same size, which only a kept checkpoint shows.
    forked, _ = rows_rewritten(fund, fund.key)
    path = forked.repair().zipped(tmp_path / "forked.zip")
    assert verify.examine(str(path), None, fund.known)["fault"] is None
    assert fault_of(fund, forked, tmp_path, fund.last) == "rewritten"


def pem(public: bytes) -> bytes:
    """A public key's file, as openssl writes it."""
    body = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + public)
    return b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % body


def _another_key() -> SigningKey:
    pem, _ = new_key("another phrase")
    return SigningKey(pem, "another phrase")


def test_random_mutations_are_all_found(fund: Fund, tmp_path: Path) -> None:
    """HUZHU_LONG=1 tries ten thousand; HUZHU_SEED begins elsewhere."""
    plain = (fund.folder / f"{YEAR}.zip").read_bytes()
    seed = int(os.environ.get("HUZHU_SEED", "0"))
    mutator, tried = Mutator(fund.bundle(), plain, fund.key, seed), Counter[str]()
    path = tmp_path / "mutated.zip"
    for _ in range(MUTATIONS):
        kind, changed = mutator.draw()
        tried[kind] += 1
        path.write_bytes(changed)
        result = verify.examine(str(path), None, fund.known, fund.last.text)
        if result["fault"] is None:
            kept = Path(tempfile.gettempdir()) / f"passed-{seed}-{sum(tried.values())}.zip"
            kept.write_bytes(changed)
            pytest.fail(f"not found: {kind}, see {kept}")
    print(f"{sum(tried.values())} mutations found: {dict(tried)}")
    assert set(tried) == set(KINDS)


@pytest.mark.parametrize("name", ["seals/rows.csv", "seals/gaps.csv"])
def test_a_quotation_without_end_in_the_log_is_a_fault(
    fund: Fund, tmp_path: Path, name: str
) -> None:
    bundle = fund.bundle()
    bundle.files[name] += b'"'
    assert fault_of(fund, bundle, tmp_path)


def test_a_log_rolled_back_is_found(fund: Fund, tmp_path: Path) -> None:
    later = fund.key.sign("huzhu", Note("huzhu", fund.last.size + 1, bytes(32)))
    assert fault_of(fund, fund.bundle(), tmp_path, later) == "rolled_back"
    unknown = _another_key().sign("huzhu", Note("huzhu", fund.first.size, fund.first.root))
    assert fault_of(fund, fund.bundle(), tmp_path, unknown) == "signature"


def test_the_commands(
    fund: Fund, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new key, a checkpoint, a witness, and a bundle that is checked with both."""
    for name, value in fund.environ.items():
        monkeypatch.setenv(name, value)

    def huzhu(*given: object, secret: str = "") -> dict[str, Any]:
        read, write = os.pipe()
        os.write(write, f"{secret}\n".encode())
        os.close(write)
        phrase = ["--passphrase-fd", str(read)] if secret else []
        code = main([*map(str, given), *phrase, "--json", "--lang", "en"])
        os.close(read)
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert told["exit"] == code
        return told

    key, saved, bundle = (tmp_path / name for name in ("key.pem", "checkpoint.txt", "2021.zip"))
    by = ("--by", "keeper")
    assert huzhu("seal")["exit"] == 0
    refused = huzhu("checkpoint", "key", "--to", key, "--by", "clerk", secret="a phrase")
    assert (refused["error"], key.exists()) == ("ActNotOfRole", False)
    made = huzhu("checkpoint", "key", "--to", key, *by, secret="a phrase")
    assert key.stat().st_mode & 0o077 == 0
    wrong = huzhu("checkpoint", "sign", "--key", key, *by, secret="another")
    assert wrong["error"] == "NotAKey"
    signed = huzhu("checkpoint", "sign", "--key", key, *by, secret="a phrase")
    assert signed["fingerprint"] == made["fingerprint"]
    witness = _another_key().sign("witness", read_note(signed["note"]))
    saved.write_text(signed["note"])
    assert huzhu("checkpoint", "witness", saved, *by)["error"] == "NotWitnessed"
    saved.write_text(witness.text)
    other = tmp_path / "other.pub"
    other.write_bytes(pem(fund.key.public))
    refused = huzhu("checkpoint", "witness", saved, "--public", other, *by)
    assert refused["error"] == "NotTheWitness"
    told = huzhu("checkpoint", "witness", saved, *by)
    assert (told["signatures"], told["checked"]) == (1, False)
    assert huzhu("checkpoint", "witness", saved, *by)["signatures"] == 0
    saved.write_text("no checkpoint")
    assert huzhu("checkpoint", "witness", saved, *by)["error"] == "NotANote"
    saved.unlink()
    assert huzhu("checkpoint", "save", "--out", saved)["note"] == saved.read_text() == witness.text
    assert [x["size"] for x in huzhu("checkpoint", "list")["checkpoints"]][-1] == signed["size"]
    assert huzhu("bundle", YEAR, "--out", bundle)["checkpoint"] == signed["size"]
    known = ("--key", made["fingerprint"], "--since", saved)
    assert huzhu("verify", bundle, *known)["outside"] == ["key", "since"]
    # One kept from the time of the key before: both are known.
    saved.write_text(fund.first.text)
    before = ("--key", fund.known[0])
    assert huzhu("verify", bundle, *known, *before)["exit"] == 0
    assert huzhu("verify", bundle, *known)["exit"] == 1
    assert huzhu("verify", bundle, *before)["fault"]["check"] == "other_key"


def test_what_is_erased_is_gone_and_every_bundle_still_verifies(fund: Fund, tmp_path: Path) -> None:
    """One officer asks, another approves; vouchers only once they need not be kept any more."""
    owner = fund.owner_url.replace("+psycopg", "")
    with Session(fund.engine) as session, session.begin():
        one, other = (
            add_account(session, login, login, Role.OFFICER, "correct horse battery", by=None)
            for login in ("asks", "approves")
        )
        [member, *_] = paid_and_even(session)
        said = text("SELECT name FROM member_name WHERE member_id = :m")
        name = session.execute(said, {"m": member}).scalar_one()
        until = kept_until(session, member)
        assert until
        assert until.year >= YEAR + 30
        for scope, refused in (("statements", NotToErase), ("person", StillKept)):
            with pytest.raises(refused):
                ask_erasure(session, scope, "kept_long_enough", by=one, member_id=member)
    asked = asked_while_kept_a_year(fund, owner, one, member)
    assert {name, DIAGNOSIS} <= {said for _, said in everything_said(owner)}
    for by, refused in ((one, ErasureNotByTwo), (other, IntegrityError)):
        with Session(fund.engine) as session, pytest.raises(refused) as raised:
            approve_erasure(session, asked, by=by)
    assert "erasure_kept_until" in str(raised.value.orig.diag.constraint_name)
    with snapshot(fund.engine) as session:
        make_bundle(session, YEAR, tmp_path / "before.zip", reports=True)
    denied = "UPDATE retention SET years = 1"
    with Session(fund.engine) as session, pytest.raises(ProgrammingError, match="permission"):
        session.execute(text(denied))
    with psycopg.connect(owner) as connection:
        connection.execute(denied)
    with Session(fund.engine) as session, session.begin():
        erased = approve_erasure(session, asked, by=other)
    assert erased["member_name"] == 1
    assert erased["settlement"] >= 1
    with Session(fund.engine) as session, pytest.raises(AlreadyErased):
        approve_erasure(session, asked, by=other)
    refused_by_sql(fund, member, one)
    left = everything_said(owner)
    assert [where for where, said in left if said == name] == []
    # The same checkpoint gives the same bytes; a later one goes on from those that were kept.
    with snapshot(fund.engine) as session:
        make_bundle(session, YEAR, tmp_path / "same.zip", reports=True)
    assert (tmp_path / "same.zip").read_bytes() == (tmp_path / "before.zip").read_bytes()
    fresh = _another_key()
    with Session(fund.engine) as session, session.begin():
        register_key(session, "next", fresh.public, by=fund.admin)
    later = signed(fund.engine, fresh, fund.admin)
    with snapshot(fund.engine) as session:
        made = make_bundle(session, YEAR, tmp_path / "later.zip")
        assert made.checkpoint == later.size > fund.last.size
    for since in (fund.first, fund.last):
        known = (*fund.known, fingerprint(fresh.public))
        result = verify.examine(str(tmp_path / "later.zip"), None, known, since.text)
        assert result["fault"] is None, result["fault"]
    events = Bundle(tmp_path / "later.zip").table("event")
    [told] = [row for row in events if row[1] == "member.erased"]
    assert f'"member":"{vault().pseudonym("member", member)}"' in told[5]


def asked_while_kept_a_year(fund: Fund, owner: str, one: int, member: int) -> int:
    """What was asked for when vouchers were kept a year only; they are kept thirty again."""
    keep = "UPDATE retention SET years = %s WHERE kind = 'voucher'"
    with psycopg.connect(owner) as connection:
        connection.execute(keep, [1])
    with Session(fund.engine) as session, session.begin():
        asked = ask_erasure(session, "person", "kept_long_enough", by=one, member_id=member)
    with psycopg.connect(owner) as connection:
        connection.execute(keep, [30])
    return asked


def paid_and_even(session: Session) -> list[int]:
    """Who was paid, and with whom nothing is open."""
    paid = session.scalars(text("SELECT DISTINCT member_id FROM payment ORDER BY 1")).all()
    return [member for member in paid if not any(open_with(session, member))]


def refused_by_sql(fund: Fund, member: int, one: int) -> None:
    """The function asks again who they are."""
    call = text("SELECT erase(:asked, :by, '', '')")
    with Session(fund.engine) as session:
        again = ask_erasure(session, "reached_by", "person_asks", by=one, member_id=member)
        with pytest.raises(IntegrityError, match="two officers"):
            session.execute(call, {"asked": again, "by": one})


def everything_said(owner: str) -> list[tuple[str, str]]:
    """Every text in every table."""
    with psycopg.connect(owner) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns c"
            " WHERE table_schema = 'public' AND data_type = 'text' AND EXISTS (SELECT FROM"
            " information_schema.tables t WHERE t.table_name = c.table_name"
            " AND t.table_schema = 'public' AND t.table_type = 'BASE TABLE')"
        ).fetchall()
        asked = " UNION ALL ".join(f'SELECT \'{t}.{c}\', "{c}" FROM "{t}"' for t, c in columns)
        return [(where, said) for where, said in connection.execute(asked) if said]


def test_rows_changed_in_the_database_stop_the_making(fund: Fund, tmp_path: Path) -> None:
    """The owner, whom no privilege stops, changes what is sealed: nothing can be made of it."""
    owner = fund.owner_url.replace("+psycopg", "")
    changes = (
        "UPDATE receipt SET recorded_at = recorded_at - interval '1 day'",
        "DELETE FROM review WHERE ctid IN (SELECT ctid FROM review LIMIT 1)",
    )
    for change in changes:
        with psycopg.connect(owner) as connection:
            connection.execute(change)
            connection.commit()
            with snapshot(fund.engine) as session, pytest.raises(SealBroken):
                make_bundle(session, YEAR, tmp_path / "broken.zip")
