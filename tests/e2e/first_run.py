"""The first run: from the owner link to a filled order with its stop working."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.e2e.browsing import Visitor
from tests.e2e.steps import Person, become_owner, client_order_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRun:
    """What was measured; `clicks` are those after password and second factor."""

    clicks: int
    seconds: float
    owner: Person
    order_url: str
    client_order_id: str
    due_words: str
    words: str
    exits: str
    complaints: tuple[str, ...]
    session: Any


def walk(visitor: Visitor, link: str) -> FirstRun:
    started = time.monotonic()
    owner = become_owner(visitor, link)
    visitor.clicks = 0
    visitor.click(visitor.page.get_by_role("link", name="I have kept them"))
    visitor.click(visitor.button("Start practising"))
    visitor.click("#ticket [data-next-step]")
    due_words = confirm(visitor, owner)
    words, exits = _filled(visitor)
    return FirstRun(
        clicks=visitor.clicks,
        seconds=time.monotonic() - started,
        owner=owner,
        order_url=visitor.page.url,
        client_order_id=client_order_id(visitor),
        due_words=due_words,
        words=words,
        exits=exits,
        complaints=tuple(visitor.complaints),
        session=visitor.context.storage_state(),
    )


def confirm(visitor: Visitor, person: Person) -> str:
    """Type the code of this moment and send; what the page said of the next one."""
    page = visitor.page
    try:
        page.wait_for_url("**/review/")
    except PlaywrightTimeout:
        held_back = page.locator("#ticket .is-block").all_inner_texts()
        raise AssertionError(held_back or page.url) from None
    said = "" if person.authenticator.has_one_now else _due(visitor)
    page.locator(".code-input").fill(person.authenticator.code())
    visitor.click("[data-next-step]")
    page.wait_for_url("**/orders/*/")
    return said


def _due(visitor: Visitor) -> str:
    return visitor.page.locator(".code-input + .field-help").inner_text()


def _filled(visitor: Visitor) -> tuple[str, str]:
    """The page's own word, which comes to it without being asked for."""
    page = visitor.page
    page.locator(".page-head .chip", has_text="Filled").wait_for()
    exits = page.locator("section", has=page.get_by_role("heading", name="Attached"))
    exits.locator(".chip", has_text="Working").wait_for()
    return page.locator(".page-head").inner_text(), exits.inner_text()
