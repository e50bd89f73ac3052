"""One page in four pictures: dark and light, a desktop's width and a phone's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.browsing import DESKTOP, PHONE
from tests.screenshots.smaller import shrink


SCHEMES = ("dark", "light")
WIDTHS = {"desktop": DESKTOP, "phone": PHONE}
SETTLE_MS = 350


@dataclass(slots=True)
class Camera:
    """`only` takes no pictures but those whose name contains one of these words."""

    folder: Path
    darkroom: Page
    only: list[str]
    count: int = 0

    def wants(self, name: str) -> bool:
        return not self.only or any(word in name for word in self.only)

    def take(
        self, page: Page, name: str, *, schemes: tuple[str, ...] = SCHEMES
    ) -> None:
        if not self.wants(name):
            return
        for (width, size), scheme in product(WIDTHS.items(), schemes):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.wait_for_timeout(SETTLE_MS)
            # What the watch tells just now belongs to no page in particular.
            page.evaluate("document.getElementById('toasts')?.replaceChildren()")
            path = self.folder / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path)
            shrink(self.darkroom, path)
            self.count += 1
        page.set_viewport_size(DESKTOP)
