"""What axe-core finds on a page: what keeps people out who cannot see it, or use no mouse.

Its script comes with a package of the test group and is run by the browser's own tools, so that
the pages' content policy need not be loosened for it. `look.js` sees other things: one does not
make the other needless (axe knows the rules of ARIA, and colours that shine through).
"""

from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TOLD: Final = frozenset({"critical", "serious", "moderate"})
_RUN: Final = "() => axe.run(document, { resultTypes: ['violations'] }).then((x) => x.violations)"


def kept_out(page: Page) -> list[str]:
    """Its findings, the first element of each."""
    page.evaluate(AXE_SCRIPT)
    return [_said(each) for each in page.evaluate(_RUN) if each["impact"] in TOLD]


def _said(found: dict[str, Any]) -> str:
    first = found["nodes"][0]
    checks = [*first["any"], *first["all"], *first["none"]]
    why = "; ".join(check["message"] for check in checks)
    what = f"axe {found['id']} ({found['impact']}) × {len(found['nodes'])}"
    return f"{what}: {first['html'][:160]}: {why}"
