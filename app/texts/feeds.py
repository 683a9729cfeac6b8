"""Words of files of settlements that are refused or stop, and of feeds."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {
    "PackedUnsafe": Words(
        "这个压缩包不能打开：解开后大得不合常理、包里还有压缩包，或文件名有问题。"
        "请只放结算单 CSV。",
        "The archive is not opened: it unpacks beyond reason, holds archives, or has unsafe names. "
        "Put only CSV files of settlements into it.",
    ),
    "PackedBroken": Words(
        "压缩包不完整或已损坏，没有收取任何一行。请重新传送。",
        "The archive is cut off or damaged; no row was taken. Send it again.",
    ),
    "PackedLocked": Words(
        "压缩包有密码。请解密后再导入。",
        "The archive has a password. Unlock it first.",
    ),
    "PackedEmpty": Words(
        "里面没有结算单文件。",
        "There is no file of settlements in it.",
    ),
    "TwoEncodings": Words(
        "从这一行起换了另一种文字编码，没有收取任何一行。请用同一种编码重新导出。",
        "From this line on the file is in another encoding; no row was taken. "
        "Export it in one encoding.",
    ),
    "CutOff": Words(
        "这一行不完整，文件在此中断。请重新导入完整的文件，已收取的不会重复。"
        "如果文件本来就是完整的，请在最后一行末尾加一个换行，再导入。",
        "This row is cut off and the file ends here. Import the whole file: what was taken "
        "already does not come in twice. If it is whole as it is, end its last line with a line "
        "break and import it again.",
    ),
    "ReaderStopped": Words(
        "读取文件时超出限制，读取已停止。请检查文件。",
        "Reading the file went beyond its limits and was stopped. Check the file.",
    ),
    "FeedMovedOn": Words(
        "同一批结算单正由别人导入（第 %(number)d 批）。请稍后再试。",
        "Somebody else is importing the same file just now (feed %(number)d). Try again later.",
    ),
    "ClassAndFile": Words(
        "--class 和 --csv 要一起写：输出哪一类，输出到哪个文件。",
        "--class and --csv go together: which rows, and the file to write them to.",
    ),
    "UnknownFeed": Words(
        "没有第 %(number)d 批。用 huzhu settlements feeds 查看。",
        "There is no feed %(number)d. See huzhu settlements feeds.",
    ),
    "BureauTimedOut": Words(
        "医保局接口没有及时应答，已试多次。稍后再取，会从中断的那一页继续。",
        "The bureau's interface did not answer in time, tried several times. Pull again later: it "
        "goes on with the same page.",
    ),
    "BureauUnreachable": Words(
        "连不上医保局接口，或连接中断，已试多次。稍后再取，会从中断的那一页继续。",
        "The bureau's interface cannot be reached or the connection broke, tried several times. "
        "Pull again later: it goes on with the same page.",
    ),
    "BureauInTrouble": Words(
        "医保局接口出错（%(status)d），已试多次。稍后再取，会从中断的那一页继续。",
        "The bureau's interface is in trouble (%(status)d), tried several times. Pull again "
        "later: it goes on with the same page.",
    ),
    "PageBroken": Words(
        "医保局接口给的一页不完整或不合约定，已试多次。请告诉医保局。",
        "A page of the bureau's interface is cut off or not as agreed, tried several times. "
        "Tell the bureau.",
    ),
    "BureauDenies": Words(
        "医保局接口不认我们的签名或编号（%(status)d）。请核对 HUZHU_BUREAU_APP_ID 和密钥，"
        "以及本机时间。",
        "The bureau's interface does not accept our signature or app id (%(status)d). Check "
        "HUZHU_BUREAU_APP_ID, the secret and this machine's clock.",
    ),
    "BureauRefuses": Words(
        "医保局接口拒绝了请求（%(status)d）。核对地址和日期；页标过期时加 --anew 从头再取。",
        "The bureau's interface refuses the request (%(status)d). Check the address and the day; "
        "where the cursor has expired, begin with --anew.",
    ),
    "CursorLoops": Words(
        "医保局接口的翻页又回到了前面的一页，已停止。请告诉医保局，再加 --anew 从头取。",
        "The cursor of the bureau's interface leads back to an earlier page; stopped. Tell the "
        "bureau, then begin with --anew.",
    ),
    "PageLacks": Words(
        "第 %(page)d 页（当天第 %(first_line)d–%(last_line)d 行）每一行都没有这些列："
        "%(columns)s。"
        "这一页没有收取，之前各页已收取。请医保局在每行中给出这些列（没有内容写 null），"
        "再取同一天，会从这一页继续。",
        "Page %(page)d (rows %(first_line)d–%(last_line)d of the day): no row of it has "
        "%(columns)s. The page was not taken; the pages before it were. Ask the bureau to give "
        "these names in every row (null where there is nothing), then pull the same day: it goes "
        "on with this page.",
    ),
    "DayNotBegun": Words(
        "%(day)s 还没有到（今天是 %(today)s），这一天还没有结算单。请取今天或以前的日子。",
        "%(day)s has not begun (today is %(today)s): nothing has been settled on it. Pull today "
        "or a day before.",
    ),
    "NoBureau": Words(
        "没有设置医保局接口：HUZHU_BUREAU_URL、HUZHU_BUREAU_APP_ID、HUZHU_BUREAU_SECRET、"
        "HUZHU_BUREAU_BY。",
        "The bureau's interface is not set: HUZHU_BUREAU_URL, HUZHU_BUREAU_APP_ID, "
        "HUZHU_BUREAU_SECRET, HUZHU_BUREAU_BY.",
    ),
    "BureauByUnknown": Words(
        "HUZHU_BUREAU_BY 不是在职经办人员的登录名。",
        "HUZHU_BUREAU_BY is the login of no officer.",
    ),
    "BegunAnew": Words(
        "这一批中断后，这一天已从头另取；看同一天更晚的一批。",
        "It was interrupted, and the day was begun again from its first page; see the later feed "
        "of the same day.",
    ),
    "DaysReversed": Words(
        "止日早于起日。",
        "The last day lies before the first.",
    ),
}
