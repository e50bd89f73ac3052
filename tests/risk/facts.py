"""Hypothesis strategies: anything that could reach the rules, sound or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from risk.facts import (
    AccountFacts,
    AccountMode,
    AccountStatus,
    BehaviourFacts,
    ChaseFacts,
    Facts,
    InstrumentFacts,
    Intent,
    OpenOrder,
    OrderClass,
    OrderFacts,
    OrderType,
    PositionFacts,
    QuoteFacts,
    RecentOrder,
    Session,
    Side,
    Signal,
    StateFacts,
    TimeInForce,
    TradingState,
    Unit,
    VenueFacts,
)
from risk.rules.own_behaviour import WRITTEN
from tests.risk.orders import CAPABILITIES, NOW, D


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


prices = st.decimals(D("0.0001"), D(100_000), places=4)
units = st.decimals(D("0.000000001"), D(100_000), places=9)
# NaN, infinities and magnitudes that no market has, among ordinary figures.
wild = maybe(prices | st.decimals() | st.sampled_from([D("sNaN"), D("1E+999999")]))
flags = maybe(st.booleans())
instants = st.timedeltas(timedelta(days=-2), timedelta(days=2)).map(lambda t: NOW + t)
symbols = st.sampled_from(["ACME", "OTHER"])
sides = st.sampled_from(Side)


orders = st.builds(
    OrderFacts,
    symbol=symbols,
    side=sides,
    type=st.sampled_from(OrderType),
    time_in_force=st.sampled_from(TimeInForce),
    order_class=st.sampled_from(OrderClass),
    quantity=wild,
    notional=wild,
    limit_price=wild,
    stop_price=wild,
    trail_price=wild,
    trail_percent=wild,
    take_profit_price=wild,
    stop_loss_price=wild,
    stop_loss_limit_price=wild,
    extended_hours=st.booleans(),
    intent=st.sampled_from(Intent),
    expected_mode=maybe(st.sampled_from(AccountMode)),
    amends=st.sampled_from(["", "7"]),
)
open_orders = st.builds(
    OpenOrder,
    id=st.sampled_from(["7", "8", "9"]),
    symbol=symbols,
    side=sides,
    type=st.sampled_from(OrderType),
    remaining=wild,
    worst_notional=wild,
    price=wild,
    reducing=st.booleans(),
    unresolved=st.booleans(),
    contingent=st.booleans(),
    accepted_at=maybe(instants),
    group=st.sampled_from(["", "a"]),
)
recent_orders = st.builds(
    RecentOrder,
    id=st.sampled_from(["7", "8"]),
    symbol=symbols,
    side=sides,
    type=st.sampled_from(OrderType),
    quantity=wild,
    notional=wild,
    price=wild,
    placed_at=instants,
    unresolved=st.booleans(),
)
instruments = st.builds(
    InstrumentFacts,
    exists=flags,
    tradable=flags,
    halted=flags,
    fractionable=flags,
    shortable=flags,
    easy_to_borrow=flags,
    tick=wild,
    sub_dollar_tick=wild,
    lot=wild,
)
quotes = st.builds(QuoteFacts, bid=wild, ask=wild, last=wild, age_seconds=wild)
venues = st.builds(
    VenueFacts,
    session=maybe(st.sampled_from(Session)),
    next_open=maybe(instants),
    takes_opening_orders=flags,
    takes_closing_orders=flags,
)
accounts = st.builds(
    AccountFacts,
    mode=maybe(st.sampled_from(AccountMode)),
    status=maybe(st.sampled_from(AccountStatus)),
    owned_by_user=flags,
    equity=wild,
    cash=wild,
    buying_power=wild,
    as_of=maybe(instants),
    used_since=wild,
    shorting_enabled=flags,
)
trading_states = st.builds(
    StateFacts,
    desk=maybe(st.sampled_from(TradingState)),
    user=maybe(st.sampled_from(TradingState)),
    account=maybe(st.sampled_from(TradingState)),
)
signals = st.builds(
    Signal,
    code=st.sampled_from(WRITTEN),
    level=st.integers(0, 2),
    words=st.sampled_from(["You closed a loss {ago} ago.", "Risks {ratio} the usual."]),
    value=maybe(units),
    limit=maybe(units),
    unit=st.sampled_from([Unit.COUNT, Unit.SECONDS]),
    since=maybe(instants),
    until=maybe(instants),
    usual_risk=wild,
    least_ratio=maybe(units),
)
behaviour = st.builds(
    BehaviourFacts,
    cooling_until=maybe(instants),
    locked_until=maybe(instants),
    why=st.sampled_from(["", "Three losses in a row."]),
    signals=st.lists(signals, max_size=3).map(tuple),
    unit_risks=st.dictionaries(symbols, units, max_size=2),
)
chases = st.builds(ChaseFacts, move=wild, planned_entry=wild, expected=st.booleans())
everything = st.builds(
    Facts,
    now=st.just(NOW),
    order=orders,
    instrument=instruments,
    venue=venues,
    capabilities=maybe(st.just(CAPABILITIES)),
    quote=quotes,
    atr=wild,
    position=maybe(
        st.builds(PositionFacts, quantity=wild.filter(lambda x: x is not None))
    ),
    account=accounts,
    open_orders=maybe(st.lists(open_orders, max_size=3).map(tuple)),
    recent_orders=maybe(st.lists(recent_orders, max_size=2).map(tuple)),
    states=trading_states,
    approved_at=maybe(instants),
    behaviour=behaviour,
    chase=maybe(chases),
)
