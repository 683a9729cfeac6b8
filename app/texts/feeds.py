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
        "这一行不完整，文件在此中断。请重新导入完整的文件，已收取的不会重复。",
        "This row is cut off and the file ends here. Import the whole file: what was taken "
        "already does not come in twice.",
    ),
    "ReaderStopped": Words(
        "读取文件时超出限制，读取已停止。请检查文件。",
        "Reading the file went beyond its limits and was stopped. Check the file.",
    ),
    "FeedMovedOn": Words(
        "同一批结算单正由别人导入（第 %(number)d 批）。请稍后再试。",
        "Somebody else is importing the same file just now (feed %(number)d). Try again later.",
    ),
    "UnknownFeed": Words(
        "没有第 %(number)d 批。用 huzhu settlements feeds 查看。",
        "There is no feed %(number)d. See huzhu settlements feeds.",
    ),
}
