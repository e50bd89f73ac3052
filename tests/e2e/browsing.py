"""A browser that notes what a page must not do, and how often it was clicked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright


OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage")
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
LOCAL = {"127.0.0.1", "localhost", ""}
# htmx writes these when leaving a page cuts off what it was asking for.
CUT_OFF = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# A loaded machine renders a page in seconds; nothing here is a measurement.
PATIENCE_MS = 60_000


def chromium() -> str:
    """The browser that `make test` found, else the system's own; empty without one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or ""


def violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical on a page as it stands."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then((result) => result.violations)"
    )
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:4]]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=chromium(), args=OPTIONS)
        yield started
        started.close()


class Visitor:
    """One person at one browser. `complaints` is all that went wrong on any page."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address = address.rstrip("/")
        self.clicks = 0
        self.complaints: list[str] = []
        context = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        self.context = browser.new_context(**context)
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("request", lambda request: self._look(request.url))
        self.context.on("console", self._listen)
        self.context.on("weberror", lambda error: self._complain(str(error.error)))
        self.page = self.context.new_page()

    def _look(self, url: str) -> None:
        if urlsplit(url).hostname not in LOCAL and not url.startswith("data:"):
            self._complain(f"asked another host: {url}")

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(CUT_OFF):
            self._complain(f"console: {message.text} {message.location}")

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{self.page.url}: {text}")

    def forgive(self, words: str) -> None:
        """Drop the complaints that have these words: the test has looked at them."""
        self.complaints = [one for one in self.complaints if words not in one]

    def open(self, path: str) -> Page:
        self.page.goto(
            path if path.startswith(("http", "file")) else f"{self.address}{path}"
        )
        return self.page

    def click(self, target: str | Locator) -> None:
        self.clicks += 1
        found = self.page.locator(target) if isinstance(target, str) else target
        found.click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def violations(self) -> list[str]:
        """What axe-core calls serious or critical on the page as it stands."""
        return violations(self.page)

    def close(self) -> None:
        self.context.close()
