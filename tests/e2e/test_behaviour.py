"""A loss, a hurried bigger ticket, its warning, the order, and what came of it.

The desk is this process behind a real server, the exchange a real one whose prices the
test sets, so that the loss is a loss; what the worker does is done here, step by step,
in a thread of its own: Playwright keeps a loop in the test's, where rows are not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import pytest
from django.db import connections
from django_otp import DEVICE_ID_SESSION_KEY

from brokers.models import Command, Order
from brokers.orders import submission
from journal.behaviour import services
from journal.book.rebuilding import rebuild
from journal.models import Nudge, Trade
from risk.models import PolicyVersion
from tests import people, world
from tests.devices.models import ChaosDevice
from tests.e2e import browsing
from tests.e2e.authenticator import Authenticator
from tests.e2e.browsing import Visitor, chromium
from tests.emulators.practice import PracticeExchange
from tests.runtime.desk import until
from tests.served import served
from tests.world import World
from tradedesk.accounts.models import Role, TotpDevice
from tradedesk.core.clock import SYSTEM_CLOCK


pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("e2e"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not chromium(), reason="no browser on this machine"),
]
WARNED = "BEHAVIOUR_AFTER_LOSS"


_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Worker:
    """What the desk's worker and its listener do by themselves."""

    desk: World
    thread: ThreadPoolExecutor

    def do(self, work: Callable[[], _Answer]) -> _Answer:
        def closing() -> _Answer:
            try:
                return work()
            finally:
                connections.close_all()

        return self.thread.submit(closing).result()

    def price(self, price: int) -> None:
        """The exchange trades there from now on, and the desk has heard of it."""
        self.desk.exchange.set_price("ACME", str(price))
        self.quote()

    def quote(self) -> None:
        self.do(self.desk.quote)

    def learn(self) -> None:
        self.do(self._learn)

    def _learn(self) -> None:
        """Fills, trades, signals."""
        assert self.desk.sync()
        rebuild(self.desk.account.pk, clock=self.desk.clock)
        services.refresh(self.desk.account, self.desk.clock.now())

    def open_trades(self) -> int:
        self.learn()
        return self.do(Trade.objects.open().count)

    def newest_r(self) -> Decimal:
        newest = self.do(lambda: Trade.objects.latest("opened_at"))
        assert newest.r_multiple is not None
        return newest.r_multiple


def quotes_last_an_hour() -> None:
    """Nobody streams them here, and a loaded machine takes its time."""
    now = SYSTEM_CLOCK.now()
    limits = {"quote_age_seconds": "3600", "approval_age_seconds": "3600"}
    PolicyVersion.objects.create(
        scope="desk",
        scope_id=0,
        number=1,
        limits=limits,
        immediate=limits,
        effective_at=now,
        reason="a test",
        created_at=now,
    )


@pytest.fixture
def worker(tmp_path, transactional_db, settings) -> Iterator[Worker]:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with (
        PracticeExchange(tmp_path, clock="real").running() as exchange,
        ThreadPoolExecutor(max_workers=1) as thread,
    ):
        desk = world.build(exchange, people.person("alice", Role.OWNER))
        quotes_last_an_hour()
        yield Worker(desk, thread)


@pytest.fixture
def alice(worker) -> Iterator[Visitor]:
    """Alice in a browser, signed in with her authenticator."""
    user = worker.desk.user
    client = people.signed_in(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = people.authenticator(user).persistent_id
    session.save()
    with served() as server, browsing.browser() as started:
        visitor = Visitor(started, server.address)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        visitor.context.add_cookies([{**cookie, "url": server.address}])
        yield visitor
        visitor.close()
        # An unanswered warning comes back as 422, which a browser's console notes.
        wrong = [one for one in visitor.complaints if "status of 422" not in one]
        assert wrong == []


def lose(worker: Worker) -> None:
    """Ten bought at 100 with the stop at 98, which then is hit."""
    worker.price(100)
    stop = Decimal("98.00")
    worker.do(lambda: worker.desk.sent(quantity=Decimal(10), stop_loss_price=stop))
    assert worker.open_trades() == 1
    worker.price(97)
    assert until(lambda: not worker.open_trades())
    assert worker.newest_r() < -1
    # What confirmed that order is no app that a browser could be asked for.
    worker.do(ChaosDevice.objects.all().delete)


def fill_in(worker: Worker, alice: Visitor) -> None:
    """Twice the usual risk, typed minutes after the loss."""
    worker.quote()
    page = alice.open("/desk/?symbol=ACME")
    page.get_by_label("Size by").select_option("units")
    page.get_by_label("Size", exact=True).fill("20")
    page.locator("[name=stop_loss_price]").fill("95.00")


def answer_the_warning(worker: Worker, alice: Visitor) -> None:
    """Not answered it goes nowhere; answered it goes to its review."""
    page = alice.page
    warning = page.locator(f"[data-nudge={WARNED}]")
    warning.filter(has_text="times your usual amount").wait_for()
    assert "You closed a loss" in warning.inner_text()
    worker.quote()
    alice.click("#ticket [data-next-step]")
    page.get_by_text("Please answer").first.wait_for()
    assert not worker.do(Order.objects.filter(status="draft").exists)
    warning.get_by_role("checkbox").check()
    worker.quote()
    alice.click("#ticket [data-next-step]")
    page.wait_for_url("**/review/")
    assert "You closed a loss" in warning.inner_text()


def confirm(worker: Worker, alice: Visitor) -> None:
    page = alice.page
    device = worker.do(lambda: TotpDevice.objects.get(user=worker.desk.user))
    page.locator(".code-input").fill(Authenticator(device.seed).code())
    worker.quote()
    alice.click("[data-next-step]")
    page.wait_for_url("**/orders/*/")


def send(worker: Worker) -> None:
    newest = worker.do(lambda: Command.objects.latest("pk").pk)
    worker.do(lambda: submission.send_submission(newest, worker.desk.clock))


def what_came_of_it(alice: Visitor) -> str:
    """The one line of the report's warnings."""
    page = alice.open("/analytics/behaviour/")
    row = page.locator("#warned tbody tr")
    assert row.count() == 1
    return row.inner_text()


def test_a_hurried_bigger_order_is_warned_of_and_its_trade_found_in_the_report(
    worker, alice
):
    lose(worker)
    fill_in(worker, alice)
    answer_the_warning(worker, alice)
    confirm(worker, alice)
    nudge = worker.do(Nudge.objects.get)
    assert (nudge.signal, nudge.answer) == (WARNED, "proceeded")
    send(worker)
    assert worker.open_trades() == 1
    worker.price(94)
    assert until(lambda: not worker.open_trades())
    told = what_came_of_it(alice)
    assert "proceeded" in told
    assert f"ACME, {nudge.order_id}" in told
    assert f"{abs(worker.newest_r()):.2f}R" in told
    assert alice.violations() == []
