"""Words for claims on their way."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "NoSuchFiling": Words(
        "这份草稿已提交、已删除或已过期。请到“我的补助”查看。",
        "This draft was sent, thrown away or is too old. Look at “My claims”.",
    ),
    "ConsentMissing": Words(
        "还没有同意处理医疗健康信息。没有您的同意，不能办理本次申请。",
        "Consent to the use of medical data is missing. Without it this claim cannot be handled.",
    ),
    "ConsentUnsigned": Words(
        "职工须先在纸质同意书上签字，才能代为申请。确认都已签字后，加 --signed 再次运行。",
        "The members must have signed their consent on paper first. When all have, run it again"
        " with --signed.",
    ),
    "FilingUnfinished": Words(
        "前面还有一步没有填完，请先补上。",
        "A step before this one is not finished. Finish it first.",
    ),
    "FilingChanged": Words(
        "这份申请刚在另一个页面或设备上改过。下面是最新内容，请再核对一遍后提交。",
        "This claim was changed on another page or device. Here it is as it stands now: check it"
        " again, then send it.",
    ),
}
