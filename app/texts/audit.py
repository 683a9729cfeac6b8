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
    "NotARecipient": Words(
        "这不是 age 公钥（以 age1 开头）。请用 age-keygen 生成密钥，只提交公钥。",
        "This is no public key of age (it begins with age1). Make a key with age-keygen and give"
        " only the public one.",
    ),
    "NoSuchKey": Words("没有这样的密钥。", "There is no such key."),
    "NoIdentifiedRight": Words(
        "您的密钥还没有查看姓名的权限。请先登记公钥，再请安全管理员授权。",
        "Your key has no right to see who people are. Give your public key, then ask the security"
        " administrator for the right.",
    ),
    "NotABundle": Words(
        "%(path)s 不是资料包，或者与生成时的不同，没有生成带姓名的资料包。",
        "%(path)s is no audit bundle, or not as it was made; no identified edition was made.",
    ),
    "NoBundleThere": Words(
        "资料包文件不在了，请重新生成。", "The bundle's file is gone. Have it made again."
    ),
    "NotToErase": Words(
        "没有可删除的内容，或者不归您办理，或者已经删除。",
        "There is nothing to erase there, it is not yours to erase, or it was erased already.",
    ),
    "ErasureNotByTwo": Words(
        "删除须由两名市总工会经办人分别提出和批准，且都不是本人。",
        "One officer of the city federation asks and another approves; neither is the member.",
    ),
    "StillKept": Words(
        "保管期限未满（凭证 30 年、对账单 10 年，自年度终了起算），没有删除。",
        "It must be kept longer (vouchers 30 years, statements 10, from the end of their year);"
        " nothing was erased.",
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
