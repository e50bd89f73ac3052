"""Steps without a mouse: only keys are pressed, and text goes where the focus is."""

from __future__ import annotations

from http import HTTPStatus

from playwright.sync_api import Page, Response

from tests.e2e.authenticator import Authenticator


FURTHEST = 120
TRIES = 10
BREATH_MS = 2_000


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(FURTHEST):
        words = page.evaluate(
            "(e => e === document.body ? '' : e.getAttribute('aria-label')"
            " || e.labels?.[0]?.innerText || e.innerText || '')(document.activeElement)"
        )
        if name in words:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab on {page.url}")


def join(page: Page, password: str) -> Authenticator:
    """From an invitation to a second factor; an app types in what the page shows."""
    tab_to(page, "Password")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/enrol/**")
    app = Authenticator(page.locator("[data-manual-key]").text_content() or "")
    tab_to(page, "Six digits")
    page.keyboard.type(app.previous())
    page.keyboard.press("Enter")
    page.wait_for_selector(".recovery-codes")
    return app


def start_practising(page: Page) -> None:
    tab_to(page, "I have kept them")
    page.keyboard.press("Enter")
    page.wait_for_url("**/welcome/")
    tab_to(page, "Start practising")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/**")


def choose_symbol(page: Page, symbol: str) -> None:
    page.wait_for_selector("html[data-connection=live]")
    page.keyboard.press("/")
    page.keyboard.type(symbol)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**symbol={symbol}**")


def review(page: Page) -> list[str]:
    """Ctrl+Enter until the ticket goes to its review; what held it back on the way.

    A market in motion may hold a ticket back for a moment: a quote grew old, a warning
    wants to be read. The ticket says so, and whoever sits before it does as it says.
    """
    page.wait_for_selector("#ticket [data-next-step] >> text=BUY")
    held_back: list[str] = []
    for _ in range(TRIES):
        acknowledge(page)
        with page.expect_response(is_a_ticket_sent) as sent:
            page.keyboard.press("Control+Enter")
        if sent.value.status < HTTPStatus.BAD_REQUEST:
            page.wait_for_url("**/review/")
            return held_back
        notice = page.locator("#ticket .notice.is-block").first
        held_back.append(notice.inner_text())
        page.wait_for_timeout(BREATH_MS)
    raise AssertionError(held_back)


def acknowledge(page: Page) -> None:
    """Tick every warning that asks to be read, with the space bar."""
    asked = page.locator("#ticket .nudge [name=acknowledged]:not(:checked)")
    while asked.count():
        asked.first.focus()
        page.keyboard.press("Space")
        page.wait_for_timeout(BREATH_MS)


def is_a_ticket_sent(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/ticket/")


def send(page: Page, authenticator: Authenticator) -> None:
    """The code's field has the focus already; Ctrl+Enter sends."""
    assert page.evaluate("document.activeElement.className").startswith("input code")
    page.keyboard.type(authenticator.code())
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/orders/*/")
    page.wait_for_selector(".page-head .chip >> text=Filled")
