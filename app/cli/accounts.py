"""`huzhu account add|list|disable|password`: who signs in."""

from typing import Final

import click

from app.accounts.models import Account, Role
from app.cli.frame import Told, acting, by_option, command, office
from app.cli.passwords import asked, at_terminal, from_descriptor
from app.cli.spoken import group

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
@click.option("--password-fd", type=click.IntRange(0), metavar="N", help="Read it from there.")
@by_option
def add(
    lang: str,
    login: str,
    name: str,
    role: str,
    certno: str | None,
    union: str | None,
    password_fd: int | None,
    by: str | None,
) -> Told:
    from app.accounts.add import add_account
    from app.db import transaction
    from app.roster.identity import normalise_certno
    from app.unions.open import district_named

    password, made = _password(password_fd, lang)
    with office() as settings, transaction() as session:
        account_id = add_account(
            session,
            login,
            name,
            Role(role),
            password,
            by=acting(session, settings, by),
            certno=normalise_certno(certno)[0] if certno else None,
            union_id=district_named(session, union) if union else None,
        )
    stored = login.strip().lower()
    said = f"Made the account {stored}." if lang == "en" else f"已开账号 {stored}。"
    return _told({"account": account_id, "login": stored, "role": role}, said, made, lang)


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
        done = disable(session, login, by=acting(session, settings, by))
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
        set_password(session, login, password, by=acting(session, settings, by))
    said = f"{login} has a new password." if lang == "en" else f"{login} 的密码已更换。"
    return _told({"login": login}, said, made, lang)


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


for each in (add, list_accounts, disable_account, new_password):
    account.add_command(each)
