"""Words for accounts and signing in."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "LoginMalformed": Words(
        "登录名由字母、数字和 . @ _ - 组成，最多 64 个字符，不能是身份证号。",
        "A sign-in name is letters, digits and . @ _ -, at most 64 characters, and no ID number.",
    ),
    "LoginTaken": Words("该登录名已被使用。", "This sign-in name is taken."),
    "AccountNameMissing": Words(
        "请填写姓名，最多 %(longest)d 个字。",
        "Give the person's name, at most %(longest)d characters.",
    ),
    "NoSuchMember": Words(
        "花名册中没有此身份证号的职工。", "No member has this ID number. Import the roster first."
    ),
    "MemberUnnamed": Words(
        "职工账号须注明是哪位职工（身份证号）。",
        "A member's account must say which member it is (ID number).",
    ),
    "MemberHasAccount": Words(
        "此人已有同一角色的账号。一人不得以两个身份办理。",
        "This person has an account of this role already. One person must not act as two.",
    ),
    "PasswordTooShort": Words(
        "密码至少 %(shortest)d 个字符。", "A password has at least %(shortest)d characters."
    ),
    "PasswordTooLong": Words(
        "密码最多 %(longest)d 个字符。", "A password has at most %(longest)d characters."
    ),
    "PasswordUnreadable": Words(
        "密码中有无法识别的字符。", "The password holds something that is no character."
    ),
    "NoSuchAccount": Words("没有这个登录名的账号。", "No account has this sign-in name."),
    "AccountDisabled": Words("账号 %(account)s 已停用。", "The account %(account)s is disabled."),
    "WrongCode": Words(
        "验证码不对，或已失效。请核对最新收到的验证码，或重新获取。",
        "This is not the code, or it no longer counts. Look at the newest message, or ask for a "
        "new code.",
    ),
    "NotAnOfficer": Words(
        "账号 %(account)s 不是经办人员。", "The account %(account)s is not an officer's."
    ),
    "LastOfficer": Words(
        "%(account)s 是最后一位经办人员，停用后无人能再开账号。请先添加另一位。",
        "%(account)s is the last officer; without one nobody can make accounts. Add another first.",
    ),
    "WrongLogin": Words(
        "登录名或密码不正确，或账号不可用。",
        "Sign-in name and password do not match, or the account cannot be used.",
    ),
    "TooManyTries": Words(
        "失败次数过多，请 %(minutes)d 分钟后再试。",
        "Too many failed tries. Try again in %(minutes)d minutes.",
    ),
    "PasswordNotReadable": Words(
        "从描述符 %(descriptor)d 没有读到密码。", "Descriptor %(descriptor)d gave no password."
    ),
    "PasswordNotAsked": Words(
        "这里不是终端，无法询问密码。请用文件描述符提供（见 --help）。",
        "This is no terminal to ask for a password. Give it by a file descriptor (see --help).",
    ),
    "TooManyRequests": Words(
        "申请太频繁，请 %(minutes)s 分钟后再试。",
        "Too many requests. Try again in %(minutes)s minutes.",
    ),
}
