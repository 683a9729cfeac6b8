"""As the application's role: facts are inserted and read, and nothing else; the schema says no."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.tables import METADATA
from tests.db.office import Office, bill

MUTABLE = {
    "account",
    "sign_in",
    "sign_in_try",
    "job",
    "claim_queue",
    "cover_term",
    "entitlement",
    "stored_file",
    "stored_part",
    "roster_upload",
    "change_list",
    "bundle_order",
    "identified_edition",
    "report_order",
    "audit_look",
    "what_if",
    "list_file",
    "notice_order",
    "scheme_draft",
    "self_enrolment_try",
    "unit_request",
    "payment_order",
    "payment_order_line",
    "notice_delivery",
    "resolution_draft",
    "line_proposal",
    "refund_withdrawal",
    "fund_account_draft",
    "heir_draft",
    "kept_paper",
    "storage_gone",
    "storage_day",
    "second_factor",
    "recovery_code",
    "review_queue",
    "review_hold",
    "provider_try",
    "enquiry_queue",
    "enquiry_draft",
    "help_invite",
    "help_papers_draft",
    "claim_draft",
    "kept_search",
    "sign_in_code",
    "claim_pace",
    "claim_month",
    "spent_sum",
    "spent_upto",
    "waiting_year",
    "saved_view",
    "api_token",
    "sheet_reading",
    "settlement_feed",
    "feed",
}
VIEWS = {"entry_sum", "unit_now", "resolution_now", "line_said", "fund_account_now"}
FACTS = sorted(set(METADATA.tables) - MUTABLE)
DENIED = "42501"


def refused(session, statement: str, state: str, **facts: object) -> str:
    """The statement is refused with this SQLSTATE; the constraint's name, if one refused it."""
    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        session.execute(text(statement), facts)
    assert refusal.value.orig.sqlstate == state
    return refusal.value.orig.diag.constraint_name or ""


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(2), date(2023, 1, 1))
    office.determine(bill("A", 0, "2023-05-10", "100.00"))
    return office


def test_the_catalogue_has_the_tables_of_the_models_and_no_other(session):
    found = session.scalars(
        text(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm')"
            " AND relnamespace = 'public'::regnamespace"
        )
    ).all()
    assert set(found) == set(METADATA.tables) | {"alembic_version"} | VIEWS
    assert set(METADATA.tables) >= MUTABLE


@pytest.mark.parametrize("table", [*FACTS, "alembic_version"])
def test_no_fact_can_be_changed_deleted_emptied_or_locked(session, table):
    columns = session.scalars(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:t AS regclass)"
            " AND attnum > 0 AND NOT attisdropped"
        ),
        {"t": table},
    ).all()
    assert columns
    for column in columns:
        refused(session, f'UPDATE {table} SET "{column}" = "{column}"', DENIED)
    refused(session, f"DELETE FROM {table}", DENIED)
    refused(session, f"TRUNCATE {table} CASCADE", DENIED)
    refused(session, f"DROP TABLE {table} CASCADE", DENIED)
    refused(session, f"ALTER TABLE {table} DISABLE TRIGGER USER", DENIED)
    for strength in ("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"):
        refused(session, f"SELECT FROM {table} FOR {strength}", DENIED)


def test_the_catalogue_grants_just_that(session):
    """Of facts: INSERT and SELECT, column by column; nothing to everybody."""
    grants = session.execute(
        text(
            "SELECT table_name, privilege_type, grantee FROM information_schema.role_table_grants"
            " WHERE table_schema = 'public' AND grantee <> 'huzhu'"
            " AND grantee NOT IN (SELECT tableowner FROM pg_tables WHERE schemaname = 'public')"
        )
    ).all()
    assert {grantee for *_, grantee in grants} == {"huzhu_app"}
    given = {(table, right) for table, right, _ in grants}
    assert given == {(x, "SELECT") for x in [*METADATA.tables, *VIEWS, "alembic_version"]} | {
        (x, right) for x in MUTABLE for right in ("INSERT", "UPDATE", "DELETE")
    }


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if column.name in {"recorded_at", "made_in"} and table.name in FACTS
    ],
)
def test_what_the_database_says_itself_cannot_be_written(session, table, column):
    refused(session, f"INSERT INTO {table} ({column}) VALUES (DEFAULT)", DENIED)


def test_the_role_is_no_owner_makes_no_tables_and_turns_no_sequence_back(session):
    assert session.scalar(text("SELECT current_user")) == "huzhu_app"
    refused(session, "CREATE TABLE mine (id int)", DENIED)
    refused(
        session, "CREATE FUNCTION entry_balances() RETURNS int LANGUAGE sql AS 'SELECT 1'", DENIED
    )
    refused(session, "SELECT setval('grant_number', 1)", DENIED)
    refused(session, "SET session_replication_role = replica", DENIED)
    rights = session.execute(
        text(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        )
    ).one()
    assert not any(rights)


