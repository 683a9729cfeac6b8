"""`huzhu account add|right|second-step|list|log|disable|password`: who signs in, as what."""

from typing import Final

import click
from sqlalchemy.orm import Session

from app.accounts.models import STAFF, Account, Role
from app.cli.frame import Told, acting, by_option, command, office
from app.cli.passwords import asked, at_terminal, from_descriptor
from app.cli.spoken import group
from app.config import Settings

_ROLES: Final = {
    Role.OFFICER: "经办人员",
    Role.MEMBER: "职工",
    Role.AUDITOR: "审计人员",
    Role.CONTACT: "单位联系人",
    Role.OPERATOR: "承办人员",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
    Role.NONE: "无权限",
}
_MADE_HERE: Final = [role.value for role in Role if role is not Role.CONTACT]
"""A unit's contact is named by two people (`huzhu unit contact`)."""
_GIVEN: Final = [role.value for role in Role if role in STAFF or role is Role.NONE]


@group()
def account() -> None:
    """Accounts of officers, members and auditors."""


@command("add", help="Make an account. Without --password-fd the password is asked for.")
@click.option("--login", required=True, help="Sign-in name.")
@click.option("--name", required=True, help="The person's name.")
@click.option(
    "--role",
    required=True,
    type=click.Choice(_MADE_HERE),
    help="What the person may do.",
)
@click.option("--certno", help="Which member this is, by ID number; members must say.")
@click.option("--union", help="The union the person belongs to, by name. Default: the city's.")
@click.option(
    "--unit",
    "uscc",
    metavar="USCC",
    help="This unit's own union, instead of --union: who files for its members.",
)
@click.option("--password-fd", type=click.IntRange(0), metavar="N", help="Read it from there.")
@by_option
def add(
    lang: str,
    login: str,
    name: str,
    role: str,
    certno: str | None,
    union: str | None,
    uscc: str | None,
    password_fd: int | None,
    by: str | None,
) -> Told:
    from app.accounts.add import add_account
    from app.db import transaction
    from app.roster.identity import normalise_certno
    from app.roster.units import unit_of
    from app.unions.open import district_named
    from app.units.appoint import union_of_unit

    password, made = _password(password_fd, lang)
    with office() as settings, transaction() as session:
        scope = district_named(session, union) if union else None
        if uscc:
            scope = union_of_unit(session, unit_of(session, uscc).id)
        account_id = add_account(
            session,
            login,
            name,
            Role(role),
            password,
            by=_acting(session, settings, by),
            certno=normalise_certno(certno)[0] if certno else None,
            union_id=scope,
        )
    stored = login.strip().lower()
    said = f"Made the account {stored}." if lang == "en" else f"已开账号 {stored}。"
    return _told({"account": account_id, "login": stored, "role": role}, said, made, lang)


@command("right", help="Give an account its right and scope; 'none' takes the right away.")
@click.argument("login")
@click.argument("role", type=click.Choice(_GIVEN))
@click.option("--union", help="The union the person belongs to, by name. Default: the city's.")
def right(lang: str, login: str, role: str, union: str | None) -> Told:
    from app.accounts.change import account_named
    from app.accounts.govern import give_right, take_right
    from app.db import transaction
    from app.unions.open import district_named

    with office(), transaction() as session:
        account = account_named(session, login)
        if role == Role.NONE:
            take_right(session, account.id, by=None)
        else:
            scope = district_named(session, union) if union else account.union_id
            give_right(session, account.id, Role(role), scope, by=None)
        stored = account.login
    said = f"{stored} 的权限：{_ROLES[Role(role)]}。"
    return Told(
        {"login": stored, "role": role}, [f"{stored} is now: {role}." if lang == "en" else said]
    )


@command("second-step", help="Let an account set its second step of signing in anew.")
@click.argument("login")
def second_step(lang: str, login: str) -> Told:
    from app.accounts.change import account_named
    from app.accounts.govern import reset_factor
    from app.db import transaction

    with office(), transaction() as session:
        account = account_named(session, login)
        reset_factor(session, account.id, by=None)
        stored = account.login
    en, zh = (
        f"{stored} sets a second step at the next sign-in.",
        f"{stored} 下次登录时重设第二步验证。",
    )
    return Told({"login": stored}, [en if lang == "en" else zh])


