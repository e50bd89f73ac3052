"""Whatever the fills: order and repetition do not matter, and no cent is lost."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.orders import Side
from journal.domain.trades import HoldingEntry, Split, TradeFill, TradeRecord
from journal.trades.build import build_trades
from tests.journal.trades.fills import at, exact


SYMBOLS = ("ACME", "BOLT")
minutes = st.integers(0, 8)
prices = st.decimals("0.01", "900", places=4)
# Small whole numbers meet zero often; fractions must not be lost either.
quantities = st.one_of(
    st.integers(1, 4).map(Decimal), st.decimals("0.000001", "9", places=6)
)


@st.composite
def some_fills(draw: st.DrawFn) -> list[TradeFill]:
    count = draw(st.integers(0, 14))
    return [
        TradeFill(
            execution_id=f"x{number}",
            account_id=draw(st.integers(1, 2)),
            symbol=draw(st.sampled_from(SYMBOLS)),
            side=draw(st.sampled_from(Side)),
            quantity=draw(quantities),
            price=draw(prices),
            fees=draw(st.decimals("0", "2", places=2)),
            executed_at=at(draw(minutes)),
            order_id=draw(st.none() | st.integers(1, 3)),
            stop_price=draw(st.none() | prices),
        )
        for number in range(count)
    ]


some_entries = st.lists(
    st.builds(
        HoldingEntry,
        entry_id=st.integers(1, 99).map(str),
        account_id=st.integers(1, 2),
        symbol=st.sampled_from(SYMBOLS),
        quantity=st.integers(-4, 4).map(Decimal),
        effective_at=minutes.map(at),
        price=st.none() | prices,
    ),
    max_size=3,
    unique_by=lambda one: one.entry_id,
)
some_splits = st.lists(
    st.builds(
        Split,
        symbol=st.sampled_from(SYMBOLS),
        effective_at=minutes.map(at),
        old_units=st.integers(1, 4).map(Decimal),
        new_units=st.integers(1, 4).map(Decimal),
    ),
    max_size=2,
    unique_by=lambda one: (one.symbol, one.effective_at),
)


@given(some_fills(), some_entries, some_splits, st.booleans(), st.data())
def test_any_order_and_repetition_of_the_same_facts_gives_the_same_trades(
    fills, entries, splits, net_accounts, data
):
    def told_otherwise(facts: list) -> list:
        again = data.draw(st.lists(st.sampled_from(facts), max_size=5)) if facts else []
        return data.draw(st.permutations([*facts, *again]))

    trades = build_trades(
        fills, entries=entries, splits=splits, net_accounts=net_accounts
    )
    assert trades == build_trades(
        told_otherwise(fills),
        entries=told_otherwise(entries),
        splits=told_otherwise(splits),
        net_accounts=net_accounts,
    )
    assert len({trade.key for trade in trades}) == len(trades)


def accounted(trades: list[TradeRecord]) -> Decimal:
    return sum((trade.net - trade.open_cost for trade in trades), Decimal(0))


def moved(fills: list[TradeFill]) -> Decimal:
    money = (-one.side.sign * one.quantity * one.price - one.fees for one in fills)
    return sum(money, Decimal(0))


@given(some_fills(), some_splits, st.booleans())
def test_profits_and_what_is_open_are_the_cash_that_moved(fills, splits, net_accounts):
    trades = build_trades(fills, splits=splits, net_accounts=net_accounts)
    cents = (accounted(trades) - moved(fills)).quantize(exact("0.01"))
    assert cents == 0


@given(some_fills())
def test_trades_hold_every_unit_and_every_fee_of_their_fills(fills):
    trades = build_trades(fills)
    parts = [part for trade in trades for part in trade.fills]
    signed = sum((one.side.sign * one.quantity for one in fills), Decimal(0))
    assert sum((part.quantity for part in parts), Decimal(0)) == signed
    assert sum((trade.open_quantity for trade in trades), Decimal(0)) == signed
    fees = sum((one.fees for one in fills), Decimal(0))
    assert sum((trade.fees for trade in trades), Decimal(0)) == fees


@given(some_fills())
def test_only_the_last_trade_of_a_symbol_is_open(fills):
    books: dict[tuple[int | None, str], list[TradeRecord]] = {}
    for trade in build_trades(fills):
        books.setdefault((trade.account_id, trade.symbol), []).append(trade)
    for trades in books.values():
        assert sum(trade.is_open for trade in trades) <= 1
        closed = [trade for trade in trades if not trade.is_open]
        assert all(trade.open_quantity == trade.open_cost == 0 for trade in closed)
        assert all(trade.quantity > 0 for trade in trades)
