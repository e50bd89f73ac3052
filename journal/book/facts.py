"""What an account's trades of a symbol are built from: fills and entries that stand.

Everything up to a moment at which the account was flat is settled: its trades can only
change if one of its facts does, which a digest of them tells without reading them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import (
    Aggregate,
    CharField,
    Count,
    DecimalField,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from brokers.models import Fill, LedgerEntry, LedgerKind
from journal.book.past import pasts_of, with_history
from journal.book.stops import StopHistory
from journal.domain.trades import NOTHING, HoldingEntry, Split, TradeFill
from journal.models import TradeSource
from journal.trades.running import QUANTITY_STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`unpriced` are executions whose fees nobody told; `sources` says by whom an
    execution was told, where that was not a broker.
    """

    fills: Sequence[TradeFill]
    entries: Sequence[HoldingEntry] = ()
    splits: Sequence[Split] = ()
    unpriced: frozenset[tuple[int, str]] = frozenset()
    sources: Mapping[tuple[int, str], str] = field(default_factory=dict)


_COLUMNS = (
    "execution_id",
    "side",
    "quantity",
    "price",
    "executed_at",
    "fees",
    "order_id",
    "told_by",
)
_TOLD = {"statement": TradeSource.IMPORT.value, "demo": TradeSource.DEMO.value}


def read(
    account_id: int, symbol: str, stops: StopHistory, *, since: datetime | None = None
) -> Facts:
    """The facts after `since`, at which the account was flat in the symbol."""
    fills, unpriced, sources = [], set(), {}
    rows = _fills(account_id, symbol, since=since).order_by("executed_at")
    for name, side, quantity, price, at, fees, order, told_by in rows.values_list(
        *_COLUMNS
    ).iterator(chunk_size=5000):
        fills.append(
            TradeFill(
                execution_id=name,
                account_id=account_id,
                symbol=symbol,
                side=Side(side),
                quantity=quantity,
                price=price,
                executed_at=at,
                fees=NOTHING if fees is None else fees,
                order_id=order,
                stop_price=stops.at_confirmation(order, side),
            )
        )
        if fees is None:
            unpriced.add((account_id, name))
        if told_by in _TOLD:
            sources[account_id, name] = _TOLD[told_by]
    pasts = pasts_of([account_id], symbol=symbol, since=since)
    booked = with_history(list(_entries(account_id, symbol, since=since)), pasts)
    entries, splits = _moves(booked, fills)
    return Facts(
        fills=fills,
        entries=entries,
        splits=splits,
        unpriced=frozenset(unpriced),
        sources=sources,
    )


def order_ids(
    account_id: int, symbol: str, *, since: datetime | None = None
) -> QuerySet[Fill, Any]:
    """The orders whose fills are read, as a subquery."""
    return _fills(account_id, symbol, since=since).values("order")


def _fills(
    account_id: int, symbol: str, *, since: datetime | None = None
) -> QuerySet[Fill]:
    found = Fill.objects.filter(account=account_id, symbol=symbol, busted_at=None)
    return found if since is None else found.filter(executed_at__gt=since)


def _entries(
    account_id: int, symbol: str, *, since: datetime | None = None
) -> QuerySet[LedgerEntry]:
    found = _standing(account_id, symbol).filter(before_opening=False)
    if since is not None:
        found = found.filter(effective_at__gt=since)
    return found.order_by("effective_at", "pk")


def _standing(account_id: int, symbol: str) -> QuerySet[LedgerEntry]:
    """Entries that move units and were not taken back."""
    return LedgerEntry.objects.filter(
        account=account_id, symbol=symbol, reverses=None, reversed_by=None
    ).exclude(quantity=0)


# Splits: the broker tells signed units, the builder wants a ratio


