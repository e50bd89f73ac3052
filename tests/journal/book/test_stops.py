"""The stop that was there when an order was confirmed, and what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from brokers.domain.orders import CommandKind, OrderRole
from brokers.models import Account, Order
from tests.brokers.orders.book import a_command
from tests.journal.book import ledger
from tests.journal.book.ledger import at, fill, order, rebuild, the_trade


pytestmark = pytest.mark.django_db


def leg(of: Order, price: object, **fields: Any) -> Order:
    """The stop that was attached to an entry."""
    return stop(
        of.account,
        0,
        price,
        parent=of,
        source="attached",
        role=OrderRole.STOP,
        **fields,
    )


def stop(account: Account, minute: float, price: object, **fields: Any) -> Order:
    shape = {"type": "stop", "status": "working", "stop_price": price}
    shape |= {"reduces_risk": True, "role": OrderRole.STOP}
    return order(account, minute, -100, **shape | fields)


def moved_to(one: Order, minute: float, price: str, **said: str) -> None:
    change = {"stop_price": price, **said}
    a_command(one, CommandKind.AMEND, change=change, finished_at=at(minute))
    Order.objects.filter(pk=one.pk).update(stop_price=price)


def moves(account: Account) -> list[tuple[object, ...]]:
    found = the_trade(account).stop_moves.all()
    return [((one.at - at(0)).seconds // 60, one.before, one.after) for one in found]


def test_the_risk_is_that_of_the_first_stop_however_it_is_moved():
    account = ledger.account()
    entry = order(account, 0, 100, stop=47)
    attached = leg(entry, 47)
    fill(account, 0, 100, 50, of=entry)
    moved_to(attached, 10, "50")
    moved_to(attached, 20, "49", reason="It needs room until the close")
    fill(account, 60, -100, 56)
    rebuild(account)
    assert (the_trade(account).initial_risk, the_trade(account).r_multiple) == (300, 2)
    assert moves(account) == [(10, 47, 50), (20, 50, 49)]
    said = the_trade(account).stop_moves.values_list("reason", flat=True)
    assert list(said) == ["", "It needs room until the close"]


def test_an_add_without_a_stop_of_its_own_is_protected_by_the_positions():
    account = ledger.account()
    entry = order(account, 0, 100, stop=47)
    attached = leg(entry, 47)
    fill(account, 0, 100, 50, of=entry)
    moved_to(attached, 10, "50")
    fill(account, 20, 100, 52)
    fill(account, 60, -200, 56)
    rebuild(account)
    assert (the_trade(account).initial_risk, the_trade(account).r_multiple) == (500, 2)


def test_a_stop_placed_after_the_entry_is_a_move_and_no_risk():
    account = ledger.account()
    fill(account, 0, 100, 50)
    stop(account, 5, 48)
    fill(account, 60, -100, 56)
    rebuild(account)
    assert the_trade(account).initial_risk is None
    assert moves(account) == [(5, None, 48)]


def test_a_stop_in_anothers_place_is_one_move_and_its_end_at_the_close_is_none():
    account = ledger.account()
    fill(account, 0, 100, 50)
    stop(account, 5, 48, finished_at=at(30), status="cancelled")
    stop(account, 31, 49, finished_at=at(59.5), status="cancelled")
    fill(account, 60, -100, 56)
    rebuild(account)
    assert moves(account) == [(5, None, 48), (31, 48, 49)]


def test_a_stop_that_was_taken_away_is_told():
    account = ledger.account()
    fill(account, 0, 100, 50)
    gone = stop(account, 5, 48, finished_at=at(30), status="cancelled")
    change = {"reason": "I watch it myself"}
    a_command(gone, CommandKind.CANCEL, change=change, finished_at=at(30))
    fill(account, 60, -100, 56)
    rebuild(account)
    assert moves(account) == [(5, None, 48), (30, 48, None)]
    assert the_trade(account).stop_moves.last().reason == "I watch it myself"
