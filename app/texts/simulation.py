"""Why a question about other rules cannot be answered."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "YearOrAll": Words(
        "请写一个保障年度，或写 --all，二者取一。", "Name one benefit year, or --all; not both."
    ),
    "YearsWrong": Words(
        "年度请写成 2021-2024 或 2021，而不是“%(given)s”。",
        "Write the years as 2021-2024 or 2021, not “%(given)s”.",
    ),
    "YearsReversed": Words(
        "止年 %(last)s 早于起年 %(first)s。",
        "The last year, %(last)s, lies before the first, %(first)s.",
    ),
    "NobodyCovered": Words(
        "%(first)s 至 %(last)s 年度没有人参保，无从测算。请换年度。",
        "Nobody was covered in %(first)s to %(last)s. Ask about other years.",
    ),
    "NothingToAsk": Words(
        "还没有人参保，无从测算。",
        "Nobody has been covered yet: there is nothing to ask.",
    ),
    "QuestionsUnderWay": Words(
        "您的 %(most)s 个测算正在进行，请等其中一个完成再测算下一个。",
        "%(most)s questions of yours are being answered. Wait until one of them is ready.",
    ),
    "SuppositionOutOfRange": Words(
        "%(field)s：超出范围。增长和涨幅在 -50%% 至 50%% 之间，留任比例在 0 至 100%% 之间，"
        "最多推算 20 年。",
        "%(field)s: out of range. Members and cost may grow by -50%% to 50%% a year, 0 to 100%% of"
        " the members stay, and at most 20 years lie ahead.",
    ),
}
