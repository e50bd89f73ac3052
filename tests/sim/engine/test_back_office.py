"""What a back office does is told to nobody, and a restart keeps it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.sim.engine import ActivityFilter, Exchange, OrderFilter, Rejection
from tests.sim.engine.desk import BUY, Desk, limit


def executions(desk: Desk) -> list[str]:
    found = desk.exchange.activities(desk.account, ActivityFilter())
    return [one.execution_id for one in found if one.execution_id]


def quiet(desk: Desk, act) -> None:
    """Do something of which no event tells."""
    heard = desk.exchange.last_event_sequence
    act()
    assert desk.exchange.last_event_sequence == heard


def test_a_silent_bust_undoes_money_and_units_and_leaves_no_line():
    desk = Desk()
    desk.buy("10")
    (execution,) = executions(desk)
    quiet(desk, lambda: desk.exchange.bust_silently(desk.account, execution, desk.now))
    assert (desk.held(), desk.cash, executions(desk)) == (0, 100_000, [])
    with pytest.raises(Rejection, match="not found"):
        desk.exchange.bust_silently(desk.account, execution, desk.now)


def test_an_execution_is_listed_twice_and_counts_once():
    desk = Desk()
    desk.buy("10")
    (execution,) = executions(desk)
    quiet(desk, lambda: desk.exchange.list_twice(desk.account, execution, desk.now))
    assert len(set(executions(desk))) == 2
    assert desk.held() == 10


def test_units_and_cash_move_without_each_other():
    desk = Desk()
    exchange, account = desk.exchange, desk.account
    units = {"quantity": Decimal(-4), "price": Decimal(20)}
    quiet(desk, lambda: exchange.move_units(account, "BRIO", desk.now, **units))
    quiet(desk, lambda: exchange.move_cash(account, Decimal("-12.65"), desk.now))
    assert desk.held("BRIO") == -4
    assert desk.cash == Decimal("99987.35")


def test_a_split_keeps_what_was_paid():
    desk = Desk()
    desk.buy("10")
    cost = desk.exchange.position(desk.account, "ACME").cost_basis
    desk.exchange.split(desk.account, "ACME", desk.now, new=3, old=1)
    position = desk.exchange.position(desk.account, "ACME")
    assert (position.quantity, position.cost_basis) == (30, cost)


def test_a_fee_is_restated_under_its_own_id():
    desk = Desk()
    exchange, account = desk.exchange, desk.account
    fee = exchange.charge(account, Decimal("1.25"), desk.now)
    exchange.restate_fee(account, fee.id, desk.now, amount=Decimal("2.50"))
    (told,) = exchange.activities(account, ActivityFilter(types=frozenset({"FEE"})))
    assert (told.id, told.net_amount) == (fee.id, Decimal("-2.5"))
    assert desk.cash == Decimal("99997.5")


def test_a_forgotten_order_is_nowhere_and_a_restart_keeps_it_so():
    desk = Desk()
    written = []
    desk.exchange.journal = written.append
    start = desk.exchange.snapshot()
    resting = desk.submit(limit(BUY, "10.00"))
    desk.exchange.forget_order(desk.account, resting.id, desk.now)
    again = Exchange.restore(desk.exchange.config, written, snapshot=start)
    for exchange in (desk.exchange, again):
        with pytest.raises(Rejection, match="not found"):
            exchange.order(desk.account, resting.id)
        with pytest.raises(Rejection, match="not found"):
            exchange.order_by_client_id(desk.account, resting.client_order_id)
        assert resting.id not in {
            one.id for one in exchange.orders(desk.account, OrderFilter(status="all"))
        }


def test_an_order_that_ended_works_again_without_a_word():
    desk = Desk()
    resting = desk.submit(limit(BUY, "10.00"))
    desk.exchange.cancel(desk.account, resting.id, desk.now)
    quiet(desk, lambda: desk.exchange.reopen_order(desk.account, resting.id, desk.now))
    assert desk.order(resting).status.is_open
    desk.exchange.cancel(desk.account, resting.id, desk.now)
    assert not desk.order(resting).status.is_open
