"""Journeys of people on a whole desk, each checked against the exchange's own record."""

from __future__ import annotations

import os
import re
import signal
import sys

import pytest

from tests.e2e import keyboard, notes
from tests.e2e.browsing import PHONE, Visitor, chromium
from tests.e2e.first_run import confirm
from tests.e2e.steps import client_order_id, join, sign_in
from tests.people import PASSWORD
from tests.runtime.desk import until


pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("e2e"),
    pytest.mark.skipif(not chromium(), reason="no browser on this machine"),
]
MAIN_PAGES = (
    "/desk/", "/orders/", "/orders/?tab=all", "/positions/", "/accounts/",
    "/accounts/connect/", "/watchlists/", "/settings/", "/settings/security/",
    "/settings/people/", "/kill-switch/", "/welcome/", "/styleguide", "/about",
    "/journal/notes/", "/journal/notes/new/?template=pre-market",
)  # fmt: skip


def test_a_first_run_takes_six_clicks_and_two_minutes_at_most(first_run):
    print(f"{first_run.clicks} clicks, {first_run.seconds:.1f} s")  # noqa: T201 - measured
    assert first_run.clicks <= 6
    assert first_run.seconds <= 120


def test_the_first_order_is_filled_at_the_exchange_with_its_stop_working(
    first_run, exchange
):
    assert exchange.reaches(first_run.client_order_id, "filled") == "filled"
    order = exchange.order(first_run.client_order_id)
    (stop,) = order["legs"]
    assert order["order_class"] == "oto"
    assert stop["status"] in {"new", "accepted"}
    assert (stop["type"], stop["side"]) == ("stop", "sell")
    assert stop["qty"] == order["filled_qty"] == order["qty"]


def test_the_first_orders_page_says_the_same(first_run):
    assert "Filled" in first_run.words
    assert "Working" in first_run.exits


def test_the_review_says_when_the_next_code_is_due(first_run):
    if not first_run.due_words:
        pytest.skip("the first run took so long that a fresh code was there")
    assert re.search(r"The next one appears in \d+", first_run.due_words)
    assert len(first_run.owner.recovery_codes) == 10


def test_nothing_complains_and_nothing_leaves_this_machine(first_run):
    assert first_run.complaints == ()


def test_an_order_by_keyboard_alone(newcomer, invitation, exchange):
    page, before = newcomer.open(invitation), exchange.count()
    app = keyboard.join(page, PASSWORD)
    keyboard.start_practising(page)
    keyboard.choose_symbol(page, "BRIO")
    for words in keyboard.review(page):
        newcomer.forgive("/ticket/")
        print(f"The ticket was held back for a moment: {words}", file=sys.__stderr__)
    keyboard.send(page, app)
    order = exchange.order(client_order_id(newcomer))
    assert (order["symbol"], order["side"]) == ("BRIO", "buy")
    assert exchange.reaches(order["client_order_id"], "filled") == "filled"
    assert [leg["type"] for leg in order["legs"]] == ["stop"]
    assert exchange.count() == before + 1


@pytest.mark.parametrize("newcomer", [{"java_script_enabled": False}], indirect=True)
def test_an_order_is_placed_and_cancelled_without_javascript(
    newcomer, invitation, exchange
):
    person = join(newcomer, invitation)
    newcomer.page.get_by_role("link", name="I have kept them").click()
    newcomer.button("Start practising").click()
    newcomer.context.clear_cookies()
    sign_in(newcomer, person)
    place_resting_limit(newcomer, "CRUX")
    confirm(newcomer, person)
    name = client_order_id(newcomer)
    assert exchange.reaches(name, "new") == "new"
    newcomer.open(newcomer.page.url)
    newcomer.button("Cancel order").click()
    assert exchange.reaches(name, "canceled") == "canceled"


def place_resting_limit(visitor, symbol):
    """A buy three per cent under the market with a stop below it."""
    page, price = visitor.page, bid_of(visitor, symbol)
    page.get_by_label("Type").select_option("limit")
    page.locator("[name=limit_price]").fill(f"{price * 0.97:.2f}")
    page.locator("[name=stop_loss_price]").fill(f"{price * 0.94:.2f}")
    page.locator("#ticket [data-next-step]").click()


