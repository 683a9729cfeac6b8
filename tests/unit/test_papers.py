"""Papers: amounts in words, bytes that stay, characters that print."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from fpdf import FPDF
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from app.books.voucher import Papers, Voucher, VoucherLine
from app.papers.batch_sheet import Sheet, batch_paper
from app.papers.font import FONT, NAME, Producer, borrowed, known
from app.papers.frame import Column, GlyphMissing, Paper
from app.papers.letter import Letter, Step, letter_paper
from app.papers.words import MOST_FEN, in_words

DIGITS = "零壹贰叁肆伍陆柒捌玖"
DAY = date(2024, 3, 1)


def below_wan(number: int) -> str:
    said, nought = "", False
    for place, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // place % 10
        if digit:
            said += ("零" if nought and said else "") + DIGITS[digit] + name
        nought = not digit
    return said


def whole_in_words(number: int) -> str:
    """Worked out apart: groups of four digits, a 零 where a group before it ends or it begins."""
    said, gap = "", False
    for place, most, name in ((10**8, 10**8, "亿"), (10**4, 10**4, "万"), (1, 10**4, "")):
        group = number // place % most
        if group:
            inner = whole_in_words(group) if group >= 10**4 else below_wan(group)
            said += ("零" if said and (gap or group < 1000) else "") + inner + name
        gap = bool(said) and not group
    return said


def model(amount_fen: int) -> str:
    whole, rest = divmod(amount_fen, 100)
    jiao, fen = divmod(rest, 10)
    said = f"{whole_in_words(whole)}元" if whole else ""
    if not rest:
        return (said or "零元") + "整"
    said += f"{DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return said + (f"{DIGITS[fen]}分" if fen else "")


@pytest.mark.parametrize(
    ("amount_fen", "said"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (1000, "壹拾元整"),
        (10_000_505, "壹拾万零伍元零伍分"),
        (9_999_999_999, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        # The central bank's own examples, without the 零 they leave free.
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        # The library's own answer to this is 壹亿壹仟元整.
        (10_000_100_000, "壹亿零壹仟元整"),
    ],
)
def test_amounts_in_words(amount_fen, said):
    assert in_words(amount_fen) == said


sparse = st.lists(st.sampled_from("00001259"), min_size=1, max_size=14).map(
    lambda x: int("".join(x))
)


@given(amount_fen=sparse | st.integers(0, MOST_FEN))
@example(12_000_200_000_00)
def test_amounts_in_words_follow_the_rules(amount_fen):
    assert in_words(amount_fen) == model(amount_fen)


def test_a_voucher_says_its_amount_as_every_paper_does():
    line = VoucherLine("102", "银行存款", (), 10_000_100_000, 0)
    voucher = Voucher(DAY, 1, DAY, 1, 2024, "收互助金", (line,), Papers())
    assert voucher.in_words == "壹亿零壹仟元整"


@pytest.mark.parametrize("amount_fen", [-1, MOST_FEN + 1])
def test_what_no_paper_says(amount_fen):
    with pytest.raises(ValueError, match="no paper"):
        in_words(amount_fen)


def small(rows: int = 3) -> bytes:
    paper = Paper("样张", DAY)
    paper.heading("样张", "HZ1")
    paper.facts([("姓名", "堃玥犇㛃䶮𬭚"), ("单位", "很长的单位名称" * 30)])
    columns = [Column("序号", 1), Column("单位", 3), Column("金额", 2, number=True)]
    paper.rows(columns, [(str(n), "单位" * 20, f"¥{n:,}.00") for n in range(rows)])
    paper.signed("制单:张三", "2024-03-01")
    return paper.document()


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_the_same_values_make_the_same_bytes():
    assert small() == small()
    assert b"fpdf" not in small()


def test_a_batch_that_three_people_made_has_a_line_for_each():
    sheet = Sheet("P2026-0001", 2026, DAY, 2, 100_000_01, "0" * 64, "甲", ("乙", "丙"))
    [text] = pages(batch_paper(sheet))
    two = pages(batch_paper(replace(sheet, approved_by=("乙",))))[0]
    for act, said in (("制单签字", 1), ("批准签字", 1), ("第三人确认签字", 1)):
        assert text.count(act) == said
    assert "第三人" not in two


def test_rare_characters_and_long_names_are_read_back():
    text = "".join(pages(small())).replace("\n", "")
    assert "堃玥犇㛃䶮𬭚" in text
    assert "很长的单位名称" * 30 in text


def test_a_long_table_repeats_its_head_and_numbers_its_pages():
    read = pages(small(120))
    assert len(read) > 2
    for number, page in enumerate(read, 1):
        assert "序号" in page
        assert f"第 {number} 页 共 {len(read)} 页" in page


@pytest.mark.parametrize("figures", range(1, 12))
def test_a_step_of_a_letter_stands_on_the_page_of_its_rule(figures):
    steps = [Step("这一期保障没有等待期。", ("方案:没有等待期。来源:约定(未公布)",))] * 30
    letter = Letter(
        number="JD1-1",
        name="赵安",
        masked_id="410599********0013",
        unit="第一机械厂",
        hospital="市人民医院",
        days=(("出院日期", DAY),),
        numbers=(("结算单编号", "S1"),),
        bill=[("医疗费总额", 100)] * figures,
        base_fen=100,
        gross_fen=50,
        payable_fen=50,
        refusal="",
        cap=None,
        steps=steps,
        earlier=0,
        by_people=False,
        object_by=DAY,
        decided_on=DAY,
        holder="",
    )
    _, *later = pages(letter_paper(letter))
    assert later
    assert not any(page.lstrip().startswith("依据") for page in later)


@pytest.mark.parametrize("text", ["\U0001f600", "\ue000", "\u0000"])
def test_a_character_without_a_picture_is_refused(text):
    paper = Paper("样张", DAY)
    with pytest.raises(GlyphMissing) as refused:
        paper.facts([("姓名", f"赵{text}")])
    assert refused.value.facts == {"characters": f"U+{ord(text):04X}"}


def written(texts: list[str], *, borrow: bool) -> bytes:
    pdf = FPDF()
    pdf.set_creation_date(datetime(2024, 3, 1, tzinfo=UTC))
    if borrow:
        pdf.fonts[NAME] = borrowed()
    else:
        pdf.add_font(NAME, fname=FONT)
    pdf.set_font(NAME, size=12)
    for text in texts:
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    made = pdf.output(output_producer_class=Producer) if borrow else pdf.output()
    if not borrow:
        pdf.fonts[NAME].close()
    return bytes(made)


characters = st.sampled_from(sorted(known() - set(range(0x20)))).map(chr)


@settings(max_examples=3)
@given(st.lists(st.text(characters, min_size=1, max_size=60), min_size=1, max_size=2))
@example(["共兀⺚\u2f00一㛃𬭚", "赵安 {nb}\U000e0100"])
def test_a_borrowed_font_makes_the_bytes_of_the_whole_font(texts):
    assert written(texts, borrow=True) == written(texts, borrow=False)


def test_papers_share_the_font_and_not_what_they_wrote():
    first, other = borrowed(), borrowed()
    first.subset.pick(ord("赵"))
    assert len(other.subset) == len(borrowed().subset) < len(first.subset)
    assert first.cmap is other.cmap
