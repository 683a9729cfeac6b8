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
    """\
python3 -m deploy run [--port N] [--empty]
                                      start everything and say where; Ctrl-C stops it. The first
                                      time with a demonstration city, unless --empty
python3 -m deploy test [faults|bench|ocr] [what pytest takes]
                                      all checks and tests; a part; the long or the timed forms
python3 -m deploy setup [ocr]         make or mend .venv and nothing else; to read photos, too
python3 -m deploy pictures            make the README's pictures anew (needs Chromium)
python3 -m deploy lock                make the locks anew from pyproject.toml
""": """\
python3 -m deploy run [--port N] [--empty]
                                      启动全部服务并给出网址，Ctrl-C 停止。首次启动带演示城市，
                                      加 --empty 则不带
python3 -m deploy test [faults|bench|ocr] [pytest 的参数]
                                      全部检查和测试；或其中一部分：长测试、计时测试
python3 -m deploy setup [ocr]         只建立或修复 .venv；加 ocr 可识别照片
python3 -m deploy pictures            重新制作 README 的图片（需要 Chromium）
python3 -m deploy lock                按 pyproject.toml 重新生成锁定文件
""",
    "Run it again as: %s -m deploy %s": "请改用：%s -m deploy %s",
    "Install one (Debian, Ubuntu: apt install python3.11 python3.11-venv; macOS: "
    "brew install python@3.13) and start with that one.": (
        "请安装（Debian、Ubuntu：apt install python3.11 python3.11-venv；"
        "macOS：brew install python@3.13），再用它启动。"
    ),
    "This is Python %d.%d, and 3.11 or newer is needed. %s": (
        "这是 Python %d.%d，需要 3.11 或更新的版本。%s"
    ),
    "%s takes no more words: %s": "%s 后面不能再写：%s",
    "Not understood: %s": "看不懂：%s",
    "python3 -m deploy run [--port N] [--empty]\n"
    "--port N   where the web server answers\n"
    "--empty    start an empty fund without the demonstration city\n": (
        "python3 -m deploy run [--port N] [--empty]\n"
        "--port N   网页服务的端口\n"
        "--empty    启动空的基金，不带演示城市\n"
    ),
    "There is no permission to write in %s. Run this as its owner, or make a copy "
    "of it that is yours.": "没有写入 %s 的权限。请以它的所有者身份运行，或复制一份自己的。",
    "This Python has no %s module. Debian, Ubuntu: apt install python3-venv (for "
    "this one: python%d.%d-venv); then run this again.": (
        "这个 Python 没有 %s 模块。Debian、Ubuntu：apt install python3-venv"
        "（对应这一个：python%d.%d-venv），然后再运行。"
    ),
    "python3 -m venv failed:\n%s": "python3 -m venv 失败：\n%s",
    "A package is not the file the lock names. Nothing of it was installed. Try "
    "again; if it stays so, your package index serves altered files:\n%s": (
        "有一个软件包与锁定文件所记的不符，没有安装。请再试一次；"
        "仍然如此，则所用的软件源给出的文件被改动过：\n%s"
    ),
    "The disk is full: about 600 MB are needed in %s. Then run this again.": (
        "磁盘已满：%s 需要约 600 MB。腾出空间后再运行。"
    ),
    "pip could not get the packages. Check the network, or name your package index "
    "(PIP_INDEX_URL, or pip config), then run this again. pip said:\n%s": (
        "pip 取不到软件包。请检查网络，或指定软件源（PIP_INDEX_URL 或 pip config），再运行。"
        "pip 的说明：\n%s"
    ),
    "pip failed; run this again when it is mended. It said:\n%s": (
        "pip 失败，排除原因后再运行。它的说明：\n%s"
    ),
    "The sign-in of DATABASE_URL may not make or take the roles of the application "
    "and of auditors. Let the database's administrator run: CREATE ROLE huzhu_app; "
    "CREATE ROLE huzhu_auditor; GRANT huzhu_app, huzhu_auditor TO that sign-in; "
    "then start again.": (
        "DATABASE_URL 的登录身份不能建立或使用本系统和审计人员的角色。请数据库管理员执行："
        "CREATE ROLE huzhu_app; CREATE ROLE huzhu_auditor; GRANT huzhu_app, huzhu_auditor TO"
        " 该登录身份；然后再启动。"
    ),
    "DATABASE_AUDITOR_URL is not set: auditors read through the application's own "
    "sign-in, which only puts its other rights aside for them. To read through one "
    "that has none, run: CREATE ROLE huzhu_reader LOGIN PASSWORD '…'; GRANT "
    "huzhu_auditor TO huzhu_reader; and name it there.": (
        "没有设置 DATABASE_AUDITOR_URL：审计人员用本系统自己的登录身份读取，只是暂不使用其他权限。"
        "要改用没有其他权限的身份，请执行：CREATE ROLE huzhu_reader LOGIN PASSWORD '…'; GRANT"
        " huzhu_auditor TO huzhu_reader; 并写在这个设置里。"
    ),
    "The sign-in of DATABASE_AUDITOR_URL may write (%s). Auditors read through it, "
    "so it must have no right but SELECT: make one that is a member of "
    "huzhu_auditor and of nothing else.": (
        "DATABASE_AUDITOR_URL 的登录身份可以写入（%s）。审计人员用它读取，只能有 SELECT 权限："
        "请另建一个只属于 huzhu_auditor 的身份。"
    ),
}


def in_chinese() -> bool:
    """Whether the environment asks for Chinese."""
    named = (os.environ.get(name) for name in ("HUZHU_LANG", "LC_ALL", "LANG"))
    return next(filter(None, named), "").lower().startswith("zh")


def said(text: str, *facts: object) -> str:
    """The words in the reader's language, with these facts in their places."""
    words = ZH[text] if in_chinese() else text
    return words % facts if facts else words
