"""The system's Chromium: browser tests and pictures drive it, none is brought along.

Playwright's own copies come from a host that closed networks do not reach, and a distribution's
Chromium gets its security updates from the distribution.
"""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS: Final = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
HOW_TO_INSTALL: Final = (
    "Debian: apt install chromium fonts-noto-cjk; Ubuntu: Google Chrome and fonts-noto-cjk; "
    "macOS: brew install --cask chromium"
)
# It asks nobody anything: pages come from this machine alone.
_QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def program() -> str | None:
    """The path of an installed Chromium or Chrome; None: there is none."""
    found = (shutil.which(name) for name in NAMES)
    there = (path for path in APPLICATIONS if Path(path).is_file())
    return next(filter(None, (*found, *there)), None)


def launch(playwright: "Playwright", path: str) -> "Browser":
    """Start it without a window. As root its sandbox cannot be had; the pages are our own."""
    return playwright.chromium.launch(
        executable_path=path,
        chromium_sandbox=os.geteuid() != 0,
        args=[*_QUIET, "--font-render-hinting=none", "--force-color-profile=srgb"],
    )
