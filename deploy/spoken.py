"""What a start says, in the language of the environment. Parses on Python 3.8.

English stands where it is said; here is the same in Chinese, for whom HUZHU_LANG, LC_ALL or LANG
says so. A machine that says nothing, or a console that has no Chinese letters, gets English.
"""

import os

ZH = {
    "starting the database …": "正在启动数据库 …",
    "making the database …": "正在建立数据库 …",
    "stopping the database …": "正在停止数据库 …",
    "the database ended; starting it again …": "数据库停了，正在重新启动 …",
    "preparing the tables …": "正在准备数据表 …",
    "starting the web server …": "正在启动网页服务 …",
    "stopping %s …": "正在停止 %s …",
    "stopped": "已停止",
    "stopped; the same command goes on from here": "已停止；再次运行同一命令即可继续",
    "%s ended with code %d; starting it again in %g s": "%s 停了（代码 %d），%g 秒后重新启动",
    "%s ended %d times in %d seconds, last with code %d. The end of %s:\n%s": (
        "%s 停了 %d 次（%d 秒内），最后的代码是 %d。日志 %s 的末尾：\n%s"
    ),
    "The start stopped here:\n%s": "启动停在这里：\n%s",
    "The web server does not answer. The end of its log:\n%s": "网页服务没有应答。日志末尾：\n%s",
    "it is just starting": "正在启动",
    "huzhu is running already: %s. Stop that one first (Ctrl-C).": (
        "huzhu 已在运行：%s。请先停止它（Ctrl-C）。"
    ),
    "--port %d: a port is a number from 1 to %d.": "--port %d：端口应是 1 到 %d 的数。",
    "Port %d is for root alone; choose one from 1024 up.": (
        "端口 %d 只有 root 能用，请选 1024 以上的。"
    ),
    "Port %d is taken by another program. Choose another: python3 -m deploy run --port %d": (
        "端口 %d 已被别的程序占用。请换一个：python3 -m deploy run --port %d"
    ),
    "This place holds the demonstration city, which no --empty takes away.\n"
    "A fund of your own begins in another place: set HUZHU_DATA to a new "
    "directory and start again.": (
        "这里已有演示城市，--empty 不会把它去掉。\n"
        "自己的基金请放在另一处：把 HUZHU_DATA 设为一个新目录，再启动。"
    ),
    "The database cannot be used: %s": "数据库不能用：%s",
    "sign in as %s with the password %s": "登录名 %s，密码 %s",
    "These passwords are shown this once.": "密码只显示这一次，请记下。",
    "Sign in with the accounts made at the first start.": "请用首次启动时建立的账号登录。",
    "the city is at %s: %d %%": "演示城市已到 %s：%d %%",
    "loading the demonstration city, this once (--empty starts without) …": (
        "正在装入演示城市，仅此一次（不要演示城市请加 --empty）…"
    ),
    "%d units, %d people, %d claims are loaded": "已装入 %d 个单位、%d 名职工、%d 件申请",
    "ready: python3 -m deploy run": "已就绪：python3 -m deploy run",
    "waiting for another set-up to end …": "另一次安装正在进行，等它结束 …",
    "removing an unfinished .venv …": "正在清除没有装完的 .venv …",
    "making .venv …": "正在建立 .venv …",
    "installing %d packages …": "正在安装 %d 个软件包 …",
    "installing huzhu itself …": "正在安装 huzhu …",
    "  unpacking …": "  正在解包 …",
    "  %d of %d …": "  第 %d 个，共 %d 个 …",
}


def in_chinese() -> bool:
    """Whether the environment asks for Chinese."""
    named = (os.environ.get(name) for name in ("HUZHU_LANG", "LC_ALL", "LANG"))
    return next(filter(None, named), "").lower().startswith("zh")


def said(text: str, *facts: object) -> str:
    """The words in the reader's language, with these facts in their places."""
    words = ZH[text] if in_chinese() else text
    return words % facts if facts else words