def bid_of(visitor, symbol):
    """The bid on the ticket; a first look may come before the first quote."""
    told = []

    def ready():
        page = visitor.open(f"/desk/?symbol={symbol}")
        shown = page.locator(f"#ticket [data-quote='{symbol}'][data-field=bid]")
        told[:] = re.findall(r"\d[\d,]*\.\d+", shown.inner_text())
        return told

    assert until(ready), f"no bid for {symbol}"
    return float(told[0].replace(",", ""))


def test_the_kill_switch_asks_once_cancels_and_is_released_with_a_code(
    newcomer, invitation, first_run, exchange
):
    person, page = join(newcomer, invitation), newcomer.page
    newcomer.open("/welcome/")
    newcomer.button("Start practising").click()
    place_resting_limit(newcomer, "DUNE")
    confirm(newcomer, person)
    name = client_order_id(newcomer)
    assert exchange.reaches(name, "new") == "new"
    page.keyboard.press("Alt+Shift+K")
    assert page.evaluate("document.activeElement.textContent") == "Keep trading"
    page.locator("#kill-dialog").get_by_role("button", name="Engage").click()
    page.get_by_role("heading", name="Trading is halted").wait_for()
    assert exchange.reaches(name, "canceled") == "canceled"
    (stop,) = exchange.order(first_run.client_order_id)["legs"]
    assert stop["status"] in {"new", "accepted"}
    release(newcomer, person)


def release(visitor, person):
    page = visitor.page
    page.locator("[name=reason]").fill("The rehearsal is over.")
    page.locator(".code-input").fill(person.authenticator.code())
    visitor.button("Release the kill switch").click()
    page.get_by_role("heading", name="Stop trading now").first.wait_for()


def test_a_silent_broker_is_said_and_never_shown_as_fresh(alice, desk):
    page = alice.open("/desk/")
    page.wait_for_selector("[data-feed]:not(.is-stale)")
    practice = desk.pids["practice"]
    os.kill(practice, signal.SIGSTOP)
    try:
        page.wait_for_selector("[data-feed].is-stale")
        page.wait_for_selector(".status .dot.is-down")
        assert "does not answer" in page.locator("#status-items").inner_text()
    finally:
        os.kill(practice, signal.SIGCONT)
    page.wait_for_selector("[data-feed]:not(.is-stale)")
    page.wait_for_selector(".status :not(.is-down) + .key >> text=Broker")


@pytest.mark.parametrize("path", MAIN_PAGES)
def test_a_page_is_accessible_and_keeps_to_the_policy(alice, path):
    page = alice.open(path)
    page.wait_for_selector("main")
    assert page.locator("h1").count() == 1
    assert alice.violations() == []


@pytest.mark.parametrize("path", ["/desk/", "/orders/?tab=all", "/positions/"])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_phone_shows_it_all_without_scrolling_sideways(
    first_run, browser, desk, path, scheme
):
    options = {"viewport": PHONE, "color_scheme": scheme}
    visitor = Visitor(browser, desk.address, storage_state=first_run.session, **options)
    visitor.open(path)
    wide = visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    violations = visitor.violations()
    visitor.close()
    assert (wide, violations, visitor.complaints) == (0, [], [])


def test_a_pasted_picture_is_named_saved_and_seen_and_no_text_is_lost(alice):
    notes.write(alice, "The open", width=40)
    notes.take_up(alice, "The open")
    page = alice.page
    page.get_by_label("What it shows").fill(notes.WORDS)
    page.keyboard.press("Control+Enter")
    picture = page.get_by_alt_text(notes.WORDS)
    loaded = "one => one.complete && one.naturalWidth === 40"
    page.wait_for_function(loaded, arg=picture.element_handle())
    assert notes.kept_by_the_browser(page) == []
    assert alice.violations() == []