ENTRY = (
    "INSERT INTO entry (id, benefit_year, booked_on, memo) VALUES (:id, 2023, '2023-01-01', 'x')"
)
POSTING = "INSERT INTO posting (entry_id, line, account, amount_fen) VALUES "


def entry(session: Session, number: int, *statements: str) -> None:
    session.execute(text(ENTRY), {"id": number})
    for statement in statements:
        session.execute(text(statement.replace("#", str(number))))


@pytest.mark.parametrize(
    "postings",
    [
        (),
        (POSTING + "(#, 1, '1001', 5), (#, 2, '2101', -4)",),
        (POSTING + "(#, 1, '1001', 5)",),
        (POSTING + "(#, 1, '1001', 5)", POSTING + "(#, 2, '2101', -6)"),
        # The check made early, and what upsets it afterwards.
        (
            POSTING + "(#, 1, '1001', 5), (#, 2, '2101', -5)",
            "SET CONSTRAINTS ALL IMMEDIATE",
            "SET CONSTRAINTS ALL DEFERRED",
            POSTING + "(#, 3, '1001', 7)",
        ),
    ],
    ids=["empty", "unbalanced", "one line", "line by line", "checked too early"],
)
def test_an_entry_that_does_not_balance_is_refused_by_its_commit(database, postings):
    with pytest.raises(IntegrityError), Session(database.engine) as session, session.begin():
        entry(session, 900, *postings)
    with Session(database.engine) as session:
        assert session.scalar(text("SELECT count(*) FROM entry")) == 0
        assert session.scalar(text("SELECT count(*) FROM posting")) == 0


def test_nothing_is_added_to_an_entry_of_before(database):
    balanced = POSTING + "(#, 1, '1001', 5), (#, 2, '2101', -5)"
    with Session(database.engine) as session:
        entry(session, 900, balanced)
        session.commit()
        more = POSTING + "(900, 3, '1001', 7), (900, 4, '2101', -7)"
        assert refused(session, more, "23514") == "postings_stay_home"
        nobodys = POSTING + "(901, 1, '1001', 7), (901, 2, '2101', -7)"
        assert refused(session, nobodys, "23514") == "postings_stay_home"


def test_a_line_of_nothing_is_no_line(office):
    with pytest.raises(IntegrityError, match="posting_amount_check"):
        entry(office.session, 900, POSTING + "(#, 1, '1001', 0), (#, 2, '2101', 0)")


def test_covers_of_a_member_do_not_overlap(office):
    member, cover = office.session.execute(text("SELECT member_id, id FROM cover LIMIT 1")).one()
    again = (
        "INSERT INTO cover (member_id, id, roster_id, scheme_id, benefit_year, starts_on, ends_on)"
        " SELECT member_id, 999, roster_id, scheme_id, benefit_year, starts_on, ends_on"
        " FROM cover WHERE id = :cover"
    )
    office.session.execute(text(again), {"cover": cover})
    term = (
        "INSERT INTO cover_term VALUES (:member, 999, daterange('2023-12-31', '2024-12-30', '[]'))"
    )
    assert refused(office.session, term, "23P01", member=member) == "cover_term_no_overlap"
    beside = term.replace("2023-12-31", "2024-01-01")
    office.session.execute(text(beside), {"member": member})


def test_a_cap_is_refused_by_the_schema_too(office):
    for used in ("cap_fen + 1", "-1"):
        change = f"UPDATE entitlement SET used_fen = {used}"
        assert refused(office.session, change, "23514") == "entitlement_cap_check"


DETERMINED = (
    "INSERT INTO determination (member_id, grant_no, claim_id, seq, setl_id, version, run_id,"
    " cover_id, scheme_id, scheme_digest, care, benefit_year, base_fen, gross_fen, room_fen,"
    " payable_fen, refusal) SELECT member_id, 999999, {claim_id}, 2, {setl_id}, {version},"
    " {run_id}, {cover_id}, scheme_id, {scheme_digest}, care, {benefit_year}, base_fen, gross_fen,"
    " {room_fen}, {payable_fen}, {refusal} FROM determination"
)
AS_IT_IS = {
    name: name
    for name in (
        *("claim_id", "setl_id", "version", "run_id", "cover_id", "scheme_digest"),
        *("benefit_year", "room_fen", "payable_fen", "refusal"),
    )
}


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"claim_id": "4711"}, "determination_refers"),
        ({"setl_id": "'nothing'"}, "determination_refers"),
        ({"version": "2"}, "determination_refers"),
        ({"run_id": "4711"}, "determination_refers"),
        ({"cover_id": "4711"}, "determination_refers"),
        ({"scheme_digest": "'forged'"}, "determination_refers"),
        ({"benefit_year": "2024"}, "determination_refers"),
        ({"payable_fen": "-1"}, "determination_payable_check"),
        ({"payable_fen": "gross_fen + 1"}, "determination_room_check"),
        ({"room_fen": "payable_fen - 1"}, "determination_room_check"),
        ({"refusal": "'held'"}, "determination_refused_check"),
    ],
)
def test_a_determination_names_what_exists_and_pays_no_more_than_its_room(
    office, changed, constraint
):
    state = "23503" if constraint == "determination_refers" else "23514"
    statement = DETERMINED.format(**AS_IT_IS | changed)
    assert refused(office.session, statement, state) == constraint
    office.session.execute(text(DETERMINED.format(**AS_IT_IS)))


