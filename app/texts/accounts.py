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
    "CodeWrong": Words(
        "验证码不对，或已失效。请核对最新收到的验证码，或重新获取。",
        "This is not the code, or it no longer counts. Look at the newest message, or ask for a "
        "new code.",
    ),
    "NotAnOfficer": Words(
        "账号 %(account)s 不是经办人员。", "The account %(account)s is not an officer's."
    ),
    "MayNotPrepare": Words(
        "账号 %(account)s 不能办理录入和准备工作。",
        "The account %(account)s may not prepare or enter anything.",
    ),
    "ActNotOfRole": Words("这个账号无权办理此事。", "This account may not do this."),
    "MayNotGovern": Words(
        "您不能对这个账号做此操作：开户、停用由系统管理员办理，授权由安全管理员办理。",
        "You may not do this with that account: the system administrator makes and disables"
        " accounts, the security administrator gives rights.",
    ),
    "OwnRight": Words(
        "不能变更自己的账号，也不能变更本人的另一个账号。",
        "Nobody changes the own account, nor another account of the same person.",
    ),
    "RightOfOwnMaking": Words(
        "开设账号的人不能给它授权。", "Who made an account gives it no right."
    ),
    "RightBefore": Words(
        "一个账号只能有一种权限。请另开账号。",
        "An account has one right in its life. Make another account for other work.",
    ),
    "RightsApart": Words(
        "此人另有账号，权限必须分开：管理员不得兼任其他岗位。",
        "This person has another account whose right must be kept apart: an administrator is"
        " nothing else besides.",
    ),
    "LastAdmin": Words(
        "%(account)s 是最后一位该类管理员，请先设立另一位。",
        "%(account)s is the last administrator of this kind. Name another first.",
    ),
    "SubjectTaken": Words(
        "这个标识已关联另一个账号。请先在那个账号上取消关联。",
        "This subject is tied to another account. Take it from that one first.",
    ),
    "NoSuchUnion": Words("没有这个工会。", "There is no such union."),
    "WrongCode": Words(
        "验证码不正确或已用过。总是不对时，请把手机时间设为自动校准。",
        "The code is not right, or was used before. If it never is, set the phone's time.",
    ),
    "FactorThere": Words(
        "已设置第二步验证。如需重设，请找安全管理员。",
        "The second step is set already. The security administrator resets it.",
    ),
    "NoPhoneWaits": Words(
        "没有等待更换的新手机，或已超过 15 分钟。请重新开始更换。",
        "No new phone waits, or it waited longer than 15 minutes. Begin again.",
    ),
    "PasswordSame": Words("新密码不能与原密码相同。", "The new password must be another one."),
    "ProviderSilent": Words(
        "统一登录暂时无法使用，请稍后再试，或用密码登录。",
        "The sign-in provider cannot be reached. Try again later, or use your password.",
    ),
    "ProviderNotBelieved": Words(
        "统一登录没有成功，请重新登录。", "Signing in by the provider failed. Please sign in again."
    ),
    "ProviderDeclined": Words(
        "您没有在统一登录处完成登录。请再试一次，或用密码登录。",
        "You did not sign in at the provider. Try again, or use your password.",
    ),
    "SubjectUnknown": Words(
        "统一登录的身份没有关联本系统的账号，请联系安全管理员。",
        "No account here is tied to this identity. Ask the security administrator.",
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
        "Too many failed tries. Minutes to wait: %(minutes)d.",
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
        "Too many requests. Minutes to wait: %(minutes)s.",
    ),
}
