"""A note with a pasted picture, by the keys and the clipboard."""

from __future__ import annotations

import base64
import io
import re

from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.browsing import Visitor


WORDS = "A hammer at support"
_PASTE = """data => {
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "screen.png", {type: "image/png"}));
    document.querySelector("textarea[name=body]").dispatchEvent(new ClipboardEvent(
        "paste", {clipboardData: transfer, bubbles: true, cancelable: true}));
}"""


def paste(page: Page, width: int) -> None:
    """What a browser does with a screenshot in the clipboard."""
    out = io.BytesIO()
    Image.new("RGB", (width, 30), "teal").save(out, "PNG")
    page.evaluate(_PASTE, base64.b64encode(out.getvalue()).decode())


def write(visitor: Visitor, text: str, *, width: int) -> None:
    """Up to the draft that the desk keeps; nothing is saved."""
    page = visitor.open("/journal/notes/")
    page.keyboard.press("n")
    body = page.get_by_label("Note, in Markdown")
    body.fill(text)
    paste(page, width)
    reference = rf"{text}\n!\[\]\(image:[0-9a-f-]{{36}}\)"
    expect(body).to_have_value(re.compile(reference))
    expect(page.locator("#note-kept")).to_contain_text("Draft kept")


def take_up(visitor: Visitor, text: str) -> None:
    """A new window of the form: the browser still has what was never saved."""
    page = visitor.open("/journal/notes/new/")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_label("Note, in Markdown")).to_have_value(re.compile(text))


def kept_by_the_browser(page: Page) -> list[str]:
    names = "Object.keys(localStorage).filter(one => one.startsWith('tradedesk-note:'))"
    return page.evaluate(names)
