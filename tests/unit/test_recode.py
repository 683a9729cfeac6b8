"""Photos and papers are taken for what they are, made anew, or refused with a reason."""

import io
import resource

import pytest
from PIL import Image

from app.attachments.limited import LONGEST_PX, SMALL_PX
from app.attachments.recode import pages_of
from app.errors import FileFault
from tests.pictures import (
    BAD,
    GOOD,
    moving,
    pdf,
    pdf_without_its_font,
    photo,
    photo_with_exif,
    sheet,
    written,
)


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    picture.load()
    return picture


@pytest.mark.parametrize("name", GOOD)
def test_what_is_taken_comes_out_as_a_jpeg_of_ours(name: str) -> None:
    sent = GOOD[name]()
    [page] = pages_of(sent)
    full, small = opened(page.full), opened(page.small)
    assert (full.format, full.mode, full.size) == ("JPEG", "RGB", (page.width, page.height))
    assert max(small.size) == min(SMALL_PX, max(full.size))
    assert page.full not in sent
    assert b"PK\x03\x04" not in page.full
    if "16" not in name:
        ratio = full.width / full.height
        assert ratio == pytest.approx(210 / 297 if "PDF" in name else 1.5, abs=0.01)


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_taken_is_refused_for_what_it_is(name: str) -> None:
    made, reason = BAD[name]
    with pytest.raises(FileFault) as refused:
        pages_of(made())
    assert refused.value.name == reason


# The dark corner of what lies upright, for each way a camera can be held.
CORNERS = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}


@pytest.mark.parametrize("orientation", CORNERS)
def test_59_a_photo_is_turned_upright_and_says_nothing_more(orientation: int) -> None:
    [page] = pages_of(photo_with_exif(orientation))
    picture = opened(page.full)
    assert picture.size == ((600, 400) if orientation < 5 else (400, 600))
    across, down = CORNERS[orientation]
    width, height = picture.size
    corner = (across * (width - 20) + 10, down * (height - 20) + 10)
    assert sum(picture.getpixel(corner)) < 60
    opposite = ((1 - across) * (width - 20) + 10, (1 - down) * (height - 20) + 10)
    assert sum(picture.getpixel(opposite)) > 700
    for jpeg in (page.full, page.small):
        assert not opened(jpeg).getexif()
        assert b"Exif" not in jpeg
        assert b"anary" not in jpeg


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_59_no_kind_of_photo_says_where_it_was_taken(kind: str) -> None:
    sent = photo_with_exif(1, kind)
    assert b"anary" in sent
    [page] = pages_of(sent)
    for jpeg in (page.full, page.small):
        assert not opened(jpeg).getexif()
        assert b"Exif" not in jpeg
        assert b"anary" not in jpeg


def test_a_large_photo_becomes_as_large_as_a_paper_needs() -> None:
    [page] = pages_of(written(sheet(4_000, 3_000), "JPEG"))
    assert (page.width, page.height) == (LONGEST_PX, LONGEST_PX * 3 // 4)


def test_a_pdf_becomes_its_pages() -> None:
    pages = pages_of(pdf(3))
    assert len(pages) == 3
    assert {page.height for page in pages} == {LONGEST_PX}
    assert len({page.full for page in pages}) == 3


def test_chinese_in_a_font_that_a_pdf_does_not_carry_is_drawn_in_ours() -> None:
    [page] = pages_of(pdf_without_its_font())
    letters = opened(page.full).convert("L").crop((200, 200, 2_400, 800))
    dark = sum(letters.histogram()[:128]) / (letters.width * letters.height)
    assert 0.1 < dark < 0.4


def test_of_a_moving_picture_the_first_is_taken() -> None:
    [page] = pages_of(moving("WEBP", 3))
    assert page.width == 40


def test_a_child_that_takes_too_long_is_ended_and_nothing_else() -> None:
    with pytest.raises(FileFault) as refused:
        pages_of(photo(), seconds=0)
    assert refused.value.name == "PaperTooHeavy"
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY


def test_a_scan_of_sixteen_bits_shows_what_stands_on_it() -> None:
    """A page of paper at 90 % with a block of ink at 20 %, as scanners write it."""
    scan = Image.new("I;16", (600, 400), 59_000)
    scan.paste(13_000, (100, 100, 300, 300))
    [page] = pages_of(written(scan, "PNG"))
    seen = opened(page.full).convert("L")
    ink, paper = seen.getpixel((200, 200)), seen.getpixel((500, 200))
    assert isinstance(ink, int)
    assert isinstance(paper, int)
    assert ink < 60
    assert paper > 200