@command("log", help="What was changed of accounts and rights, and by whom; the newest first.")
@click.option("--last", type=click.IntRange(1, 1000), default=50, help="How many changes.")
def log(lang: str, last: int) -> Told:
    from sqlalchemy import select

    from app.accounts.models import AccountChange
    from app.db import transaction

    with office(), transaction() as session:
        logins = {
            each.id: each.login for each in session.execute(select(Account.id, Account.login))
        }
        newest = select(AccountChange).order_by(AccountChange.id.desc()).limit(last)
        facts = [
            {
                "login": logins[each.account_id],
                "what": each.what,
                "before": each.before,
                "after": each.after,
                "by": logins[each.by] if each.by else None,
                "at": each.recorded_at.isoformat(),
            }
            for each in session.scalars(newest)
        ]
    nothing = "Nothing yet." if lang == "en" else "还没有记录。"
    lines = [
        "  ".join(str(x[name] or "—") for name in ("at", "login", "what", "before", "after", "by"))
        for x in facts
    ]
    return Told({"changes": facts}, lines or [nothing])


@command("list", help="All accounts.")
def list_accounts(lang: str) -> Told:
    from app.accounts.change import accounts
    from app.db import transaction

    with office(), transaction() as session:
        facts = [_facts(each) for each in accounts(session)]
    none = "No accounts yet." if lang == "en" else "还没有账号。"
    away = "disabled" if lang == "en" else "已停用"
    lines = [
        f"{x['login']}  {x['name']}  {x['role'] if lang == 'en' else _ROLES[Role(str(x['role']))]}"
        f"{f'  {away}' if x['disabled'] else ''}"
        for x in facts
    ]
    return Told({"accounts": facts}, lines or [none])


@command("disable", help="Take an account away; it is out with its next request.")
@click.argument("login")
@by_option
def disable_account(lang: str, login: str, by: str | None) -> Told:
    from app.accounts.change import disable
    from app.db import transaction

    with office() as settings, transaction() as session:
        done = disable(session, login, by=_acting(session, settings, by))
    said = {
        ("en", True): f"{login} is disabled.",
        ("en", False): f"{login} was disabled already; nothing changed.",
        ("zh", True): f"{login} 已停用。",
        ("zh", False): f"{login} 早已停用，没有变化。",
    }
    return Told({"login": login, "again": not done}, [said[lang, done]])


@command("password", help="Set a new password; the account's sessions end.")
@click.argument("login")
@click.option("--password-fd", type=click.IntRange(0), metavar="N", help="Read it from there.")
@by_option
def new_password(lang: str, login: str, password_fd: int | None, by: str | None) -> Told:
    from app.accounts.change import set_password
    from app.db import transaction

    password, made = _password(password_fd, lang)
    with office() as settings, transaction() as session:
        set_password(session, login, password, by=_acting(session, settings, by))
    said = f"{login} has a new password." if lang == "en" else f"{login} 的密码已更换。"
    return _told({"login": login}, said, made, lang)


def _acting(session: Session, settings: Settings, by: str | None) -> int | None:
    """Who makes or changes an account. The owner of the machine, where administrators govern or
    there is nobody yet.
    """
    from app.accounts.change import first_officer
    from app.accounts.govern import is_governed

    if by is None and (is_governed(session) or first_officer(session) is None):
        return None
    return acting(session, settings, by, Role.SYSTEM_ADMIN)


def _password(descriptor: int | None, lang: str) -> tuple[str, str | None]:
    """The password to set; again, to be shown, where it was made up as nobody could be asked."""
    from app.accounts.password import made_up

    if descriptor is not None:
        return from_descriptor(descriptor), None
    if at_terminal():
        return asked("New password" if lang == "en" else "新密码", lang, twice=True), None
    made = made_up()
    return made, made


def _told(facts: dict[str, object], said: str, made: str | None, lang: str) -> Told:
    if made is None:
        return Told(facts, [said])
    shown = f"Its password, shown this once: {made}"
    shown = shown if lang == "en" else f"密码（仅显示这一次）：{made}"
    return Told({**facts, "password": made}, [said, shown])


def _facts(each: Account) -> dict[str, object]:
    return {
        "login": each.login,
        "name": each.name,
        "role": each.role,
        "member": each.member_id is not None,
        "disabled": each.disabled_at is not None,
    }


for each in (add, list_accounts, disable_account, new_password, right, second_step, log):
    account.add_command(each)
