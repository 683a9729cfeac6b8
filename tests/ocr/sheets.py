"""Settlement sheets of invented people, drawn in three layouts and photographed badly.

What is drawn is known, so that what is read can be compared. `lines` says "label: value" in running
text, `grid` is a ruled table of label and value cells, `columns` has rows of labels over rows of
values; each has words of its own for the same lines. All carry figures that are no figures of the
bill (what the year came to), the amount in words, and a person's name and number.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from PIL import Image, ImageDraw, ImageFont

from app.papers.font import FONT
from app.papers.words import in_words
from tests.factories import make_id, make_name

WIDTH, HEIGHT = 1654, 1240
"""The upper half of an A4 sheet at 200 dots an inch."""
SMALL, LARGE = 29, 44
LAYOUTS = ("lines", "grid", "columns")
LABELS = {
    "fixmedins_name": ("医疗机构名称", "定点医疗机构", "医院名称"),
    "begndate": ("入院日期", "入院时间", "入院日期"),
    "enddate": ("出院日期", "出院时间", "出院日期"),
    "setl_time": ("结算日期", "结算时间", "结算日期"),
    "medfee_sumamt": ("医疗费总额", "总费用", "费用总额"),
    "fulamt_ownpay_amt": ("自费", "全自费金额", "自费费用"),
    "overlmt_selfpay": ("超限价自费", "超限价金额", "超限价费用"),
    "preselfpay_amt": ("乙类先行自付", "先行自付金额", "乙类自理"),
    "inscp_scp_amt": ("符合政策范围金额", "政策范围内费用", "范围内费用"),
    "act_pay_dedc": ("起付线", "起付标准", "起付金额"),
    "hifp_pay": ("统筹基金支付", "基本医疗保险统筹基金支付", "统筹支付"),
    "hifob_pay": ("职工大额补助支付", "职工大额医疗费用补助", "大额支付"),
    "hifmi_pay": ("大病保险支付", "居民大病保险支付", "大病支付"),
    "maf_pay": ("医疗救助支付", "医疗救助基金支付", "救助支付"),
    "psn_part_amt": ("个人负担总金额", "个人支付合计", "个人负担"),
    "acct_pay": ("个人账户支付", "账户支付", "账户支付"),
    "psn_cash_pay": ("现金支付", "个人现金支付", "现金支付"),
}
"""In the order of the paper; a name for each layout."""


@dataclass(frozen=True)
class Bill:
    """`figures`: as they must be read; `beside`: what else stands on the sheet."""

    figures: dict[str, str]
    beside: dict[str, str] = field(default_factory=dict)


def bill(seed: int) -> Bill:
    """One invented bill."""
    draw = random.Random(seed)  # noqa: S311 - nothing is kept secret
    own, over, first = (draw.choice((0, draw.randrange(1, 300_000))) for _ in range(3))
    scope = draw.randrange(500_000, 9_000_000)
    total = own + over + first + scope
    basic = scope * draw.randrange(55, 80) // 100
    large, major, aid = (draw.choice((0, scope * share // 100)) for share in (10, 5, 2))
    borne = total - basic - large - major - aid
    account = borne * draw.randrange(0, 50) // 100
    admitted = date(2023, 1, 1) + timedelta(days=draw.randrange(300))
    days = draw.randrange(2, 30)
    amounts = {
        "medfee_sumamt": total,
        "fulamt_ownpay_amt": own,
        "overlmt_selfpay": over,
        "preselfpay_amt": first,
        "inscp_scp_amt": scope,
        "act_pay_dedc": draw.choice((30_000, 60_000, 90_000)),
        "hifp_pay": basic,
        "hifob_pay": large,
        "hifmi_pay": major,
        "maf_pay": aid,
        "psn_part_amt": borne,
        "acct_pay": account,
        "psn_cash_pay": borne - account,
    }
    figures = {
        "fixmedins_name": draw.choice(("安阳市人民医院", "市第三人民医院", "城东区中医院")),
        "begndate": admitted.isoformat(),
        "enddate": (admitted + timedelta(days=days)).isoformat(),
        "setl_time": (admitted + timedelta(days=days)).isoformat(),
        **{name: f"{fen // 100}.{fen % 100:02d}" for name, fen in amounts.items()},
    }
    beside = {
        "姓名": make_name(seed),
        "证件号码": make_id(seed),
        "住院天数": str(days),
        "本年统筹累计支付": f"{draw.randrange(10_000, 99_000)}.{draw.randrange(10, 99)}",
        "合计(大写)": in_words(total),
    }
    return Bill(figures, beside)


def drawn(layout: str, of: Bill) -> Image.Image:
    """The sheet as it comes from the printer."""
    paper = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = Pen(ImageDraw.Draw(paper), LAYOUTS.index(layout))
    pen.text(WIDTH // 2, 70, "城镇职工基本医疗保险费用结算单", LARGE, "mm")
    {"lines": _lines, "grid": _grid, "columns": _columns}[layout](pen, of)
    pen.text(90, HEIGHT - 60, "经办人:        复核:        打印日期:2024-01-31", SMALL, "lm")
    return paper


@dataclass(frozen=True)
class Pen:
    paper: ImageDraw.ImageDraw
    layout: int

    def text(self, x: int, y: int, text: str, size: int = SMALL, anchor: str = "lm") -> None:
        self.paper.text((x, y), text, 0, ImageFont.truetype(FONT, size), anchor)

    def name(self, of: str) -> str:
        return LABELS[of][self.layout] if of in LABELS else of

    def said(self, of: Bill, name: str) -> str:
        """A figure as this layout writes it."""
        told = of.figures.get(name) or of.beside[name]
        if name in of.beside or name in ("fixmedins_name", "begndate", "enddate", "setl_time"):
            year, *rest = told.split("-")
            chinese = self.layout == 1 and len(rest) == 2
            return f"{year}年{rest[0]}月{rest[1]}日" if chinese else told
        whole, _, cents = told.partition(".")
        grouped = f"{int(whole):,}.{cents}"
        return (f"{grouped}元", f"¥{grouped}", told)[self.layout]


_TOP = ("姓名", "证件号码", "fixmedins_name", "住院天数")
_DAYS = ("begndate", "enddate", "setl_time")
_AMOUNTS = tuple(LABELS)[4:]


def _lines(pen: Pen, of: Bill) -> None:
    names = [*_TOP, *_DAYS, "本年统筹累计支付", *_AMOUNTS]
    for at, name in enumerate(names):
        x, y = (90, 880)[at % 2], 170 + at // 2 * 72
        pen.text(x, y, f"{pen.name(name)}:{pen.said(of, name)}")
    pen.text(90, 170 + (len(names) + 1) // 2 * 72, f"合计(大写):{of.beside['合计(大写)']}")


def _grid(pen: Pen, of: Bill) -> None:
    names = [*_TOP, *_DAYS, "本年统筹累计支付", *_AMOUNTS]
    xs = (70, 460, 820, 1240, 1584)
    rows = (len(names) + 1) // 2
    for at, name in enumerate(names):
        column, y = at % 2 * 2, 160 + at // 2 * 68
        pen.text(xs[column] + 14, y, pen.name(name))
        pen.text(xs[column + 1 + 1] - 14, y, pen.said(of, name), anchor="rm")
    bottom = 126 + rows * 68
    for row in range(rows + 1):
        pen.paper.line((xs[0], 126 + row * 68, xs[-1], 126 + row * 68), 60, 2)
    for x in xs:
        pen.paper.line((x, 126, x, bottom), 60, 2)
    pen.text(xs[0] + 14, bottom + 45, f"合计(大写) {of.beside['合计(大写)']}")


def _columns(pen: Pen, of: Bill) -> None:
    bands = (_TOP, (*_DAYS, "本年统筹累计支付"), _AMOUNTS[:5], _AMOUNTS[5:10], _AMOUNTS[10:])
    for band, names in enumerate(bands):
        y, wide = 160 + band * 170, (WIDTH - 140) // len(names)
        for at, name in enumerate(names):
            middle = 70 + at * wide + wide // 2
            pen.text(middle, y, pen.name(name), anchor="mm")
            pen.text(middle, y + 66, pen.said(of, name), anchor="mm")
        for line in (y - 36, y + 34, y + 100):
            pen.paper.line((70, line, WIDTH - 70, line), 60, 2)
    pen.text(90, 160 + len(bands) * 170, f"合计(大写):{of.beside['合计(大写)']}")
