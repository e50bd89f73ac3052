"""One page in four pictures: dark and light, a desktop's width and a phone's."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.browsing import DESKTOP, PHONE, violations
from tests.screenshots.smaller import shrink


SCHEMES = ("dark", "light")
WIDTHS = {"desktop": DESKTOP, "phone": PHONE}
SETTLE_MS = 350
# A report is shown down to here on a desktop: further down is more of the same.
TALLEST = 2400
# What a page has to scroll, whether by itself or, under the desk's bars, in its main part.
HIDDEN_BELOW = """() => {
  const main = document.querySelector("main");
  const page = document.documentElement;
  const within = main ? main.scrollHeight - main.clientHeight : 0;
  return Math.max(within, page.scrollHeight - innerHeight, 0);
}"""
# A main part that scrolls hides what is too wide from the page itself.
TOO_WIDE = """() => {
  const main = document.querySelector("main");
  const page = document.documentElement.scrollWidth - innerWidth;
  return Math.max(page, main ? main.scrollWidth - main.clientWidth : 0, 0);
}"""
# The innermost elements that reach furthest out of the window, by their classes.
OUTSIDE = """() => [...document.querySelectorAll("main *, body *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest(".table-wrap") && !one.querySelector("*"))
  .slice(0, 4).map(one => `${one.localName}.${one.className}`).join(", ")"""

ANSWERED = "() => performance.getEntriesByType('navigation')[0]?.responseStatus ?? 200"


@dataclass(slots=True)
class Camera:
    """`only` takes no pictures but those whose name contains one of these words.

    `findings` is what is wrong with what was taken: axe-core's serious and critical
    ones, and pages that scroll sideways.
    """

    folder: Path
    darkroom: Page
    only: list[str]
    count: int = 0
    findings: list[str] = field(default_factory=list)

    def wants(self, name: str) -> bool:
        return not self.only or any(word in name for word in self.only)

    def take(
        self,
        page: Page,
        name: str,
        *,
        schemes: tuple[str, ...] = SCHEMES,
        tall: bool = False,
    ) -> None:
        """`tall` shows on a desktop what is further down as well."""
        if not self.wants(name):
            return
        for (width, size), scheme in product(WIDTHS.items(), schemes):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            if tall and width == "desktop":
                height = size["height"] + page.evaluate(HIDDEN_BELOW)
                page.set_viewport_size({**size, "height": min(height, TALLEST)})
            page.wait_for_timeout(SETTLE_MS)
            # What the watch tells just now belongs to no page in particular.
            page.evaluate("document.getElementById('toasts')?.replaceChildren()")
            path = self.folder / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path)
            shrink(self.darkroom, path)
            self.count += 1
            self._look(page, f"{name} ({width}, {scheme})")
        page.set_viewport_size(DESKTOP)

    def _look(self, page: Page, picture: str) -> None:
        wide = page.evaluate(TOO_WIDE)
        status = page.evaluate(ANSWERED)
        found = [f"answered {status}"] if status >= 500 else []
        if wide:
            outside = page.evaluate(OUTSIDE)
            found.append(f"scrolls sideways by {wide} px: {outside}")
        # What axe says of Django's own pages is Django's to mend.
        if not picture.startswith("administration"):
            found += violations(page)
        for one in found:
            self.findings.append(f"{picture} {one}")
            sys.stdout.write(f"{picture} {one}\n")
            sys.stdout.flush()