def test_a_claim_has_one_determination_of_each_number_and_a_bill_one_member(office):
    again = DETERMINED.format(**AS_IT_IS).replace(", 2,", ", seq,")
    assert refused(office.session, again, "23505") == "determination_member_id_claim_id_seq_key"
    other = "INSERT INTO settlement_key (setl_id, member_id) SELECT 'A', max(id) FROM member"
    assert refused(office.session, other, "23505") == "settlement_key_pkey"


@pytest.mark.parametrize("changed", [{"member_id": "member_id + 1"}, {"setl_id": "'nothing'"}])
def test_a_claim_is_of_the_member_whose_number_its_bill_has(office, changed):
    known = {"member_id": "member_id", "setl_id": "setl_id"} | changed
    claim = (
        "INSERT INTO claim (member_id, id, setl_id, run_id)"
        " SELECT {member_id}, 4711, {setl_id}, run_id FROM claim"
    )
    assert refused(office.session, claim.format(**known), "23503") == "bill_refers"


def test_a_move_needs_its_claim(office):
    for table in ("claim_move (member_id, claim_id, seq, act, state)",):
        statement = f"INSERT INTO {table} VALUES (1, 4711, 1, 'grant', 'payable')"
        assert refused(office.session, statement, "23503") == "claim_exists"


@pytest.fixture
def paid(office):
    """A second officer, a card, and a batch with one payment in it."""
    office.session.execute(
        text(
            "INSERT INTO account (login, name, role, password_hash, union_id)"
            " SELECT 'second', '复核', role, '-', union_id FROM account WHERE login = 'clerk'"
        )
    )
    office.session.execute(
        text(
            "INSERT INTO bank_account (member_id, seq, account_cipher, account_index, tail)"
            " SELECT DISTINCT member_id, 1, ''::bytea, ''::bytea, '' FROM determination"
        )
    )
    office.session.execute(text(BATCH.format(approved="b.id")))
    office.session.execute(text(PAYMENT.format(id=1, line=1, attempt=1, failed="NULL, NULL")))
    return office


BATCH = (
    "INSERT INTO payment_batch (benefit_year, made_on, lines, total_fen, file_sha256, prepared_by,"
    " approved_by) SELECT 2023, '2023-06-01', 1, 5000, '', a.id, {approved}"
    " FROM account a, account b WHERE a.login = 'clerk' AND b.login = 'second'"
)
PAYMENT = (
    "INSERT INTO payment (member_id, id, batch_id, line, claim_id, grant_no, attempt,"
    " failed_attempt, failed_outcome, amount_fen, name, account_seq)"
    " SELECT member_id, {id}, (SELECT max(id) FROM payment_batch), {line}, claim_id, grant_no,"
    " {attempt}, {failed}, 5000, '某人', 1 FROM determination"
)


def test_who_prepares_a_batch_does_not_approve_it(paid):
    constraint = refused(paid.session, BATCH.format(approved="a.id"), "23514")
    assert constraint == "payment_batch_two_people_check"


@pytest.mark.parametrize(
    ("attempt", "failed", "constraint"),
    [
        (1, "NULL, NULL", "payment_attempt_key"),
        (2, "NULL, NULL", "payment_attempt_check"),
        (2, "1, 'paid'", "payment_attempt_check"),
        (2, "1, 'failed'", "payment_one_live_fkey"),
        (3, "1, 'failed'", "payment_attempt_check"),
    ],
)
def test_a_determination_has_one_live_payment(paid, attempt, failed, constraint):
    statement = PAYMENT.format(id=2, line=2, attempt=attempt, failed=failed)
    with pytest.raises(IntegrityError, match=constraint):
        paid.session.execute(text(statement))


def test_the_same_reference_or_login_or_unit_twice_is_refused_by_the_schema(office):
    office.receive("1.00", date(2023, 1, 2), ref="once")
    again = (
        "INSERT INTO receipt (unit_id, benefit_year, amount_fen, received_on, reference,"
        " recorded_by) SELECT unit_id, benefit_year, 2, received_on, reference, recorded_by"
        " FROM receipt WHERE reference = 'once'"
    )
    assert refused(office.session, again, "23505") == "receipt_reference_key"
