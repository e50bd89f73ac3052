from __future__ import annotations

import copy
import shutil

import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from tests.web import styleguide_server
from tests.web.styleguide_server import FEED, POSTED, serving


playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or ""
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CHROMIUM, reason="no browser on this machine"),
]


def plain_settings():
    templates = copy.deepcopy(django_settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"] = [
        "django.template.context_processors.request",
        "csp.context_processors.nonce",
    ]
    return override_settings(
        ROOT_URLCONF=styleguide_server.__name__,
        MIDDLEWARE=["csp.middleware.CSPMiddleware"],
        TEMPLATES=templates,
        DEBUG=True,
    )


@pytest.fixture(scope="module")
def address():
    with plain_settings(), serving() as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as engine:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        started = engine.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()


@pytest.fixture
def page(browser, address):
    FEED.up, FEED.messages = True, []
    POSTED.clear()
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    opened.refused = []
    opened.on("console", lambda line: refusals(opened, line.text))
    opened.on("pageerror", lambda error: opened.refused.append(str(error)))
    opened.goto(f"{address}/styleguide")
    yield opened
    opened.close()


def refusals(page, text):
    if "Content Security Policy" in text or "Uncaught" in text:
        page.refused.append(text)


def test_the_page_draws_its_chart_under_the_strict_policy(page):
    page.wait_for_selector("[data-chart][data-ready]")
    assert page.locator("[data-chart-box] canvas").count() > 0
    assert page.locator("[data-legend=close]").inner_text() == "60.00"
    assert page.refused == []


def test_the_chart_can_be_read_as_a_table(page):
    page.wait_for_selector("[data-chart][data-ready]")
    page.locator("[data-chart-toggle]").last.click()
    assert page.locator("[data-chart-table]").is_visible()
    assert page.locator("[data-chart-table] tbody tr").count() == 90


def test_a_quote_of_the_stream_reaches_the_page_and_the_feed_age(page):
    FEED.messages.append('event: notice\ndata: {"text": "Filled BUY 120 ACME"}\n\n')
    quote = '{"ACME": {"last": "61.25", "at": "2026-01-05T15:42:38Z"}}'
    FEED.messages.append(f"event: quotes\ndata: {quote}\n\n")
    page.get_by_text("Filled BUY 120 ACME").wait_for()
    page.wait_for_selector('[data-feed][data-at="2026-01-05T15:42:38Z"]')
    page.wait_for_selector("[data-feed].is-stale")


def test_a_lost_stream_says_so_and_its_return_takes_it_back(page):
    page.wait_for_selector("[data-connection=live]")
    FEED.up = False
    banner = page.locator("#connection")
    page.get_by_text("Connection lost. Prices frozen").wait_for()
    FEED.up = True
    page.wait_for_selector("[data-connection=live]")
    assert banner.inner_text() == ""


def test_ticks_are_decimal_steps_and_never_pass_zero(page):
    entry = page.locator("#sample_entry")
    entry.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    assert entry.input_value() == "59.91"
    entry.fill("0.01")
    page.keyboard.press("ArrowDown")
    assert entry.input_value() == "0.01"
    entry.fill("60.005")
    page.keyboard.press("ArrowDown")
    assert entry.input_value() == "60.00"


def test_letters_are_inert_while_typing(page):
    page.keyboard.press("/")
    page.keyboard.type("?")
    assert not page.locator("#shortcuts-dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#shortcuts-dialog").is_visible()


def test_shortcuts_can_be_switched_off_but_not_the_kill_switch(page, address):
    page.goto(f"{address}/styleguide?quiet")
    page.keyboard.press("?")
    assert not page.locator("#shortcuts-dialog").is_visible()
    page.keyboard.press("Alt+Shift+K")
    assert page.locator("#kill-dialog").is_visible()


def test_a_chord_goes_to_a_page(page):
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders")


def test_the_kill_switch_engages_when_held(page):
    box = page.locator(".status .kill").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.wait_for_url("**/kill")
    page.mouse.up()
    assert [one["action"] for one in POSTED] == ["engage"]


def test_a_short_press_of_the_kill_switch_asks_and_offers_the_way_back_first(page):
    page.locator(".status .kill").click()
    assert page.evaluate("document.activeElement.textContent") == "Keep trading"
    page.get_by_role("button", name="Engage the kill switch").click()
    page.wait_for_url("**/kill")
    assert [one["action"] for one in POSTED] == ["engage"]


def test_the_kill_switch_works_without_a_script(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/styleguide")
    page.locator(".status .kill").click()
    page.wait_for_url("**/kill?")
    context.close()


def test_a_button_that_asks_once_more_forgets_the_question(page):
    button = page.locator("[data-confirm]").first
    button.click()
    assert button.inner_text() == "Close 327 at market?"
    page.keyboard.press("Escape")
    assert button.inner_text() == "Asks once more"


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_nothing_is_wider_than_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    overflow = page.evaluate(
        "document.querySelector('main').scrollWidth"
        " - document.querySelector('main').clientWidth"
        " + document.documentElement.scrollWidth - innerWidth"
    )
    assert overflow == 0
