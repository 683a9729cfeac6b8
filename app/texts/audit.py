"""Words for audit bundles."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "NothingInYear": Words(
        "保障年度 %(year)s 没有任何记录，没有生成资料包。",
        "Nothing was recorded for benefit year %(year)s; no bundle was made.",
    ),
    "LogOfWhole": Words(
        "操作日志涉及全市，只有市总工会的人员可以输出。",
        "The log is the whole fund's: only staff of the city federation take it along.",
    ),
    "NoPurpose": Words(
        "请写明打开这笔申请的用途（%(shortest)d 到 %(longest)d 个字）。",
        "Say what you open the claim for (%(shortest)d to %(longest)d characters).",
    ),
    "BundlesUnderWay": Words(
        "您要求的 %(most)s 个资料包正在生成，请等其中一个完成再要求下一个。",
        "%(most)s bundles that you asked for are being made. Wait until one of them is ready, then"
        " ask for the next.",
    ),
    "YearsOdd": Words(
        "末年不能早于首年，一个资料包最多 %(most)s 个年度。",
        "The last year must not lie before the first, and a bundle has %(most)s years at most.",
    ),
    "BundleTooLarge": Words(
        "资料包超过 4 GiB，不能生成。",
        "The bundle would be larger than 4 GiB and was not made.",
    ),
    "BundleUnwritable": Words(
        "不能写入 %(path)s：%(why)s。没有生成资料包。",
        "%(path)s cannot be written: %(why)s. No bundle was made.",
    ),
}
