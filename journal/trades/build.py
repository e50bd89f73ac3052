"""Trades from fills: what goes from flat to flat is one trade.

The result depends on the facts alone, not on the order in which they come or on how
often one is told. Executions that the venue took back are left out by the caller, and
corrected ones given as corrected, so that the trades are as if nothing else had been.

For fills alone, what the trades realised less what the open ones cost is the cash that
the fills moved, to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import TypeVar

from brokers.domain.orders import Side
from journal.domain.trades import (
    NOTHING,
    FillPart,
    HoldingEntry,
    Split,
    TradeFill,
    TradeRecord,
)
from journal.trades.running import RunningTrade


FEE_STEP = Decimal("0.00000001")

# At one instant units are rescaled first, then openings booked, then fills added.
_SPLIT, _ENTRY, _FILL = range(3)
_Order = tuple[datetime, int, str, int]
_Group = tuple[int | None, str]
_Move = TradeFill | HoldingEntry | Split
Fact = TypeVar("Fact", TradeFill, HoldingEntry, Split)


class ContradictionError(ValueError):
    """Two different facts were told under one id."""


def build_trades(
    fills: Iterable[TradeFill],
    *,
    entries: Iterable[HoldingEntry] = (),
    splits: Iterable[Split] = (),
    net_accounts: bool = False,
) -> list[TradeRecord]:
    """All trades, in the order in which they were opened.

    With `net_accounts` the accounts count as one: a sale in one closes a purchase in
    another.

    Raises:
        ContradictionError: an id stands for two different fills, entries or splits.
    """
    groups: dict[_Group, list[tuple[_Order, _Move]]] = {}
    for order, move in _moves(fills, entries):
        account = None if net_accounts else move.account_id
        groups.setdefault((account, move.symbol), []).append((order, move))
    for split in _once(splits, lambda one: (one.symbol, one.effective_at)):
        for (_, symbol), moves in groups.items():
            if symbol == split.symbol:
                moves.append(((split.effective_at, _SPLIT, "", 0), split))
    trades = [
        trade
        for (account, symbol), moves in groups.items()
        for trade in _fold(account, symbol, moves)
    ]
    return sorted(trades, key=lambda one: (one.opened_at, one.key))


def _moves(
    fills: Iterable[TradeFill], entries: Iterable[HoldingEntry]
) -> Iterator[tuple[_Order, TradeFill | HoldingEntry]]:
    for entry in _once(entries, lambda one: (one.account_id, one.entry_id)):
        if entry.quantity == 0:
            continue
        yield (entry.effective_at, _ENTRY, entry.entry_id, entry.account_id), entry
    for fill in _once(fills, lambda one: (one.account_id, one.execution_id)):
        yield (fill.executed_at, _FILL, fill.execution_id, fill.account_id), fill


def _once(facts: Iterable[Fact], identity: Callable[[Fact], Hashable]) -> list[Fact]:
    known: dict[Hashable, Fact] = {}
    for fact in facts:
        told = known.setdefault(identity(fact), fact)
        if told is not fact and told != fact:
            raise ContradictionError(f"two different facts: {told} and {fact}")
    return list(known.values())


def _fold(
    account: int | None, symbol: str, moves: list[tuple[_Order, _Move]]
) -> Iterator[TradeRecord]:
    moves.sort(key=itemgetter(0))
    trade: RunningTrade | None = None
    for _, move in moves:
        if isinstance(move, Split):
            if trade is not None:
                trade.split(move)
            continue
        part = _part(move)
        if trade is not None and _goes_through_zero(trade, part):
            closing, part = _divide(part, trade.held)
            trade.add(closing)
            yield trade.record()
            trade = None
        if trade is None:
            trade = RunningTrade(_key(account, symbol, part), account, symbol)
        trade.add(part)
        if trade.held == 0:
            yield trade.record()
            trade = None
    if trade is not None:
        yield trade.record()


def _part(move: TradeFill | HoldingEntry) -> FillPart:
    if isinstance(move, HoldingEntry):
        return FillPart(
            execution_id=f"entry-{move.entry_id}",
            account_id=move.account_id,
            quantity=move.quantity,
            price=move.price,
            fees=NOTHING,
            executed_at=move.effective_at,
            order_id=None,
            stop_price=None,
            multiplier=move.multiplier,
        )
    return FillPart(
        execution_id=move.execution_id,
        account_id=move.account_id,
        quantity=move.quantity if move.side is Side.BUY else -move.quantity,
        price=move.price,
        fees=move.fees,
        executed_at=move.executed_at,
        order_id=move.order_id,
        stop_price=move.stop_price,
        multiplier=move.multiplier,
    )


def _goes_through_zero(trade: RunningTrade, part: FillPart) -> bool:
    after = trade.held + part.quantity
    return after != 0 and (trade.held > 0) != (after > 0)


def _divide(part: FillPart, held: Decimal) -> tuple[FillPart, FillPart]:
    """A flip closes with as much as is held and opens with the rest; fees by units."""
    fees = (part.fees * abs(held) / abs(part.quantity)).quantize(FEE_STEP)
    return (
        replace(part, quantity=-held, fees=fees),
        replace(part, quantity=part.quantity + held, fees=part.fees - fees),
    )


def _key(account: int | None, symbol: str, first: FillPart) -> str:
    """Stays the same as long as the trade's first execution stands."""
    if account is None:
        return f"net:{symbol}:{first.account_id}/{first.execution_id}"
    return f"{account}:{symbol}:{first.execution_id}"
