"""Words for audit bundles."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "NothingInYear": Words(
        "保障年度 %(year)s 没有任何记录，没有生成资料包。",
        "Nothing was recorded for benefit year %(year)s; no bundle was made.",
    ),
    "NothingBookedInYear": Words(
        "公历年 %(year)s 没有任何记账，没有生成资料包。",
        "Nothing was booked in the calendar year %(year)s; no bundle was made.",
    ),
    "LogOfWhole": Words(
        "操作日志涉及全市，只有市总工会的人员可以输出。",
        "The log is the whole fund's: only staff of the city federation take it along.",
    ),
    "NoPurpose": Words(
        "请写明打开这笔申请的用途（%(shortest)d 到 %(longest)d 个字）。",
        "Say what you open the claim for (%(shortest)d to %(longest)d characters).",
    ),
    "NoPaperOfClaim": Words(
        "申请 %(claim)s 没有第 %(no)s 张材料。有哪些见 huzhu claims papers %(claim)s。",
        "Claim %(claim)s has no paper %(no)s. huzhu claims papers %(claim)s lists what it has.",
    ),
    "NotARecipient": Words(
        "这不是 age 公钥（以 age1 开头）。请用 age-keygen 生成密钥，只提交公钥。",
        "This is no public key of age (it begins with age1). Make a key with age-keygen and give"
        " only the public one.",
    ),
    "NoSuchKey": Words(
        "没有编号为 %(number)s 的审计人员公钥。请审计人员先提交（huzhu auditor-key add 或其页面），"
        "再按显示的编号授权。",
        "No auditor has given a key %(number)s. The auditor gives it first (huzhu auditor-key add,"
        " or the page), which shows the number that the right is given to.",
    ),
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
        "请给出要删除谁的内容（职工编号），或哪一年以前的对账单，二者取其一。",
        "Say whose data (the member's number), or statements before which year: one of the two.",
    ),
    "NobodyToErase": Words(
        "没有编号为 %(member)s 的职工。编号见职工页面的网址。",
        "There is no member %(member)s. The number stands in the address of the member's page.",
    ),
    "ErasureOfWhole": Words(
        "删除只能由市总工会的经办人员提出和批准。",
        "Only officers of the city federation ask for erasures and approve them.",
    ),
    "NoSuchErasure": Words(
        "没有删除申请 %(erasure)s。提出过的见 huzhu erase list，或“删除个人信息”页。",
        "There is no erasure %(erasure)s. What was asked for: huzhu erase list, or the page “Erase"
        " personal data”.",
    ),
    "AlreadyErased": Words(
        "已经批准并删除，不必再批准。", "It was approved and is erased; nothing is left to approve."
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
    "StillOpen": Words(
        "与该职工还有未结清的，不能全部删除：应付其本人 %(owed)s 元，其本人应退回 %(owing)s 元，"
        "在途 %(sent)s 元，责任方应偿还 %(others)s 元，未定的申请 %(undecided)s 件。请先结清。",
        "Something is open with this member, so not everything can be erased: owed to the member"
        " %(owed)s yuan, owed by the member %(owing)s, on its way %(sent)s, owed by others who are"
        " liable %(others)s; claims not decided: %(undecided)s. Settle it first.",
    ),
    "OpenMeanwhile": Words(
        "刚才与该职工又有了未结清的款项或未定的申请，没有删除。请重新查看。",
        "Just now something has become open with this member; nothing was erased. Look again.",
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
