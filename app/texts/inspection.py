"""Words for samples and findings."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "SampleTooLarge": Words(
        "样本数应在 1 到 %(most)s 之间。", "A sample has from 1 to %(most)s payments."
    ),
    "SampleNotReadable": Words(
        "请写明抽多少笔（最多 %(most)s 笔），或填写可容忍错报由系统计算。",
        "Say how many to draw, at most %(most)s, or a tolerable misstatement to work it out of.",
    ),
    "SizeSaidTwice": Words(
        "样本数和可容忍错报请只填一项：填了可容忍错报，样本数由系统计算。",
        "Say how many to draw or a tolerable misstatement, not both: the size is worked out of what"
        " is tolerable.",
    ),
    "TolerableByMoneyOnly": Words(
        "只有货币单元抽样（money）按可容忍错报计算样本数；其他方法请写明抽多少笔。",
        "Only a sample by monetary units (money) has its size worked out of a tolerable"
        " misstatement. For the other ways, say how many to draw.",
    ),
    "TolerableTooSmall": Words(
        "可容忍错报应至少为 %(least_yuan)s 元。",
        "The tolerable misstatement must be at least %(least_yuan)s yuan.",
    ),
    "StrataOutOfOrder": Words(
        "分层界限请用元填写，从小到大，用空格隔开，例如 500 2000 10000。",
        "Write the bounds of strata in yuan, rising, with spaces between, such as 500 2000 10000.",
    ),
    "NotTheFundsAuditor": Words(
        "样本和疑点涉及全市，只有市总工会的审计人员可以操作。",
        "Samples and looks are of the whole fund: only its own auditors make them.",
    ),
    "NothingPaidInYear": Words(
        "保障年度 %(year)s 还没有发放成功的补助，没有可抽的。",
        "The bank has carried out no payment of %(year)s. There is nothing to draw from.",
    ),
    "NothingToLookAt": Words(
        "保障年度 %(year)s 还没有理算过任何申请，没有可查看的。有理算结果的年度：%(years)s。",
        "No claim of %(year)s has been determined. There is nothing to look at. Years that have"
        " some: %(years)s.",
    ),
    "NoSuchQuestion": Words(
        "没有“%(only)s”这一项。可选：%(known)s。",
        "No question is called “%(only)s”. There are: %(known)s.",
    ),
    "SeedOdd": Words(
        "种子只能用字母、数字和短横线，最多 40 个。",
        "A seed is of letters, digits and dashes, at most 40.",
    ),
    "RiskUnknown": Words(
        "风险请在 %(known)s 中选一个。", "Take one of these as the risk, in percent: %(known)s."
    ),
    "LooksUnderWay": Words(
        "您要求的 %(most)s 个年度正在查看，请等其中一个完成。",
        "%(most)s years are being looked over for you. Wait until one of them is ready.",
    ),
    "FindingTextOdd": Words(
        "请写 %(shortest)d 到 %(longest)d 个字。",
        "Write from %(shortest)d to %(longest)d characters.",
    ),
    "FindingNamesPerson": Words(
        "文字里像有身份证号、银行卡号或手机号。请改用申请编号。",
        "The text seems to hold an ID number, a card or a telephone number. Say the claim's number"
        " instead.",
    ),
    "NoSuchFinding": Words(
        "没有审计发现 %(finding)s，或不在您的范围内。",
        "There is no finding %(finding)s, or not within your reach.",
    ),
    "NoSuchSample": Words(
        "%(year)s 年度没有样本 %(sample)s。该年度抽过的样本见“%(year)s 年度样本”。",
        "%(year)s has no sample %(sample)s. Those drawn are on the page “Samples of %(year)s”.",
    ),
    "FindingClosed": Words(
        "这条审计发现已经关闭，不能再补充。", "The finding is closed. Nothing can be added."
    ),
    "FindingNotTheirs": Words(
        "审计发现由审计人员提出和关闭，由有关工会的经办人员答复，不能是同一个人。",
        "Findings are written and closed by auditors and answered by officers of the union"
        " concerned, never by the same person.",
    ),
}
