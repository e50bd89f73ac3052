"""Which lots each disposal takes: fills in, lots and parts of lots out.

A sale closes long lots first and then opens short ones, a purchase the other way
round, by account and symbol. Fees make a purchase dearer and a sale bring less. Before
wash sales, all results less what the open lots cost are the cash that the fills moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from brokers.domain.openlots import OpenLot, OpenLots
from brokers.domain.orders import Side
from brokers.domain.taxlots import LotMethod, TaxFill, TaxLot, TaxSplit


_Order = tuple[datetime, int, str]
_Move = TaxFill | TaxSplit
_SPLIT, _FILL = range(2)


def relieve(
    fills: Iterable[TaxFill], *, method: LotMethod, splits: Iterable[TaxSplit] = ()
) -> list[TaxLot]:
    """All lots, closed parts and open rests, in order of acquisition.

    Fills are told once each, splits once for all accounts.

    Raises:
        UnknownLotError: a sale names a lot that is not open.
    """
    books: dict[tuple[int, str], list[tuple[_Order, _Move]]] = {}
    for fill in fills:
        order = (fill.executed_at, _FILL, fill.fill_id)
        books.setdefault((fill.account_id, fill.symbol), []).append((order, fill))
    for split in splits:
        for (_, symbol), moves in books.items():
            if symbol == split.symbol:
                moves.append(((split.effective_at, _SPLIT, ""), split))
    lots = [
        lot
        for (account_id, symbol), moves in sorted(books.items())
        for lot in _Book(account_id, symbol, method).fold(moves)
    ]
    return sorted(lots, key=lambda one: (one.acquired_on or date.min, one.symbol))


class _Book:
    """One symbol in one account."""

    def __init__(self, account_id: int, symbol: str, method: LotMethod) -> None:
        self._account_id = account_id
        self._symbol = symbol
        self._open = OpenLots(method)
        self._opened: dict[str, int] = {}
        self._closed: list[tuple[TaxLot, int]] = []
        self._splits: list[TaxSplit] = []

    def fold(self, moves: list[tuple[_Order, _Move]]) -> list[TaxLot]:
        """All that became of these, in order of opening."""
        for _, move in sorted(moves, key=lambda one: one[0]):
            if isinstance(move, TaxSplit):
                self._open.split(move)
                self._splits.append(move)
            else:
                self._take(move)
        lots = [self._rescaled(lot, after) for lot, after in self._closed]
        lots += [self._lot(one, one.quantity, one.opened_for) for one in self._open]
        return sorted(lots, key=lambda one: self._opened[one.lot_id])

    def _take(self, fill: TaxFill) -> None:
        rest = fill.quantity
        if self._open.held and self._open.is_short == (fill.side is Side.BUY):
            closing = min(rest, self._open.held)
            self._close(fill, closing)
            rest -= closing
        if rest:
            self._open.is_short = fill.side is Side.SELL
            self._opened[fill.fill_id] = len(self._opened)
            self._open.add(
                OpenLot(
                    lot_id=fill.fill_id,
                    purchase=f"{fill.account_id}:{fill.purchase or fill.fill_id}",
                    acquired_on=None if fill.undated else fill.traded_on,
                    quantity=rest,
                    opened_for=_money(fill, rest),
                )
            )

    def _close(self, fill: TaxFill, quantity: Decimal) -> None:
        """What the fill brought is shared by units; the last part takes the rest."""
        money, left = _money(fill, quantity), quantity
        for lot, units, opened_for in self._open.take(quantity, fill.picks):
            share = money if money is None or units == left else money * units / left
            if money is not None and share is not None:
                money -= share
            left -= units
            closed = self._lot(lot, units, opened_for, closed_for=share, closing=fill)
            self._closed.append((closed, len(self._splits)))

    def _lot(
        self,
        lot: OpenLot,
        quantity: Decimal,
        opened_for: Decimal | None,
        *,
        closed_for: Decimal | None = None,
        closing: TaxFill | None = None,
    ) -> TaxLot:
        return TaxLot(
            lot_id=lot.lot_id,
            account_id=self._account_id,
            symbol=self._symbol,
            is_short=self._open.is_short,
            quantity=quantity,
            common_quantity=quantity,
            opened_for=opened_for,
            acquired_on=lot.acquired_on,
            held_since=lot.acquired_on,
            purchase=lot.purchase,
            closed_for=closed_for,
            disposed_on=None if closing is None else closing.traded_on,
            closing_id="" if closing is None else closing.fill_id,
        )

    def _rescaled(self, lot: TaxLot, splits_before: int) -> TaxLot:
        """In units that count after the splits since its disposal too."""
        common = lot.quantity
        for split in self._splits[splits_before:]:
            common = common * split.new_units / split.old_units
        return lot if common == lot.quantity else replace(lot, common_quantity=common)


def _money(fill: TaxFill, quantity: Decimal) -> Decimal | None:
    """What so many units of the fill cost or brought, fees by units included."""
    if fill.price is None:
        return None
    fees = fill.fees if quantity == fill.quantity else _part(fill, quantity)
    value = quantity * fill.price * fill.multiplier
    return value + fees if fill.side is Side.BUY else value - fees


def _part(fill: TaxFill, quantity: Decimal) -> Decimal:
    return fill.fees * quantity / fill.quantity
