"""Words for roster files that officers send."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "FormUsedAgain": Words(
        "这张表单已经提交过，文件或日期与上次不同。请重新打开上传页面。",
        "This form was sent before, with another file or other days. Open the upload page again.",
    ),
    "UploadNotChecked": Words(
        "这个文件还没有核对完，或已被拒收、作废，不能登记。",
        "This file has not been checked, or was refused or discarded; it cannot be enrolled.",
    ),
    "UploadDecided": Words(
        "这个文件已确认登记，不能再作废。",
        "This file was confirmed for enrolment and cannot be discarded any more.",
    ),
    "UploadsBeingRead": Words(
        "您有 %(most)s 个文件正在读取，请等其中一个读完再上传。",
        "%(most)s of your files are being read. Wait until one is done, then send this one.",
    ),
    "FilesOfTheDay": Words(
        "一个账号 24 小时内最多保存 %(most)s 个文件（含标注的副本），请明天再上传。",
        "The system keeps at most %(most)s files of an account in 24 hours, marked copies included."
        " Send this one tomorrow.",
    ),
    "SenderMayNot": Words(
        "这个账号不负责这个单位，不能上传它的名单。",
        "This account does not look after this unit and cannot send its roster.",
    ),
    "UnitNotReached": Words(
        "这个账号不负责这个单位。", "This account does not look after this unit."
    ),
    "ConfirmerMayNot": Words(
        "确认登记的账号已停用，或不再负责这个单位。请由负责该单位的经办人员重新上传并确认。",
        "The account that confirmed this is disabled or does not look after this unit any more. An"
        " officer who does must send the file again and confirm it.",
    ),
    "UploadFileGone": Words(
        "文件保存期已过，系统中已没有这个文件。请重新上传。",
        "The file was kept for its time and is gone. Send it again.",
    ),
    "UploadGivenUp": Words(
        "系统多次处理这个文件都没有成功，没有写入任何内容。请改用模板重新上传；"
        "若仍不成功，请把编号 %(number)s 告诉系统维护人员。",
        "The file could not be worked through in several tries; nothing was written. Send it again"
        " in the template; if that fails too, tell your system's maintainers number %(number)s.",
    ),
    "NotAsChecked": Words(
        "核对之后，已登记的姓名或银行账号有变动。核对时：更改姓名 %(renamed)d 人，"
        "更改账号 %(account_changed)d 人，与登记不同而未更改 %(kept)d 人。"
        "实际结果以本页为准，请核实。",
        "Names or bank accounts on record changed after the check. It had found: names to change"
        " %(renamed)d, accounts to change %(account_changed)d, differing and left as they were"
        " %(kept)d. This page has what was done; please look at it.",
    ),
    # What the copies are called
    "Copy_marked": Words("标注", "marked"),
    "Copy_refused": Words("有误行", "refused rows"),
}
