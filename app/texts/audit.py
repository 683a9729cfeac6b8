"""Words for audit bundles."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "NothingInYear": Words(
        "保障年度 %(year)s 没有任何记录，没有生成资料包。",
        "Nothing was recorded for benefit year %(year)s; no bundle was made.",
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
