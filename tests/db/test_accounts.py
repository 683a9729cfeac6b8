"""Accounts, signing in, and what guessing gets."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import db
from app.accounts.add import (
    AccountNameMissing,
    LoginMalformed,
    LoginTaken,
    MemberHasAccount,
    MemberUnnamed,
    NoSuchMember,
    add_account,
    first_accounts,
)
from app.accounts.change import (
    AccountDisabled,
    LastOfficer,
    NoSuchAccount,
    NotAnOfficer,
    account_named,
    accounts,
    disable,
    first_officer,
    officer_named,
    set_password,
)
from app.accounts.check import (
    MOST_OF_ADDRESS,
    MOST_OF_LOGIN,
    MOST_OF_PAIR,
    TooManyTries,
    WrongLogin,
    authenticate,
    forget_tries,
)
from app.accounts.models import Account, Role, SignIn, SignInTry
from app.accounts.password import PasswordTooLong, PasswordTooShort
from app.accounts.sign_in import account_of, close_session, forget_sessions, open_session
from app.errors import Refusal
from app.evidence.models import Event
from app.roster.models import Member
from app.secrets import vault
from app.texts import accounts as texts
from tests.db.office import keys
from tests.factories import make_id

GOOD = "a good long password"
HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def _keys():
    keys()


@pytest.fixture
def officer(session):
    return add_account(session, "wang", "王安", Role.OFFICER, GOOD, by=None)


def add_member(session, certno):
    member = Member(certno_cipher=b"sealed", certno_index=vault().index("certno", certno))
    session.add(member)
    session.flush()
    return member.id


def tries(session):
    return session.scalar(select(func.count()).select_from(SignInTry))


def fail_before(session, count, login="wang", address=HERE, minutes_ago=1):
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    index = vault().index("login", login)
    session.add_all(SignInTry(login_index=index, address=address, at=at) for _ in range(count))
    session.flush()


# Making accounts


def test_an_account_is_made_with_its_event_and_without_its_password(session, officer):
    account = session.get(Account, officer)
    assert (account.login, account.name, account.role) == ("wang", "王安", "officer")
    assert GOOD not in account.password_hash
    event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.act, event.about) == ("account.added", officer)
    assert event.facts == {"role": "officer", "member": None}


def test_a_sign_in_name_is_one_whatever_its_case_and_blanks(session, officer):
    assert account_named(session, " WANG ").id == officer
    with pytest.raises(LoginTaken):
        add_account(session, "Wang ", "王和", Role.AUDITOR, GOOD, by=officer)


@pytest.mark.parametrize(
    "login", ["", " ", "a b", "a'; DROP TABLE account; --", "a\0b", "x" * 65, "a\ud800", make_id(1)]
)
def test_a_name_nobody_can_sign_in_by_is_refused(session, login):
    with pytest.raises(LoginMalformed):
        add_account(session, login, "王安", Role.OFFICER, GOOD, by=None)


@pytest.mark.parametrize("name", ["", "  ", "王" * 51])
def test_an_account_needs_a_persons_name(session, name):
    with pytest.raises(AccountNameMissing):
        add_account(session, "wang", name, Role.OFFICER, GOOD, by=None)


def test_a_password_too_short_or_too_long_makes_no_account(session):
    for password, refusal in (("x" * 9, PasswordTooShort), ("x" * 201, PasswordTooLong)):
        with pytest.raises(refusal):
            add_account(session, "wang", "王安", Role.OFFICER, password, by=None)
    assert not accounts(session)


def test_a_member_is_tied_by_the_blind_index_of_the_id(session, officer):
    member = add_member(session, make_id(1))
    made = add_account(session, "li", "李宁", Role.MEMBER, GOOD, by=officer, certno=make_id(1))
    assert session.get(Account, made).member_id == member
    with pytest.raises(NoSuchMember):
        add_account(session, "zhao", "赵康", Role.MEMBER, GOOD, by=officer, certno=make_id(2))
    with pytest.raises(MemberUnnamed):
        add_account(session, "zhao", "赵康", Role.MEMBER, GOOD, by=officer)


def test_one_person_is_not_two_officers(session):
    member = add_member(session, make_id(1))
    made = add_account(session, "a", "王安", Role.OFFICER, GOOD, by=None, certno=make_id(1))
    assert session.get(Account, made).member_id == member
    with pytest.raises(MemberHasAccount):
        add_account(session, "b", "王安", Role.OFFICER, GOOD, by=None, certno=make_id(1))
    add_account(session, "c", "王安", Role.MEMBER, GOOD, by=None, certno=make_id(1))


def test_the_database_refuses_a_taken_login_too_and_says_so(database):
    with Session(database.engine) as session:
        add_account(session, "wang", "王安", Role.OFFICER, GOOD, by=None)
        twin = Account(login="wang", name="x", role="officer", password_hash="", union_id=1)
        session.add(twin)
        with pytest.raises(IntegrityError) as refused:
            session.flush()
        assert isinstance(db.as_refusal(refused.value), LoginTaken)


def test_an_empty_installation_begins_with_two_officers_and_an_auditor(session):
    made = first_accounts(session)
    assert [(a.login, a.role) for a in accounts(session)] == [
        ("officer1", "officer"),
        ("officer2", "officer"),
        ("auditor", "auditor"),
    ]
    for login, password in made:
        assert authenticate(session, login, password, HERE).login == login
    assert len({password for _, password in made}) == 3
    assert first_accounts(session) == []


def test_an_installation_with_any_account_gets_no_first_ones(session, officer):
    disable_all = update(Account).values(disabled_at=func.now())
    session.execute(disable_all)
    assert first_accounts(session) == []


def test_two_starts_at_once_make_the_first_accounts_once(database):
    made = in_parallel(database, [first_accounts] * 4)
    assert sorted(map(len, made)) == [0, 0, 0, 3]


# Finding and taking away


def test_who_may_write(session, officer):
    add_account(session, "shen", "沈明", Role.AUDITOR, GOOD, by=officer)
    assert officer_named(session, "wang").id == officer
    assert first_officer(session).id == officer
    with pytest.raises(NotAnOfficer):
        officer_named(session, "shen")
    with pytest.raises(NoSuchAccount):
        officer_named(session, "nobody")
    with pytest.raises(NoSuchAccount):
        officer_named(session, "no\0body")


def test_a_disabled_account_is_out_at_the_next_request(session, officer):
    other = add_account(session, "li", "李宁", Role.OFFICER, GOOD, by=officer)
    token = open_session(session, session.get(Account, other))
    assert account_of(session, token).id == other
    assert disable(session, "li", by=officer)
    assert account_of(session, token) is None
    assert not disable(session, "li", by=officer)
    with pytest.raises(AccountDisabled):
        officer_named(session, "li")
    events = session.scalars(select(Event.act).where(Event.about == other)).all()
    assert events == ["account.added", "account.disabled"]


def test_a_session_that_outlives_its_account_is_nobodys(session, officer):
    token = open_session(session, session.get(Account, officer))
    session.execute(update(Account).values(disabled_at=func.now()))
    assert account_of(session, token) is None


def test_the_last_officer_stays(session, officer):
    add_account(session, "shen", "沈明", Role.AUDITOR, GOOD, by=officer)
    with pytest.raises(LastOfficer):
        disable(session, "wang", by=officer)
    assert disable(session, "shen", by=officer)


def test_a_new_password_ends_sessions_and_leaves_a_trace(session, officer):
    token = open_session(session, session.get(Account, officer))
    set_password(session, "wang", "another long password", by=officer)
    assert account_of(session, token) is None
    assert isinstance(authenticate(session, "wang", GOOD, HERE), WrongLogin)
    assert authenticate(session, "wang", "another long password", HERE).id == officer
    assert session.scalars(select(Event.act).order_by(Event.id.desc())).first() == (
        "account.password_set"
    )


# Signing in


def test_the_right_password_signs_in_and_nothing_else_does(session, officer):
    assert authenticate(session, "Wang", GOOD, HERE).id == officer
    for login, password in [
        ("wang", "wrong password"),
        ("wang", ""),
        ("wang", "x" * 1_000_000),
        ("wang", "a\ud800"),
        ("nobody", GOOD),
        ("' OR 1=1 --", GOOD),
        ("wang\0", GOOD),
        ("x" * 1_000_000, GOOD),
    ]:
        assert isinstance(authenticate(session, login, password, HERE), WrongLogin), login[:20]
    assert tries(session) == 8


def test_a_disabled_and_an_unknown_account_read_the_same_as_a_wrong_password(session, officer):
    add_account(session, "li", "李宁", Role.OFFICER, GOOD, by=officer)
    disable(session, "li", by=officer)
    answers = [
        authenticate(session, login, password, HERE)
        for login, password in (("wang", "wrong"), ("nobody", GOOD), ("li", GOOD))
    ]
    assert {type(answer) for answer in answers} == {WrongLogin}
    assert [answer.facts for answer in answers] == [{}, {}, {}]


def test_ten_failures_end_guessing_here_and_not_elsewhere(session, officer):
    for _ in range(MOST_OF_PAIR):
        assert isinstance(authenticate(session, "wang", "guess", HERE), WrongLogin)
    throttled = authenticate(session, "wang", GOOD, HERE)
    assert isinstance(throttled, TooManyTries)
    assert throttled.facts == {"minutes": 15}
    assert tries(session) == MOST_OF_PAIR  # a throttled try does not make the wait longer
    assert authenticate(session, "wang", GOOD, THERE).id == officer


def test_failures_are_forgotten_after_a_quarter_of_an_hour(session, officer):
    fail_before(session, MOST_OF_PAIR, minutes_ago=16)
    assert authenticate(session, "wang", GOOD, HERE).id == officer


def test_an_address_that_tries_many_names_is_slowed_down(session, officer):
    for number in range(MOST_OF_ADDRESS):
        fail_before(session, 1, login=f"name{number}")
    assert isinstance(authenticate(session, "wang", GOOD, HERE), TooManyTries)
    assert authenticate(session, "wang", GOOD, THERE).id == officer


def test_failures_from_everywhere_lock_a_login_only_at_a_thousand(session, officer):
    for number in range(MOST_OF_LOGIN - 1):
        fail_before(session, 1, address=f"203.0.113.{number}")
    assert authenticate(session, "wang", GOOD, THERE).id == officer
    fail_before(session, 1, address="203.0.113.9")
    assert isinstance(authenticate(session, "wang", GOOD, THERE), TooManyTries)


def test_signing_in_forgives_the_failures_of_that_login_there(session, officer):
    fail_before(session, 9)
    fail_before(session, 3, login="li")
    fail_before(session, 3, address=THERE)
    assert authenticate(session, "wang", GOOD, HERE).id == officer
    assert tries(session) == 6


def test_an_ipv6_customer_is_one_address(session, officer):
    for number in range(MOST_OF_PAIR):
        authenticate(session, "wang", "guess", f"2001:db8:1:2::{number:x}")
    assert isinstance(authenticate(session, "wang", GOOD, "2001:db8:1:2:ffff::1"), TooManyTries)
    assert authenticate(session, "wang", GOOD, "2001:db8:1:3::1").id == officer
    fail_before(session, MOST_OF_PAIR)
    assert isinstance(authenticate(session, "wang", GOOD, f"::ffff:{HERE}"), TooManyTries)


def test_guesses_side_by_side_do_not_slip_past_the_limit(database):
    with Session(database.engine) as session:
        add_account(session, "wang", "王安", Role.OFFICER, GOOD, by=None)
        session.commit()
    answers = in_parallel(
        database, [lambda session: authenticate(session, "wang", "guess", HERE)] * 24
    )
    kinds = [type(answer) for answer in answers]
    assert kinds.count(WrongLogin) == MOST_OF_PAIR
    assert kinds.count(TooManyTries) == 24 - MOST_OF_PAIR


def test_a_password_kept_at_an_old_cost_is_hashed_again(session, officer):
    account = session.get(Account, officer)
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    account.password_hash = old
    session.flush()
    assert authenticate(session, "wang", GOOD, HERE).password_hash != old
    assert authenticate(session, "wang", GOOD, HERE).id == officer


# Sessions


def test_a_session_is_a_random_token_of_which_only_the_hash_is_kept(session, officer):
    account = session.get(Account, officer)
    tokens = {open_session(session, account) for _ in range(3)}
    assert len(tokens) == 3
    kept = session.scalars(select(SignIn.token_hash)).all()
    assert all(len(token_hash) == 32 for token_hash in kept)
    assert not any(token.encode() in kept for token in tokens)
    assert {account_of(session, token).id for token in tokens} == {officer}


@pytest.mark.parametrize("token", ["", "x", "x" * 1_000_000, "一二三", "\0", "a\ud800"])
def test_a_token_nobody_gave_out_is_nobody(session, officer, token):
    assert account_of(session, token) is None
    close_session(session, token)


def test_signing_out_ends_that_session_only(session, officer):
    account = session.get(Account, officer)
    one, other = open_session(session, account), open_session(session, account)
    close_session(session, one)
    assert account_of(session, one) is None
    assert account_of(session, other).id == officer


@pytest.mark.parametrize(
    ("began", "seen", "alive"),
    [
        ("11 hours 59 min", "1 min", True),
        ("12 hours 1 min", "1 min", False),
        ("5 hours", "1 hour 59 min", True),
        ("5 hours", "2 hours 1 min", False),
    ],
)
def test_a_session_ends_after_twelve_hours_or_two_idle_ones(session, officer, began, seen, alive):
    token = open_session(session, session.get(Account, officer))
    session.execute(
        text(
            "UPDATE sign_in SET recorded_at = now() - CAST(:began AS interval),"
            " seen_at = now() - CAST(:seen AS interval)"
        ),
        {"began": began, "seen": seen},
    )
    assert (account_of(session, token) is not None) is alive
    assert forget_sessions(session) == (0 if alive else 1)


def test_a_request_counts_as_activity(session, officer):
    token = open_session(session, session.get(Account, officer))
    session.execute(text("UPDATE sign_in SET seen_at = now() - interval '1 hour'"))
    account_of(session, token)
    assert session.scalar(text("SELECT seen_at = now() FROM sign_in"))


def test_noting_the_activity_takes_no_question_more(session, officer):
    """A page may ask ten things, and this is one, be the note due or not."""
    token = open_session(session, session.get(Account, officer))
    asked = []
    count = event.listens_for(session.connection(), "before_cursor_execute")
    count(lambda _connection, _cursor, statement, *_: asked.append(statement))
    for seen, notes in (("now() - interval '1 hour'", True), ("now() - interval '30 s'", False)):
        session.execute(text(f"UPDATE sign_in SET seen_at = {seen}"))
        asked.clear()
        account_of(session, token)
        assert len(asked) == 1
        assert session.scalar(text("SELECT seen_at = now() FROM sign_in")) is notes


def test_a_role_taken_away_is_gone_with_the_next_request(database):
    with Session(database.engine) as session:
        made = add_account(session, "wang", "王安", Role.OFFICER, GOOD, by=None)
        token = open_session(session, session.get(Account, made))
        session.commit()
    with Session(database.engine) as browser, Session(database.engine) as elsewhere:
        assert account_of(browser, token).role == "officer"
        browser.commit()
        elsewhere.execute(update(Account).values(role="auditor"))
        elsewhere.commit()
        assert account_of(browser, token).role == "auditor"


def test_old_tries_are_forgotten_and_fresh_ones_kept(session):
    fail_before(session, 3, minutes_ago=16)
    fail_before(session, 2, minutes_ago=14)
    assert forget_tries(session) == 3
    assert tries(session) == 2


def test_every_refusal_has_its_words():
    from app.accounts import (
        add,
        change,
        check,
        code,
        factor,
        factor_anew,
        govern,
        password,
        prepares,
        provider,
    )
    from app.cli import passwords

    modules = (
        *(add, change, check, code, factor, factor_anew, govern, password),
        *(passwords, prepares, provider),
    )
    refusals = {
        name
        for module in modules
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
    }
    assert refusals == texts.WORDS.keys()


def in_parallel(database, acts):
    """Each act in a transaction and a thread of its own, all begun together; what they returned."""
    together = threading.Barrier(len(acts))
    answers = []

    def run(act):
        with Session(database.engine, expire_on_commit=False) as session:
            session.connection()
            together.wait(timeout=30)
            answer = act(session)
            session.commit()
            answers.append(answer)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == len(acts)
    return answers
