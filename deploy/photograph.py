"""The README's pictures, made anew: `python3 -m deploy pictures`, inside .venv.

A first start in a temporary place, the demonstration city as it comes, each user's main job done as
a person does it, and the window's content saved under deploy/pictures/. Look at them before they
are committed: nothing here knows whether a page is beautiful.
"""

import base64
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from app.demo.files import people_lines, written
from app.demo.plan import city
from app.demo.scale import SCALES
from deploy import chromium
from deploy.environment import ROOT
from deploy.trial import trial

FOLDER: Final = ROOT / "deploy" / "pictures"
DESK, PHONE = (1280, 860), (390, 844)
"""Windows whose pictures stand side by side at one height."""
ROLES: Final = {"officer": "going", "member": "good", "auditor": "waits"}
"""How the start page marks the accounts it offers."""
YEAR: Final = 2024
PATIENCE_MS: Final = 120_000
# The browser makes small files of large pixels; whoever reads the README needs no more.
_AS_WEBP: Final = """async ([png, scale]) => {
  const bytes = Uint8Array.from(atob(png), (x) => x.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(image.width * scale, image.height * scale);
  const paint = canvas.getContext("2d");
  paint.imageSmoothingQuality = "high";
  paint.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.75 });
  const made = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(made, (x) => String.fromCharCode(x)).join(""));
}"""


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, and what they do until it is taken."""

    name: str
    role: str
    does: Callable[[Page], None]
    lang: str = "zh"


def main() -> int:
    path = chromium.program()
    if path is None:
        print(f"Pictures need Chromium. {chromium.HOW_TO_INSTALL}", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    print("starting a fund with the demonstration city …", flush=True)
    with trial() as run, _browser(path) as browser:
        for picture in PICTURES:
            for window, (width, height) in (("desk", DESK), ("phone", PHONE)):
                file = FOLDER / f"{picture.name}-{window}.webp"
                file.write_bytes(_taken(browser, run.url, picture, width, height))
                print(f"{file.relative_to(ROOT)}: {file.stat().st_size:,} bytes", flush=True)
    total = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    print(f"{total:,} bytes together; now look at them")
    return 0


@contextmanager
def _browser(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path)
        try:
            yield browser
        finally:
            browser.close()


def _taken(browser: Browser, url: str, picture: Picture, width: int, height: int) -> bytes:
    phone = width == PHONE[0]
    page = browser.new_page(
        base_url=url,
        viewport={"width": width, "height": height},
        device_scale_factor=2,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/")
    if picture.lang == "en":
        with page.expect_navigation():
            page.get_by_role("button", name="English").click()
    if picture.role:
        with page.expect_navigation():
            page.locator(f"button.offer:has(.label-{ROLES[picture.role]})").first.click()
    picture.does(page)
    page.wait_for_load_state("networkidle")
    png = base64.b64encode(page.screenshot(animations="disabled")).decode()
    page.goto("about:blank")
    scale = 0.75 if phone else 0.5
    made = base64.b64decode(page.evaluate(_AS_WEBP, [png, scale]))
    page.context.close()
    return made


def nothing(_page: Page) -> None:
    """The page one comes to."""


def send_roster(page: Page) -> None:
    """Next year's roster of the city's largest unit: most as before, some new, some wrong."""
    planned = city(SCALES["small"])
    largest = max((x for x in planned.rosters if x.year == YEAR), key=lambda x: len(x.people))
    others = next(x for x in planned.rosters if x.year == YEAR and x.unit != largest.unit)
    lines = people_lines(planned, largest.people[5:], YEAR)
    lines += people_lines(planned, others.people[:4], YEAR)
    lines[7][1] = lines[7][1][:-1]
    lines[19] = list(lines[12])
    lines[31][0] = ""
    page.goto("/office/upload")
    page.locator("main").get_by_role("searchbox").fill(planned.employers[largest.unit].name)
    page.locator("main").get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=planned.employers[largest.unit].name).click()
    page.locator("select[name=year]").select_option(str(YEAR + 1))
    page.locator("input[name=confirmed_on]").fill(f"{YEAR}-12-02")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{planned.employers[largest.unit].name}{YEAR + 1}.xlsx"
        file.write_bytes(written(lines, "xlsx", YEAR + 1))
        page.locator("input[type=file]").set_input_files(file)
        page.locator("main form button, main form input[type=submit]").last.click()
        page.locator("#upload:not([data-poll])").wait_for()
    page.locator(".people summary").first.wait_for()


def open_units(page: Page) -> None:
    """Who has paid."""
    page.goto(f"/office/units/{YEAR}")


def open_review(page: Page) -> None:
    """The next claim that waits for a person, its papers beside its figures."""
    page.goto("/office/reviews/next")
    page.locator("main img").first.wait_for()


def begin_filing(page: Page) -> None:
    """The first of the five steps of a claim."""
    page.goto("/my/claims/new/")
    page.locator("main form").first.wait_for()


def open_explained(page: Page) -> None:
    """The latest bill: where it stands, and how it was computed."""
    page.goto("/my/claims")
    page.locator("a.claim").first.click()
    page.locator("#claim:not([data-poll])").wait_for()


def make_bundle(page: Page) -> None:
    """A year's bundle, checked by its verifier."""
    page.goto(f"/audit/{YEAR - 1}")
    page.locator("form[action*='bundle'] button").first.click()
    # A verdict that is not good is no picture of the product: this waits for the good one only.
    page.locator("#order:not([data-poll]) .label-good").wait_for()


PICTURES: Final = (
    Picture("start", "", nothing),
    Picture("office", "officer", nothing),
    Picture("review", "officer", open_review),
    Picture("roster", "officer", send_roster),
    Picture("units", "officer", open_units),
    Picture("cover", "member", nothing),
    Picture("filing", "member", begin_filing),
    Picture("claim", "member", open_explained, "en"),
    Picture("years", "auditor", nothing),
    Picture("bundle", "auditor", make_bundle, "en"),
)

if __name__ == "__main__":
    sys.exit(main())
