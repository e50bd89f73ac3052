"""A break from the exchange to the second person's sign-off, in real browsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import Visitor, chromium
from tests.e2e.steps import become_owner, invite, join
from tests.emulators.practice import PracticeExchange
from tests.runtime.desk import Desk, running, until
from tradedesk.runtime.keys import SecretsFile


pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("e2e"),
    pytest.mark.skipif(not chromium(), reason="no browser on this machine"),
    pytest.mark.timeout(900),  # two starts of a desk, two people, one loaded machine
]
TAKEN = "-12.65"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of this journey's own: its exchange is made to disagree."""
    desk = Desk(tmp_path_factory.mktemp("reconciliation") / "data")
    with running(desk):
        assert until(desk.is_healthy), (desk.health(), desk.said)
        yield desk
    desk.forget()


@pytest.fixture
def owner(desk, browser) -> Iterator[Visitor]:
    visitor = Visitor(browser, desk.address)
    become_owner(visitor, desk.opened)
    visitor.page.get_by_role("link", name="I have kept them").click()
    visitor.button("Start practising").click()
    visitor.page.wait_for_selector("#ticket")
    yield visitor
    visitor.close()


def take_cash_away(desk: Desk) -> None:
    """While the desk is off, the exchange's back office changes its books and tells
    nobody: the desk's own exchange has no face for that.
    """
    desk.stop()
    secrets = SecretsFile(desk.data / "secrets.env")
    back_office = PracticeExchange(
        desk.data / "practice",
        key=str(secrets["PRACTICE_KEY"]),
        secret=str(secrets["PRACTICE_SECRET"]),
        clock="real",
    )
    with back_office.running():
        terms = {"key": back_office.key, "amount": TAKEN}
        back_office.request("POST", "/control/books/cash", terms)
    desk.start()
    assert until(desk.is_healthy), (desk.health(), desk.said)


def reconcile(visitor: Visitor) -> Page:
    """Press the button and wait for the report to open by itself."""
    page = visitor.open("/reconciliation/")
    visitor.button("Reconcile now").first.click()
    page.wait_for_url("**/reconciliation/runs/*/")
    page.locator(".verdict").wait_for()
    return page


def status_of(page: Page) -> str:
    return page.locator(".page-head .chip").nth(1).inner_text()


def test_a_break_is_found_resolved_and_signed_off_by_a_second_person(
    owner, newcomer, desk
):
    clean = reconcile(owner)
    assert clean.locator(".verdict-word").inner_text() == "CLEAN"
    owner.page.goto("data:text/html,The desk is off for a moment.")
    take_cash_away(desk)
    page = reconcile(owner)
    assert page.locator(".verdict-word").inner_text() == "BREAKS"
    page.get_by_role("link", name="Cash differs").first.click()
    page.wait_for_url("**/reconciliation/breaks/*/")
    address = page.url
    resolve(owner)
    assert status_of(page) == "Resolved"
    alone(owner, desk)
    join(newcomer, invite(owner, "dora@desk.test", role="compliance"))
    sign_off(newcomer, address)
    owner.open(address)
    assert status_of(page) == "Verified"
    assert owner.violations() == []
    assert owner.complaints == []


def resolve(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Settled, because").select_option("error_theirs")
    page.get_by_label("What was found").fill("A charge that was not ours; they say so.")
    visitor.button("Resolve").click()
    page.get_by_role("heading", name="Open again").wait_for()


def alone(visitor: Visitor, desk: Desk) -> None:
    """Who resolved it is offered no sign-off, and cannot send one either."""
    page = visitor.page
    assert page.get_by_role("button", name="Verify").count() == 0
    assert "there is none on this desk" in page.locator(".notice").first.inner_text()
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = page.request.post(
        f"{page.url}verify/",
        form={"seen": "resolved", "csrfmiddlewaretoken": token},
        headers={"referer": page.url},
    )
    assert answer.status == 403


def sign_off(visitor: Visitor, address: str) -> None:
    page = visitor.open(address)
    assert "you are the second person" in page.locator("main").inner_text()
    assert visitor.violations() == []
    page.get_by_label("Note").first.fill("Seen on their statement.")
    visitor.button("Verify").click()
    page.locator(".notice", has_text="Settled and verified.").wait_for()
