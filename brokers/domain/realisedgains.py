"""The report of realised gains and losses, short and long term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from brokers.domain.taxlots import TaxLot


LEAP_MONTH, LEAP_DAY = 2, 29


class Term(StrEnum):
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True, kw_only=True)
class RealisedGain:
    """A row of the realised gains, with the columns of Form 8949.

    `cost` holds the losses that the lot took over; `gain` is proceeds less cost plus
    `disallowed`, the adjustment with code W.
    """

    account_id: int
    symbol: str
    quantity: Decimal
    is_short: bool
    acquired_on: date | None
    held_since: date | None
    disposed_on: date
    proceeds: Decimal | None
    cost: Decimal | None
    disallowed: Decimal
    gain: Decimal | None
    term: Term | None
    lot_id: str
    closing_id: str

    @property
    def code(self) -> str:
        return "W" if self.disallowed else ""


def term_of(held_since: date, disposed_on: date) -> Term:
    """Long after more than a year, counted from the day after the acquisition.

    Bought on 5 February, sold on 5 February: short. Bought on the last day of a month:
    long from the first day of the thirteenth month (Rev. Rul. 66-7).
    """
    return Term.LONG if disposed_on >= _long_from(held_since) else Term.SHORT


@lru_cache(maxsize=10_000)
def _long_from(held_since: date) -> date:
    """A report asks of the same days over and over."""
    counted_from = held_since + timedelta(days=1)
    if (counted_from.month, counted_from.day) == (LEAP_MONTH, LEAP_DAY):
        counted_from += timedelta(days=1)
    return counted_from.replace(year=counted_from.year + 1)


def realised_gains(lots: Iterable[TaxLot]) -> list[RealisedGain]:
    """One row for each part of a lot that was disposed of, in order of disposal."""
    rows = [_row(lot, lot.disposed_on) for lot in lots if lot.disposed_on is not None]
    return sorted(
        rows,
        key=lambda one: (
            one.disposed_on,
            one.symbol,
            one.acquired_on or date.min,
            one.lot_id,
            one.closing_id,
        ),
    )


def _row(lot: TaxLot, disposed_on: date) -> RealisedGain:
    paid, got, result = lot.opened_for, lot.closed_for, lot.result
    if lot.is_short:
        paid, got = got, paid
    return RealisedGain(
        account_id=lot.account_id,
        symbol=lot.symbol,
        quantity=lot.quantity,
        is_short=lot.is_short,
        acquired_on=lot.acquired_on,
        held_since=lot.held_since,
        disposed_on=disposed_on,
        proceeds=got,
        cost=None if paid is None else paid + lot.deferred,
        disallowed=lot.disallowed,
        gain=None if result is None else result + lot.disallowed,
        term=_term(lot, disposed_on),
        lot_id=lot.lot_id,
        closing_id=lot.closing_id,
    )


def _term(lot: TaxLot, disposed_on: date) -> Term | None:
    """A short that is covered with shares bought for it was never held for long."""
    if lot.is_short:
        return Term.SHORT
    return None if lot.held_since is None else term_of(lot.held_since, disposed_on)
