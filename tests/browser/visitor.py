"""Somebody at a browser who notices what is wrong, on every page they come by.

A visitor has a window of one width and reads one language. Troubles of the browser (errors in the
console, refused content, failed requests, answers of 400 and more) and what `look.js` sees are
collected, and `has_no_complaint` says them all at once. What axe-core has to say about a page is
asked once for each kind of page, of whoever comes by first.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Response,
    expect,
)

from tests.browser.axe import kept_out

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
PATIENCE_MS = 20_000
"""For whatever a page is waited for: two slow cores, a worker at work."""
ASKED: set[tuple[str, bool]] = set()
"""Kinds of pages that axe-core has been asked about, in this process."""

ROLES = {
    "officer": ("经办人员", "officer"),
    "member": ("职工", "member"),
    "auditor": ("审计人员", "auditor"),
    "contact": ("单位联系人", "unit's contact"),
    "system_admin": ("程系安", "程系安"),
    "security_admin": ("陆安权", "陆安权"),
    "audit_admin": ("顾审言", "顾审言"),
}
"""By what is written on the demonstration's buttons."""
LATIN = (
    # Codes and names that a Chinese page writes so.
    *("CSV", "Excel", r"\.?xlsx?", r"\.?zip", "PDF", "SHA-256", "Python", r"verify\.py", "UTF-8"),
    *("GB18030", "WPS", "ID", "huzhu", "JSON", "XLSX", "GBK", "SVG", "KB", "MB", "kB"),
    *("Windows", "py", "PEM", "RFC", r"\.?tsr"),  # its Python, how keys are written, stamps
    "SWIFT",  # whose MT940 a statement may be
    r"[A-Za-z]+[-._]?\d[\w.-]*",  # a number with letters before it: officer1, S001, A-17
)


@dataclass(frozen=True)
class Reader:
    """Which window, which language, and whether the browser runs scripts."""

    width: int
    lang: str
    script: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.lang}" + ("" if self.script else "-no-script")

    def says(self, chinese: str, english: str) -> str:
        return english if self.lang == "en" else chinese


@dataclass
class Visitor:
    page: Page
    reader: Reader
    names: Sequence[str]
    """Chinese that may stand on English pages, longest first."""
    complaints: list[str] = field(default_factory=list)
    expected: list[int] = field(default_factory=list)
    """Codes of answers that a test provokes, one a time."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._read_console)
        self.page.on("pageerror", lambda error: self.complain(f"script: {error}"))
        self.page.on(
            "requestfailed",
            lambda request: self._failed(request.url, request.failure or ""),
        )
        self.page.on("response", self._read_answer)

    def goes_to(self, path: str) -> "Visitor":
        self.page.goto(path)
        return self.looks()

    def starts(self) -> "Visitor":
        """At the first page. Chinese is what this browser asks for; English is a press away."""
        self.page.goto("/")
        return self.presses("English") if self.reader.lang == "en" else self.looks()

    def presses(self, name: str | re.Pattern[str], within: Locator | None = None) -> "Visitor":
        """A button or a link that leads to another page."""
        place = within or self.page
        either = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
        with self.page.expect_navigation():
            either.filter(visible=True).first.click()
        return self.looks()

    def comes_as(self, role: str, nth: int = 0) -> "Visitor":
        """With one click, as one of the demonstration's accounts: of a role, or by name."""
        self.starts()
        words = self.reader.says(*ROLES.get(role, (role, role)))
        with self.page.expect_navigation():
            self.page.locator("button.offer").filter(has_text=words).nth(nth).click()
        return self.looks()

    def arrives(self, at: str | re.Pattern[str]) -> "Visitor":
        """Wait until the address is this one, however often one navigation overtook another on the
        way: what waits for a navigation complains of each that another broke off."""
        expect(self.page).to_have_url(at, timeout=PATIENCE_MS)
        self.page.wait_for_load_state()
        return self

    def reads(self, *words: str) -> "Visitor":
        """Wait until they stand on the page."""
        for said in words:
            self.page.get_by_text(said).filter(visible=True).first.wait_for()
        return self

    def has_a_window_of(self, width: int) -> "Visitor":
        self.page.set_viewport_size({"width": width, "height": height_of(width)})
        self.reader = replace(self.reader, width=width)
        return self

    def looks(self) -> "Visitor":
        """Look at the page as it stands now."""
        self.page.wait_for_load_state()
        assert not any(said.endswith(": 500") for said in self.complaints), self.complaints
        english = self.reader.lang == "en"
        names = list(self.names) if english else []
        told = {"english": english, "names": names, "latin": list(LATIN)}
        for fault in self._sees(told):
            self.complain(fault)
        self.asks_axe()
        return self

    def asks_axe(self) -> None:
        """Once for a kind of page, and once more where it says that something is wrong."""
        path = re.sub(r"\d+", "#", urlsplit(self.page.url).path)
        kind = path, bool(self.page.locator("[role=alert]:visible").count())
        if kind not in ASKED and self.reader.script:
            ASKED.add(kind)
            for fault in kept_out(self.page):
                self.complain(fault)

    def _sees(self, told: dict[str, object]) -> list[str]:
        """A page that renews itself without script may do so under our eyes: look again."""
        while True:
            try:
                found: list[str] = self.page.evaluate(LOOK, told)
            except Error as gone:
                if "Execution context was destroyed" not in gone.message:
                    raise
                self.page.wait_for_load_state()
            else:
                return found

    def complain(self, what: str) -> None:
        path = re.sub(r"^http://[^/]+", "", self.page.url)
        said = f"{path} ({self.reader}): {what}"
        if said not in self.complaints:
            self.complaints.append(said)

    def has_no_complaint(self) -> None:
        assert not self.complaints, "\n" + "\n".join(self.complaints)
        assert not self.expected, f"answers that never came: {self.expected}"

    def _read_console(self, message: ConsoleMessage) -> None:
        # Chromium says the answers of 400 and more here too; they are counted where they arrive.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complain(f"console: {message.text}")

    def _failed(self, url: str, why: str) -> None:
        # A download ends the request that asked for it, a page left early its own; and tests pull
        # the plug.
        if why not in {"net::ERR_ABORTED", "net::ERR_INTERNET_DISCONNECTED"}:
            self.complain(f"request failed: {url} {why}")

    def _read_answer(self, answer: Response) -> None:
        if answer.status in self.expected:
            self.expected.remove(answer.status)
        elif answer.status >= 400:
            self.complain(f"{answer.request.method} {answer.url}: {answer.status}")


def open_window(new_context: Callable[..., BrowserContext], url: str, reader: Reader) -> Page:
    """A page in a context of its own: no cookie, no cache of another."""
    context = new_context(
        base_url=url,
        viewport={"width": reader.width, "height": height_of(reader.width)},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        java_script_enabled=reader.script,
        accept_downloads=True,
    )
    return context.new_page()


def height_of(width: int) -> int:
    return 844 if width < 600 else 900
