"""Confirmations that meet each other, other limits, or the kill switch."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest

from brokers.domain.orders import CommandKind, CommandStatus, OrderStatus, OrderType
from brokers.models import Command, Order
from brokers.tasks import SENDERS
from tests import people
from tests.faults.rows import row
from tests.faults.steps import later
from tests.race.threads import successes, together
from tests.world import World
from tradedesk.accounts.models import StepUpGrant
from tradedesk.core.errors import NotAllowedError
from tradedesk.desk.kill_switch import engage


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
SYMBOLS = ("ACME", "BRIO", "CRUX", "DUNE", "ELMS", "GALE", "HAZE", "IRIS", "KITE")


def send_all(desk: World) -> None:
    """What the sweeper would do, until nothing is queued any more."""
    for _ in range(4):
        for command in Command.objects.filter(status=CommandStatus.QUEUED.value):
            SENDERS[CommandKind(command.kind)](command.pk, desk.clock)
        later(desk, 3)


@row(12)
def test_the_same_confirmation_from_many_windows_makes_one_order(desk: World):
    drafted = desk.draft()
    grant_id = desk.grant(drafted.digest)
    confirm = partial(desk.confirm, drafted.order, grant_id=grant_id)
    assert len(successes(together(*[confirm] * 6))) == 1
    assert Command.objects.count() == 1
    send_all(desk)
    assert desk.at_exchange(Order.objects.get(pk=drafted.order.pk)) == 1


@row(12)
def test_two_confirmations_with_a_grant_each_make_one_order(desk: World):
    drafted = desk.draft()
    grants = [desk.grant(drafted.digest) for _ in range(4)]
    confirm = [partial(desk.confirm, drafted.order, grant_id=one) for one in grants]
    assert len(successes(together(*confirm))) == 1
    assert StepUpGrant.objects.filter(used_at__isnull=False).count() == 1
    assert Command.objects.count() == 1


def test_one_grant_confirms_one_of_many_orders(desk: World):
    first = desk.draft()
    others = [desk.draft(quantity=Decimal(number)) for number in (11, 12, 13)]
    grant_id = desk.grant(first.digest)
    acts = [partial(desk.confirm, one.order, grant_id=grant_id) for one in others]
    results = together(partial(desk.confirm, first.order, grant_id=grant_id), *acts)
    assert [isinstance(one, Command) for one in results] == [True, False, False, False]


def large(desk: World, symbol: str) -> Callable[[], object]:
    """A quarter of what the account may buy, with a close stop."""
    price = desk.ask(symbol)
    assert desk.account.buying_power is not None
    quantity = (desk.account.buying_power / 9 / price).quantize(Decimal(1))
    stop = (price * Decimal("0.99")).quantize(Decimal("0.01"))
    drafted = desk.draft(symbol=symbol, quantity=quantity, stop_loss_price=stop)
    grant_id = desk.grant(drafted.digest)
    return partial(desk.confirm, drafted.order, grant_id=grant_id)


def test_parallel_confirmations_never_exceed_the_buying_power_together(desk: World):
    acts = [large(desk, symbol) for symbol in SYMBOLS]
    results = together(*acts)
    confirmed = successes(results)
    denied = [one for one in results if isinstance(one, NotAllowedError)]
    assert len(confirmed) + len(denied) == len(SYMBOLS)
    assert denied
    assert len(confirmed) >= 7
    waiting = Order.objects.filter(status=OrderStatus.SUBMITTED.value)
    held = sum(Decimal(desk.ask(one.symbol)) * one.quantity for one in waiting)
    assert held <= desk.account.buying_power
    send_all(desk)
    assert not Command.objects.filter(outcome__contains="buying power").exists()


@row(42)
@pytest.mark.parametrize("_round", range(4))
def test_a_confirmation_that_meets_the_kill_switch_leaves_nothing_working(
    desk: World, _round: int
):
    resting = desk.ask() * Decimal("0.97")
    price = resting.quantize(Decimal("0.01"))
    drafted = desk.draft(type=OrderType.LIMIT, limit_price=price)
    grant_id = desk.grant(drafted.digest)
    together(
        partial(desk.confirm, drafted.order, grant_id=grant_id),
        lambda: engage(
            desk.user,
            actor=people.actor(desk.user),
            reason="Something is wrong here.",
            now=desk.clock.now(),
        ),
    )
    send_all(desk)
    desk.sync()
    assert not Command.objects.filter(status__in=["queued", "sent"]).exists()
    assert not Order.objects.open().exists()
    assert desk.exchange.request("GET", "/v2/orders?status=open") == []
