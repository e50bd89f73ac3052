"""Rows 38 to 44: lists, clocks, words, a restored backup and other people's orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from brokers.adapters.alpaca import parse
from brokers.domain.orders import CommandStatus, OrderStatus
from brokers.models import Account, Command, Fill, Order, OrderSource
from brokers.sessions.reading import open_reader
from brokers.wire.fields import Unfamiliar, instant_of
from tests import people, world
from tests.emulators.accounts import Accounts
from tests.faults.books import assert_books_agree, drive, positions_here
from tests.faults.rows import every_seed, row
from tests.faults.steps import fresh, later, resting, send, submission_of
from tests.world import World
from tradedesk.accounts.models import Role, User


def provoke(desk: World, name: str, **members: object) -> None:
    desk.exchange.request("POST", "/control/faults", {"row": name, **members})


@row(38)
@every_seed
def test_an_order_that_a_list_leaves_out_does_not_end(desk: World, seed: int):
    orders = [resting(desk)]
    desk.exchange.add_fault(
        "unlisted", kind="omit", method="GET", path="/v2/orders", seed=seed
    )
    for _ in range(3):
        later(desk)
        assert desk.sync()
        assert all(fresh(order).state.is_open for order in orders)
    desk.exchange.clear_faults()
    drive(desk)
    assert_books_agree(desk)


@row(38)
@every_seed
def test_pages_that_shift_while_they_are_read_count_nothing_twice(
    desk: World, seed: int
):
    for symbol in ("ACME", "BRIO"):
        desk.sent(symbol=symbol)
    for name, path in (("orders", "/v2/orders"), ("fills", "*/FILL")):
        desk.exchange.add_fault(name, kind="repeat", method="GET", path=path, seed=seed)
    for _ in range(2):
        assert desk.sync()
    desk.exchange.clear_faults()
    drive(desk)
    assert Order.objects.filter(parent=None).count() == 2
    assert Fill.objects.count() == len(set(Fill.objects.values_list("execution_id")))
    assert_books_agree(desk)


@row(39)
def test_positions_that_cannot_be_read_leave_the_book_and_mark_it_stale(desk: World):
    desk.sent()
    drive(desk)
    before = Account.objects.get().synced_at
    desk.exchange.add_fault(
        "down", kind="answer", status=503, method="GET", path="/v2/positions"
    )
    later(desk, 60)
    assert not desk.sync()
    assert positions_here(desk) == {"ACME": Decimal(10)}
    assert Account.objects.get().synced_at == before
    desk.account.connection.refresh_from_db()
    assert desk.account.connection.state == "unreachable"


@row(39)
def test_an_empty_list_of_positions_is_not_read_as_flat(desk: World):
    desk.sent()
    drive(desk)
    desk.exchange.add_fault("none", kind="empty", method="GET", path="/v2/positions")
    later(desk, 5)
    desk.sync()
    assert positions_here(desk) == {"ACME": Decimal(10)}
    desk.exchange.clear_faults()
    later(desk, 5)
    drive(desk)
    assert_books_agree(desk)


@row(40)
@pytest.mark.parametrize("offset", [20_700, -18_000, 50_400])
def test_instants_in_any_zone_are_the_same_instants(desk: World, offset: int):
    desk.sent()
    desk.sync()
    reader = open_reader(desk.account.connection)
    plain = [one.executed_at for one in reader.list_fills()]
    provoke(desk, "clock-skewed", seconds=offset)
    shifted = open_reader(desk.account.connection)
    assert [one.executed_at for one in shifted.list_fills()] == plain
    drive(desk)
    assert_books_agree(desk)


# Trading, not market data: a quote that looks five minutes old is rightly refused.
TRADING = "/v2/[!s]*"


def trade_under_skew(desk: World) -> None:
    order, command = resting(desk), desk.queued(symbol="BRIO")
    send(desk, command)
    for _ in range(3):
        later(desk, 60)
        assert desk.sync()
    assert fresh(order).state.is_open
    assert fresh(command.order).state is OrderStatus.FILLED
    drive(desk)
    assert_books_agree(desk)


@row(40)
def test_a_broker_whose_clock_is_five_minutes_behind_loses_no_order_and_no_fill(
    accounts: Accounts, alice: User
):
    exchange = accounts.next()
    exchange.add_fault("behind", kind="skew", path=TRADING, seconds=-300)
    trade_under_skew(world.build(exchange, alice))
    exchange.clear_faults()


@row(40)
def test_a_brokers_clock_that_jumps_five_minutes_ahead_loses_no_order_and_no_fill(
    desk: World,
):
    desk.exchange.add_fault("ahead", kind="skew", path=TRADING, seconds=300)
    trade_under_skew(desk)


NEW_YORK = ZoneInfo("America/New_York")


@row(40)
@pytest.mark.parametrize(
    "day",
    [
        date(2028, 2, 29),  # leap day
        date(2026, 3, 6),
        date(2026, 3, 9),  # summer time begins between these two
        date(2026, 10, 30),
        date(2026, 11, 2),  # and ends between these
    ],
)
def test_a_session_is_told_by_the_exchanges_own_hours_on_any_day(day: date):
    row_of_calendar = {"date": day.isoformat(), "open": "09:30", "close": "16:00"}
    session = parse.session(row_of_calendar, Unfamiliar())
    assert session.opens == datetime.combine(day, time(9, 30), NEW_YORK)
    assert session.opens.tzinfo is UTC
    assert session.closes - session.opens == timedelta(hours=6, minutes=30)


@row(40)
@pytest.mark.parametrize("written", ["01:30:00-04:00", "05:30:00Z", "06:30:00+01:00"])
def test_the_hour_that_comes_twice_is_told_apart_by_its_offset(written: str):
    moment = instant_of(f"2026-11-01T{written}", "at")
    assert moment == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@row(41)
@every_seed
def test_a_status_that_nobody_knows_leaves_the_order_where_it_was(
    desk: World, seed: int
):
    working, filled = resting(desk), desk.sent(symbol="BRIO")
    drive(desk)
    provoke(desk, "unknown-words", seed=seed)
    for _ in range(2):
        later(desk)
        desk.sync()
    assert fresh(working).state is OrderStatus.WORKING
    assert fresh(filled).state is OrderStatus.FILLED
    desk.exchange.clear_faults()
    drive(desk)
    assert_books_agree(desk)


@row(41)
@pytest.mark.parametrize("figure", ["NaN", "1e400", '"1E+2000"', '"many"', "[]"])
def test_a_figure_that_nobody_can_mean_stops_nothing_and_changes_nothing(
    desk: World, figure: str
):
    working = resting(desk)
    drive(desk)
    desk.exchange.add_fault(
        "figures",
        kind="rewrite",
        method="GET",
        path="/v2/orders*",
        find='"filled_qty": ?"[^"]*"',
        put=f'"filled_qty": {figure}',
    )
    desk.sync()
    assert fresh(working).state is OrderStatus.WORKING
    assert fresh(working).filled_quantity == 0
    desk.exchange.clear_faults()
    later(desk, 60)
    drive(desk)
    assert_books_agree(desk)


@row(41)
def test_a_figure_in_exponents_is_read_exactly(desk: World):
    order = desk.sent(quantity=Decimal(10))
    desk.exchange.add_fault(
        "figures",
        kind="rewrite",
        method="GET",
        path="/v2/*",
        find='"(filled_)?qty": ?"10"',
        put='"\\1qty": "1E+1"',
    )
    drive(desk)
    assert fresh(order).filled_quantity == 10
    desk.exchange.clear_faults()
    assert_books_agree(desk)


class RestoredError(Exception):
    """Ends the part of the story that the backup does not know."""


def filled(desk: World) -> Order:
    return desk.sent()


def working(desk: World) -> Order:
    return resting(desk)


def forget(desk: World, place: Callable[[World], Order]) -> tuple[str, OrderStatus]:
    """An order goes its way at the broker, and the database then forgets it.

    Its client order id, and its state before.
    """
    backup = transaction.atomic()
    backup._from_testcase = True  # what is durable within it is undone, as by a restore
    try:
        with backup:
            order = place(desk)
            assert desk.sync()
            order = fresh(order)
            raise RestoredError
    except RestoredError:
        return order.client_order_id, order.state


@row(43)
@pytest.mark.parametrize("place", [filled, working])
def test_what_a_restored_backup_has_forgotten_is_read_in_again(
    desk: World, place: Callable[[World], Order]
):
    name, status = forget(desk, place)
    assert not Order.objects.exists()
    drive(desk)
    order = Order.objects.get(client_order_id=name)
    assert order.source == OrderSource.EXTERNAL
    assert order.state is status
    assert_books_agree(desk)


@row(43)
def test_ids_of_ours_are_not_used_again_after_a_restore(desk: World):
    names = {forget(desk, working)[0] for _ in range(2)}
    command = desk.queued()
    assert command.client_order_id not in names
    send(desk, command)
    drive(desk)
    assert submission_of(command.order).state is CommandStatus.CONFIRMED
    assert_books_agree(desk)


@pytest.fixture
def both(accounts: Accounts, desk: World) -> tuple[World, World]:
    """Alice and Bob, each with an account and a key of their own at one exchange."""
    key, secret = desk.exchange.key, desk.exchange.secret
    bob = people.person("bob", Role.TRADER)
    theirs = world.build(accounts.next(), bob)
    theirs.exchange = type(theirs.exchange)(
        theirs.exchange.data,
        key=theirs.exchange.key,
        secret=theirs.exchange.secret,
        port=theirs.exchange.port,
    )
    desk.exchange.key, desk.exchange.secret = key, secret
    return desk, theirs


@row(44)
def test_one_client_id_in_two_accounts_is_two_orders(both: tuple[World, World]):
    placed = []
    for desk, quantity in zip(both, (3, 5), strict=True):
        command = desk.queued(quantity=Decimal(quantity))
        placed.append(command)
    shared = placed[0].client_order_id
    Command.objects.filter(pk=placed[1].pk).update(client_order_id=shared)
    Order.objects.filter(pk=placed[1].order_id).update(client_order_id=shared)
    for desk, command in zip(both, placed, strict=True):
        send(desk, command)
        drive(desk)
    for desk, quantity in zip(both, (3, 5), strict=True):
        assert positions_here(desk) == {"ACME": Decimal(quantity)}
        order = Order.objects.get(account=desk.account, parent=None)
        assert order.filled_quantity == quantity
        owners = Fill.objects.filter(account=desk.account).values_list("owner")
        assert {owner for (owner,) in owners} == {desk.user.pk}
