"""Orders that are accepted one after another never exceed a limit together."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from risk import engine
from risk.facts import Facts, OpenOrder, OrderType, Side
from risk.facts.exposure import free_buying_power, reserved_units
from tests.risk.orders import NOW, POLICY, D, buying, closing, spoilt, working


POWER = D(50_000)
cents = st.decimals(D("59.00"), D("61.00"), places=2)
sizes = st.integers(1, 500).map(D)
fates = st.sampled_from(["queued", "unresolved", "acknowledged"])


def _submitted(facts: Facts, number: int, fate: str) -> OpenOrder:
    """The order as the next one sees it, before the broker's figure is read again."""
    assessment = engine.evaluate(facts, POLICY)
    return OpenOrder(
        id=str(number),
        symbol=f"S{number}",
        side=facts.order.side,
        type=facts.order.type,
        remaining=facts.order.quantity,
        worst_notional=assessment.worst_notional,
        unresolved=fate == "unresolved",
        accepted_at=NOW - timedelta(seconds=1) if fate == "acknowledged" else None,
    )


@given(st.lists(st.tuples(sizes, cents, fates), max_size=20))
def test_the_sum_of_what_is_accepted_stays_within_the_buying_power(tries):
    accepted: list[OpenOrder] = []
    for number, (quantity, price, fate) in enumerate(tries):
        facts = buying(
            order={"symbol": f"S{number}", "quantity": quantity, "limit_price": price},
            open_orders=tuple(accepted),
        )
        if not engine.evaluate(facts, POLICY).blocked:
            accepted.append(_submitted(facts, number, fate))
    assert sum(o.worst_notional for o in accepted) <= POWER


@given(st.lists(sizes, max_size=20), st.booleans())
def test_exits_that_are_accepted_never_exceed_the_position(tries, long):
    held = D(100) if long else D(-100)
    side = Side.SELL if long else Side.BUY
    accepted: list[OpenOrder] = []
    for number, quantity in enumerate(tries):
        facts = closing(
            order={"quantity": quantity, "side": side},
            position={"quantity": held},
            open_orders=tuple(accepted),
        )
        if not engine.evaluate(facts, POLICY).blocked:
            exit_order = working(id=str(number), side=side, remaining=quantity)
            accepted.append(exit_order)
    assert sum(o.remaining for o in accepted) <= 100


@given(st.lists(st.tuples(sizes, st.sampled_from(["", "a", "b"])), max_size=8))
def test_a_group_reserves_its_largest_and_never_more_than_is_held(exits):
    orders = tuple(
        working(id=str(number), remaining=quantity, group=group)
        for number, (quantity, group) in enumerate(exits)
    )
    reserved = reserved_units(closing(open_orders=orders))
    alone = sum(q for q, group in exits if not group)
    grouped = sum(max((q for q, g in exits if g == name), default=0) for name in "ab")
    assert reserved == min(D(100), D(alone + grouped))


def test_a_market_order_reserves_more_than_its_price():
    market = {"type": OrderType.MARKET, "limit_price": None, "quantity": D(800)}
    facts = buying(order=market)
    assert engine.evaluate(facts, POLICY).worst_notional == D("48488.0800")
    more = spoilt(facts, order={"quantity": D(830)})
    blocks = {verdict.check for verdict in engine.evaluate(more, POLICY).blocks}
    assert "buying_power" in blocks


def test_nothing_open_leaves_the_brokers_figure_as_it_is():
    assert free_buying_power(buying()) == POWER
