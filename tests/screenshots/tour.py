"""The way through the desk that the pictures are taken on, in the order of the guide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.db import close_old_connections
from playwright.sync_api import Page

from tests.chaos.stage import Stage
from tests.e2e import browsing, steps
from tests.e2e.browsing import Visitor
from tests.people import PASSWORD
from tests.runtime.desk import until
from tests.screenshots import journal, reconciling, seeding
from tests.screenshots.camera import Camera
from tests.screenshots.threads import in_thread


PLAIN = {
    "orders-working": "/orders/",
    "orders-filled": "/orders/?tab=filled",
    "orders-rejected": "/orders/?tab=rejected",
    "orders-cancelled": "/orders/?tab=cancelled",
    "orders-all": "/orders/?tab=all",
    "orders-view": "/orders/?tab=all&type=limit",
    "orders-cancel-all": "/orders/cancel/?scope=all",
    "positions": "/positions/",
    "accounts": "/accounts/",
    "account": "/accounts/{account}/",
    "account-connect": "/accounts/connect/",
    "account-connect-alpaca": "/accounts/connect/?broker=alpaca&environment=paper",
    "flatten": "/positions/flatten/{account}/",
    "order": "/orders/{filled}/",
    "order-working": "/orders/{working}/",
    "order-denied": "/orders/{denied}/",
    "order-change": "/orders/{working}/amend/",
    "order-review": "/orders/{draft}/review/",
    "order-review-blocked": "/orders/{denied}/review/",
    "position-protect": "/positions/{unprotected}/protect/",
    "position-reverse": "/positions/{unprotected}/reverse/",
    "position-reverse-review": "/positions/reversals/{reversal}/",
    "watchlists": "/watchlists/",
    "notices": "/notices/",
    "notices-unread": "/notices/?show=unread&severity=critical",
    "system": "/system/",
    "settings": "/settings/",
    "settings-notices": "/settings/notices/",
    "security": "/settings/security/",
    "security-add": "/second-factor/enrol/",
    "security-recovery": "/settings/security/recovery-codes/",
    "people": "/settings/people/",
    "kill-switch": "/kill-switch/",
    "styleguide": "/styleguide",
    "about": "/about",
    "not-found": "/orders/999999/",
    "administration": "/admin/",
    "administration-audit": "/admin/audit/auditentry/",
    "administration-orders": "/admin/brokers/order/",
}


def walk(stage: Stage, folder: Path, only: list[str]) -> Camera:
    """Take the pictures; the camera knows how many, and what is wrong with them."""
    address = f"http://127.0.0.1:{stage.port}"
    link = seeding.owner_link()
    assert until(lambda: stage.health()[0] == 200), stage.health()
    with browsing.browser() as browser:
        camera = Camera(folder, browser.new_page(), only)
        visitor = Visitor(browser, address)
        owner = _first_run(visitor, camera, link)
        journal.with_nothing(visitor, camera)
        journal.with_a_year(visitor, camera)
        journal.with_one_trade(visitor, camera, stage)
        journal.with_statements(visitor, camera)
        seeded = in_thread(lambda: seeding.fill(stage.exchange))
        _pages(visitor, camera, seeded.ids)
        _tickets(visitor, camera)
        _reconciliation(visitor, camera, stage)
        _without_an_answer(visitor, camera, stage)
        _halted(visitor, camera, owner)
        _entrance(Visitor(browser, address), camera, owner, seeded.invitation)
    close_old_connections()
    return camera


def _first_run(visitor: Visitor, camera: Camera, link: str) -> steps.Person:
    """From the owner link to the first ticket."""
    page = visitor.open(link)
    camera.take(page, "setup")
    steps.tell_who_one_is(visitor)
    page.wait_for_url("**/second-factor/enrol/**")
    camera.take(page, "enrol")
    owner = steps.enrol(visitor, "alice@desk.test", late=True)
    page.wait_for_selector(".recovery-codes")
    camera.take(page, "recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/welcome/")
    camera.take(page, "welcome")
    visitor.button("Start practising").click()
    page.wait_for_selector("[data-chart][data-ready]")
    camera.take(page, "desk-first")
    return owner


def _pages(visitor: Visitor, camera: Camera, ids: dict[str, int]) -> None:
    for name, path in PLAIN.items():
        if camera.wants(name):
            visitor.open(path.format(**ids))
            visitor.page.wait_for_load_state("load")
            camera.take(visitor.page, name)


RECONCILED = {
    "reconciliation": "/reconciliation/",
    "reconciliation-run": "/reconciliation/runs/{run_breaks}/",
    "reconciliation-run-clean": "/reconciliation/runs/{run_clean}/",
    "reconciliation-run-incomplete": "/reconciliation/runs/{run_incomplete}/",
    "reconciliation-breaks": "/reconciliation/breaks/",
    "reconciliation-break": "/reconciliation/breaks/{break}/",
    "reconciliation-break-resolved": "/reconciliation/breaks/{resolved}/",
    "reconciliation-settings": "/reconciliation/accounts/{account}/settings/",
    "reconciliation-waiting": "/reconciliation/accounts/{account}/asked/?since=999",
}


def _reconciliation(visitor: Visitor, camera: Camera, stage: Stage) -> None:
    """Before the first run, then an account that disagrees; the papers beside them."""
    names = [name for name in RECONCILED if camera.wants(name)]
    if not names:
        return
    camera.take(visitor.open("/reconciliation/"), "reconciliation-first")
    papers = camera.folder / "reports"
    ids = in_thread(lambda: reconciling.fill(stage.exchange, papers))
    for name in names:
        page = visitor.open(RECONCILED[name].format(**ids))
        page.wait_for_load_state("load")
        camera.take(page, name)
    for name in ("breaks", "clean", "incomplete"):
        page = visitor.open((papers / f"{name}.html").as_uri())
        camera.take(page, f"reconciliation-letter-{name}")


def _tickets(visitor: Visitor, camera: Camera) -> None:
    """The desk in motion, and what its ticket says of risky and impossible orders."""
    acts: dict[str, Callable[[Page], object]] = {
        "desk": _aim,
        "desk-no-stop": lambda page: page.locator("[name=stop_loss_price]").fill(""),
        "desk-too-large": _ask_for_too_much,
    }
    for name, act in acts.items():
        if not camera.wants(name):
            continue
        page = visitor.open("/desk/?symbol=ACME")
        page.wait_for_selector("[data-chart][data-ready]")
        with page.expect_response("**/preview/"):
            act(page)
        page.wait_for_timeout(800)
        camera.take(page, name)


def _aim(page: Page) -> None:
    """A target as far again as the stop, and half."""
    stop = float(page.locator("[name=stop_loss_price]").input_value())
    ask = page.locator("#ticket [data-quote][data-field=ask]").inner_text()
    price = float(ask.replace(",", ""))
    page.locator("[name=take_profit_price]").fill(f"{price + 2.5 * (price - stop):.2f}")


def _ask_for_too_much(page: Page) -> None:
    page.locator("[name=size_model]").select_option("units")
    page.locator("[name=size_amount]").fill("9000")


def _without_an_answer(visitor: Visitor, camera: Camera, stage: Stage) -> None:
    if not camera.wants("order-no-answer"):
        return
    order = in_thread(lambda: seeding.lose_an_order(stage.exchange))
    camera.take(visitor.open(f"/orders/{order}/"), "order-no-answer")
    camera.take(visitor.open("/orders/"), "orders-no-answer")
    stage.exchange.clear_faults()


def _halted(visitor: Visitor, camera: Camera, owner: steps.Person) -> None:
    """The question, and the page while nothing may be risked."""
    page = visitor.open("/desk/")
    page.keyboard.press("Alt+Shift+K")
    camera.take(page, "kill-switch-question")
    page.locator("#kill-dialog").get_by_role("button", name="Engage").click()
    page.get_by_role("heading", name="Trading is halted").wait_for()
    page.wait_for_timeout(1500)
    camera.take(visitor.open("/kill-switch/"), "kill-switch-engaged")
    camera.take(visitor.open("/desk/"), "desk-halted")


def _entrance(
    visitor: Visitor, camera: Camera, owner: steps.Person, invitation: str
) -> None:
    """What people see who are not signed in yet."""
    camera.take(visitor.open(invitation), "join")
    page = visitor.open("/auth/login/")
    camera.take(page, "sign-in")
    page.get_by_label("Email").fill(owner.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.button("Sign in").click()
    page.wait_for_url("**/second-factor/**")
    camera.take(page, "second-factor")
    camera.take(visitor.open("/auth/password/reset/"), "password-reset")