def _moves(
    booked: Iterable[LedgerEntry], fills: Sequence[TradeFill]
) -> tuple[list[HoldingEntry], list[Split]]:
    """Entries as told, and corporate actions on what was held as ratios.

    Units that came or went for nothing, in one or two halves at one instant, rescale
    what was held; where nothing was held, or nothing is left, they are an entry.
    """
    entries: list[HoldingEntry] = []
    splits: list[Split] = []
    for (at, rescales), group in groupby(booked, key=_occasion):
        together = list(group)
        if not rescales:
            entries += [_entry(one, one.quantity) for one in together]
            continue
        change = sum((one.quantity for one in together), NOTHING)
        held = _held_before(at, fills, entries=entries, splits=splits)
        if held and (held + change) * held > 0:
            splits.append(
                Split(
                    symbol=together[0].symbol,
                    effective_at=at,
                    old_units=abs(held),
                    new_units=abs(held + change),
                )
            )
        elif change:
            entries.append(_entry(together[0], change))
    return entries, splits


def _occasion(entry: LedgerEntry) -> tuple[datetime, bool]:
    rescales = (
        entry.kind == LedgerKind.CASH
        and entry.cash_kind == CashKind.CORPORATE_ACTION.value
        and entry.price is None
    )
    return entry.effective_at, rescales


def _entry(entry: LedgerEntry, quantity: Decimal) -> HoldingEntry:
    return HoldingEntry(
        entry_id=str(entry.pk),
        account_id=entry.account_id,
        symbol=entry.symbol,
        quantity=quantity,
        effective_at=entry.effective_at,
        price=entry.price,
    )


def _held_before(
    at: datetime,
    fills: Sequence[TradeFill],
    *,
    entries: Sequence[HoldingEntry],
    splits: Sequence[Split],
) -> Decimal:
    """Units held just before a moment, after the splits before it."""
    moves = [
        (one.executed_at, one.side.sign * one.quantity)
        for one in fills
        if one.executed_at < at
    ]
    moves += [
        (one.effective_at, one.quantity) for one in entries if one.effective_at < at
    ]
    held = NOTHING
    for moved_at, quantity in moves:
        now_units = quantity
        for split in splits:
            if moved_at < split.effective_at:
                now_units = now_units * split.new_units / split.old_units
        held += now_units
    return held.quantize(QUANTITY_STEP)


# What is settled


class _HashSum(Aggregate):
    """The sum of 64-bit hashes, which no order of rows changes."""

    template = "SUM(hashtextextended(%(expressions)s, 0)::numeric)"
    output_field = DecimalField(max_digits=60, decimal_places=0)


def settled_digest(
    account_id: int,
    symbol: str,
    until: datetime,
    *,
    known: tuple[datetime, str] | None = None,
) -> str:
    """Of all facts up to a moment, from two sums in the database.

    What is `known` of an earlier moment is added to, and not summed again.
    """
    fills = _fills(account_id, symbol).filter(executed_at__lte=until)
    entries = _standing(account_id, symbol).filter(effective_at__lte=until)
    before = _NOTHING
    if known is not None:
        fills = fills.filter(executed_at__gt=known[0])
        entries = entries.filter(effective_at__gt=known[0])
        before = known[1]
    sums = [*_summed(fills, *_OF_FILLS), *_summed(entries, *_OF_ENTRIES)]
    told = zip(before.split(":"), sums, strict=True)
    return ":".join(str(int(one) + other) for one, other in told)


_NOTHING = "0:0:0:0"
_OF_FILLS = ("execution_id", "side", "quantity", "price", "fees", "executed_at")
_OF_ENTRIES = ("id", "quantity", "price", "effective_at", "before_opening")


def _summed(rows: QuerySet[Any], *columns: str) -> tuple[int, int]:
    """How many rows, and the sum of their hashes."""
    text = Concat(
        *(
            part
            for column in columns
            for part in (Coalesce(Cast(column, CharField()), Value("?")), Value("|"))
        )
    )
    found = rows.order_by().aggregate(rows=Count("pk"), sum=_HashSum(text))
    return found["rows"], int(found["sum"] or 0)
