"""Driving a desk until it rests, and comparing its book with the exchange's."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from brokers.domain.orders import IN_FLIGHT, CommandKind, CommandStatus
from brokers.models import Command, Fill, Order, OrderSource, Position
from brokers.tasks import SENDERS, SETTLERS
from tests.faults.steps import later
from tests.world import World


def sweep(desk: World) -> int:
    """What the sweeper does once, in this process; how many commands it found."""
    due = Command.objects.filter(
        account=desk.account, status__in=IN_FLIGHT, due_at__lte=desk.clock.now()
    )
    found = list(due.order_by("pk").values_list("pk", "kind", "status"))
    for pk, kind, status in found:
        acts = SENDERS if status == CommandStatus.QUEUED.value else SETTLERS
        acts[CommandKind(kind)](pk, desk.clock)
    return len(found)


def drive(desk: World, rounds: int = 40) -> None:
    """Sweep, with time passing, until nothing is in flight, and read the account."""
    mine = Command.objects.filter(account=desk.account, status__in=IN_FLIGHT)
    for _ in range(rounds):
        if not mine.exists():
            break
        sweep(desk)
        later(desk, 4)
    assert not mine.exists(), list(mine.values_list("kind", "status", "outcome"))
    for _ in range(5):
        if desk.sync():
            return
        later(desk, 5)
    desk.account.connection.refresh_from_db()
    raise AssertionError(desk.account.connection.state_detail)


def positions_there(desk: World) -> dict[str, Decimal]:
    rows = desk.exchange.request("GET", "/v2/positions")
    signs = {"long": 1, "short": -1}
    return {
        row["symbol"]: abs(Decimal(row["qty"])) * signs[row["side"]] for row in rows
    }


def positions_here(desk: World) -> dict[str, Decimal]:
    held = Position.objects.filter(account=desk.account).exclude(quantity=0)
    return dict(held.values_list("symbol", "quantity"))


def fills_there(desk: World) -> list[str]:
    """Execution ids that stand at the exchange."""
    rows = desk.exchange.request(
        "GET", "/v2/account/activities/FILL?page_size=100&direction=asc"
    )
    standing = [one for one in rows if one.get("status") != "canceled"]
    return sorted(one["execution_id"] for one in standing)


def fills_here(desk: World) -> list[str]:
    standing = Fill.objects.filter(account=desk.account, busted_at=None)
    return sorted(standing.values_list("execution_id", flat=True))


def assert_books_agree(desk: World) -> None:
    """Orders once or not at all, fills one by one, positions: as at the exchange."""
    taken = Counter(one.client_order_id for one in desk.exchange.accepted())
    confirmed = Command.objects.filter(
        account=desk.account,
        kind=CommandKind.SUBMIT.value,
        status=CommandStatus.CONFIRMED.value,
    ).values("order")
    for order in Order.objects.filter(account=desk.account, source=OrderSource.DESK):
        there = taken[order.client_order_id] if order.client_order_id else 0
        sent = confirmed.filter(order=order).exists()
        assert there == (1 if sent else 0), (order.pk, order.status, there)
    assert fills_here(desk) == fills_there(desk)
    assert positions_here(desk) == positions_there(desk)
