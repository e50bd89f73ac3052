"""A position turned around, with what may go wrong between the close and the entry."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from brokers.domain.orders import IN_FLIGHT, CommandKind, CommandStatus, OrderStatus
from brokers.models import Command, Order, Position
from brokers.orders.confirming import Confirmation, confirm_order
from brokers.orders.digests import spec_digest
from brokers.orders.reversing import Turn, confirm_reversal, draft_reversal
from risk.facts import Scope, TradingState
from risk.services import set_trading_state
from tests import people
from tests.faults.books import assert_books_agree, sweep
from tests.faults.processes import dies_at
from tests.faults.steps import fresh, later, send, submission_of
from tests.faults.test_closing import work_on
from tests.world import World
from tradedesk.core.errors import NotAllowedError, StaleStateError
from tradedesk.core.failpoints import Failpoint


def held(desk: World, symbol: str = "ACME") -> Position:
    return Position.objects.get(account=desk.account, symbol=symbol)


def there(desk: World, symbol: str = "ACME") -> Decimal:
    """What the exchange itself holds."""
    found = desk.exchange.request("GET", "/v2/positions")
    return sum((Decimal(p["qty"]) for p in found if p["symbol"] == symbol), Decimal(0))


def long_position(desk: World) -> Order:
    """Ten bought, with a stop that works."""
    order = desk.sent()
    desk.sync()
    assert held(desk).quantity == 10
    assert order.legs.get().state.is_open
    return order


def turn(desk: World, quantity: str = "10", *, away: str = "1.05") -> Turn:
    stop = (desk.ask() * Decimal(away)).quantize(Decimal("0.01"))
    return Turn(
        intent_key=uuid.uuid4(),
        quantity=Decimal(quantity),
        stop_price=stop,
        acknowledged=("DUPLICATE_ORDER", "SPREAD_WIDE", "SHORT_HARD_TO_BORROW"),
    )


def draft(desk: World, quantity: str = "10", *, away: str = "1.05") -> Order:
    return draft_reversal(
        held(desk),
        turn(desk, quantity, away=away),
        user=desk.user,
        actor=people.actor(desk.user),
        now=desk.clock.now(),
    ).order


def confirm(desk: World, entry: Order) -> Command:
    digest = spec_digest(entry)
    return confirm_reversal(
        Confirmation(
            order_id=entry.pk,
            user=desk.user,
            digest=digest,
            grant_id=desk.grant(digest),
            actor=people.actor(desk.user),
        ),
        desk.clock,
    )


def close_of(entry: Order) -> Order:
    close = fresh(entry).follows
    assert close is not None
    return close


def test_a_position_is_turned_around_by_a_close_and_an_entry(desk: World):
    first = long_position(desk)
    command = confirm(desk, draft(desk))
    work_on(desk)
    entry = fresh(command.order)
    assert entry.state is OrderStatus.FILLED
    assert close_of(entry).state is OrderStatus.FILLED
    assert first.legs.get().state is OrderStatus.CANCELLED
    assert held(desk).quantity == there(desk) == -10
    stop = entry.legs.get()
    assert (stop.side, stop.state.is_open) == ("buy", True)


def test_the_entry_may_have_another_size(desk: World):
    long_position(desk)
    command = confirm(desk, draft(desk, "4"))
    work_on(desk)
    assert fresh(command.order).state is OrderStatus.FILLED
    assert held(desk).quantity == there(desk) == -4


def test_the_entry_stays_in_the_outbox_until_the_account_is_flat(desk: World):
    long_position(desk)
    command = confirm(desk, draft(desk))
    command = send(desk, command)
    assert command.state is CommandStatus.QUEUED
    assert there(desk) == 10
    later(desk)
    assert send(desk, command).state is CommandStatus.QUEUED
    assert desk.at_exchange(command.order) == 0


def test_an_entry_whose_close_was_taken_back_is_withdrawn_with_the_reason(desk: World):
    long_position(desk)
    command = confirm(desk, draft(desk))
    assert desk.cancel(close_of(command.order)) is None
    later(desk)
    command = send(desk, command)
    assert command.state is CommandStatus.REFUSED
    entry = fresh(command.order)
    assert entry.state is OrderStatus.DENIED
    assert "The close that this entry waited for" in entry.status_reason
    assert desk.at_exchange(entry) == 0


def test_an_entry_goes_no_more_when_the_close_did_not_fill_in_time(desk: World):
    long_position(desk)
    command = confirm(desk, draft(desk))
    later(desk, 121)
    command = send(desk, command)
    assert command.state is CommandStatus.REFUSED
    assert "has not filled" in fresh(command.order).status_reason
    assert desk.at_exchange(command.order) == 0


def test_a_blocked_entry_sends_nothing_not_even_the_close(desk: World):
    first = long_position(desk)
    entry = draft(desk, away="0.95")  # a stop on the wrong side of a short
    with pytest.raises(NotAllowedError):
        confirm(desk, entry)
    assert fresh(first).legs.get().state.is_open
    assert not Order.objects.filter(reduces_risk=True, role="entry").exists()
    assert not entry.commands.exists()
    assert there(desk) == 10


def test_a_position_that_changed_since_the_review_is_not_turned(desk: World):
    long_position(desk)
    entry = draft(desk)
    later(desk, 10)
    desk.quote()
    desk.sent(quantity=Decimal(3))
    desk.sync()
    with pytest.raises(StaleStateError):
        confirm(desk, entry)
    assert not entry.commands.exists()


def test_a_reversal_cannot_be_confirmed_as_an_order_of_its_own(desk: World):
    long_position(desk)
    entry = draft(desk)
    digest = spec_digest(entry)
    confirmation = Confirmation(
        order_id=entry.pk,
        user=desk.user,
        digest=digest,
        grant_id=desk.grant(digest),
        actor=people.actor(desk.user),
    )
    with pytest.raises(StaleStateError):
        confirm_order(confirmation, desk.clock)
    assert not entry.commands.exists()


def test_confirming_twice_turns_once(desk: World):
    long_position(desk)
    entry = draft(desk)
    confirm(desk, entry)
    with pytest.raises(StaleStateError):
        confirm(desk, entry)
    work_on(desk)
    assert there(desk) == -10


def test_an_account_that_may_only_reduce_between_the_two_ends_flat(desk: World):
    long_position(desk)
    command = confirm(desk, draft(desk))
    set_trading_state(
        scope=Scope.ACCOUNT,
        scope_id=desk.account.pk,
        state=TradingState.REDUCING,
        actor=people.actor(desk.user),
        reason="enough for today",
        now=desk.clock.now(),
    )
    work_on(desk)
    assert fresh(command.order).state is OrderStatus.DENIED
    assert held(desk).quantity == there(desk) == 0


def drive(desk: World) -> None:
    """What sweeper and poll do until nothing is in flight."""
    waiting = Command.objects.filter(status__in=IN_FLIGHT)
    for _ in range(40):
        if not waiting.exists():
            break
        sweep(desk)
        desk.sync()
        later(desk, 4)
    assert not waiting.exists(), list(waiting.values_list("kind", "outcome"))
    desk.sync()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_of_steps_no_entry_meets_a_position(desk: World, seed: int):
    chance = random.Random(seed)
    long_position(desk)
    command = confirm(desk, draft(desk))
    close = close_of(command.order)
    steps: list[Callable[[], object]] = [
        lambda: send(desk, command),
        lambda: send(desk, submission_of(close)),
        lambda: sweep(desk),
        desk.sync,
        lambda: later(desk, chance.choice([1, 4])),
    ]
    if seed % 2:
        steps.append(lambda: desk.cancel(fresh(close)))
    for step in chance.choices(steps, k=14):
        step()
    drive(desk)
    entry = fresh(command.order)
    assert entry.state in {OrderStatus.FILLED, OrderStatus.DENIED}
    assert there(desk) == held(desk).quantity
    turned = entry.state is OrderStatus.FILLED
    assert (there(desk) == -10) == turned
    assert not turned or fresh(close).state is OrderStatus.FILLED
    assert_books_agree(desk)


DEADLY = (
    Failpoint.SEND_BEFORE_CLAIM,
    Failpoint.SEND_AFTER_CLAIM,
    Failpoint.SEND_AFTER_ANSWER,
    Failpoint.SEND_AFTER_INGEST,
)


def sendable(desk: World, order: Order) -> Command:
    """Everything that has to be before this order is sent, and nothing of it."""
    others = Command.objects.filter(status__in=IN_FLIGHT).exclude(order=order)
    if order.follows_id is None:
        others = others.filter(kind=CommandKind.CANCEL.value)
    while others.exists():
        for command in others.order_by("pk"):
            send(desk, command)
        desk.sync()
        later(desk)
    return submission_of(order)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", DEADLY)
@pytest.mark.parametrize("which", ["close", "entry"])
def test_a_worker_killed_on_the_way_turns_the_position_once(
    desk: World, tmp_path: Path, point: Failpoint, which: str
):
    long_position(desk)
    entry = confirm(desk, draft(desk)).order
    close = close_of(entry)
    victim = sendable(desk, close if which == "close" else entry)
    dies_at(point, tmp_path, partial(send, desk, victim))
    assert fresh(entry).state is not OrderStatus.REJECTED
    drive(desk)
    assert held(desk).quantity == there(desk) == -10
    assert desk.at_exchange(fresh(close)) == desk.at_exchange(fresh(entry)) == 1
    assert_books_agree(desk)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_death_before_the_commit_leaves_neither_of_the_two(
    desk: World, tmp_path: Path
):
    long_position(desk)
    entry = draft(desk)
    dies_at(Failpoint.CONFIRM_BEFORE_COMMIT, tmp_path, partial(confirm, desk, entry))
    assert fresh(entry).state is OrderStatus.DRAFT
    assert not Command.objects.filter(status__in=IN_FLIGHT).exists()
    assert there(desk) == 10
