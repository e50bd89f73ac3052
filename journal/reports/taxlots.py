"""The tax lots of one account in one year: realised gains, wash sales, what is open.

Wash sales are found over all accounts given and shown for one. A help to check a Form
1099-B against, no advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from brokers.domain.lotrelief import relieve
from brokers.domain.openlots import UnknownLotError
from brokers.domain.realisedgains import RealisedGain, Term, realised_gains, term_of
from brokers.domain.reports import CashKind
from brokers.domain.taxlots import NOTHING, LotMethod, TaxFill, TaxLot
from brokers.domain.washsales import defer_wash_sales
from journal.reports.taxlots_book import CashMove, TaxBook


INCOME = frozenset({CashKind.DIVIDEND, CashKind.INTEREST})
COSTS = frozenset({CashKind.FEE, CashKind.TAX})


@dataclass(frozen=True, slots=True, kw_only=True)
class TermTotal:
    """Sums of Form 8949's columns for one term; `unknown` rows are left out of them."""

    rows: int = 0
    unknown: int = 0
    proceeds: Decimal = NOTHING
    cost: Decimal = NOTHING
    disallowed: Decimal = NOTHING
    gain: Decimal = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTaxLot:
    """A lot with its adjusted basis: its cost with the losses that it took over; for a
    short what the sale brought, less them. `term` is that of a disposal today.
    """

    lot: TaxLot
    basis: Decimal | None
    term: Term | None

    @property
    def each(self) -> Decimal | None:
        return None if self.basis is None else self.basis / self.lot.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class WashSale:
    """Losses of one purchase that are not deducted, and the lots that took them over."""

    symbol: str
    purchase: str
    losses: Sequence[TaxLot]
    takers: Sequence[TaxLot]
    today: date

    @property
    def replacements(self) -> Sequence[OpenTaxLot]:
        """Made where they are shown: there may be very many."""
        return [_open(one, self.today) for one in self.takers]

    @property
    def disallowed(self) -> Decimal:
        return sum((one.disallowed for one in self.losses), NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxYear:
    """`short` and `long` are totals; `undated` those of a term that nobody knows.

    `year` is None for all years. `names_void`: lots named for a sale do not fit what
    is known of the account any more, so that none was heeded. `charged` is what was
    paid beside trades, as positive money; `fees` what stands in the gains already.
    """

    account_id: int
    year: int | None
    years: Sequence[int]
    method: LotMethod
    gains: Sequence[RealisedGain]
    short: TermTotal
    long: TermTotal
    undated: TermTotal
    washed: Sequence[WashSale]
    open_lots: Sequence[OpenTaxLot]
    cash: Sequence[CashMove]
    dividends: Decimal
    interest: Decimal
    charged: Decimal
    fees: Decimal
    names_void: bool

    @property
    def total(self) -> Decimal:
        return self.short.gain + self.long.gain + self.undated.gain

    @property
    def disallowed(self) -> Decimal:
        return self.short.disallowed + self.long.disallowed + self.undated.disallowed

    @property
    def unknown(self) -> int:
        return self.short.unknown + self.long.unknown + self.undated.unknown


def tax_year(
    book: TaxBook, account_id: int, *, year: int | None, today: date
) -> TaxYear:
    """The report of an account; `year` None takes all years together."""
    lots, void = _lots(book, account_id)
    mine = [one for one in lots if one.account_id == account_id]
    sold = [(one, one.disposed_on) for one in mine if one.disposed_on is not None]
    gains = realised_gains(one for one, day in sold if year in {None, day.year})
    cash = [one for one in book.cash if one.account_id == account_id]
    # Money that its owner moved in or out is neither income nor a cost.
    moved = [one for one in cash if one.kind is not CashKind.TRANSFER]
    during = [one for one in moved if year in {None, one.on.year}]
    own = [one for one in book.fills if one.account_id == account_id]
    return TaxYear(
        account_id=account_id,
        year=year,
        years=_years((day for _, day in sold), cash, today),
        method=book.methods.get(account_id, LotMethod.FIFO),
        gains=gains,
        short=_total(gains, Term.SHORT),
        long=_total(gains, Term.LONG),
        undated=_total(gains, None),
        washed=_washed(lots, account_id, year=year, today=today),
        open_lots=[_open(one, today) for one in mine if one.disposed_on is None],
        cash=during,
        dividends=_sum(during, {CashKind.DIVIDEND}),
        interest=_sum(during, {CashKind.INTEREST}),
        charged=-_sum(during, COSTS),
        fees=_fees(own, year),
        names_void=account_id in void,
    )


def _lots(book: TaxBook, account_id: int) -> tuple[list[TaxLot], set[int]]:
    """All lots of the symbols that the account traded, wash sales deferred, and the
    accounts whose named lots do not fit.
    """
    symbols = {one.symbol for one in book.fills if one.account_id == account_id}
    found: list[TaxLot] = []
    void: set[int] = set()
    by_account: dict[int, list[TaxFill]] = {}
    for fill in book.fills:
        if fill.symbol not in symbols:
            continue
        by_account.setdefault(fill.account_id, []).append(fill)
    for each, fills in by_account.items():
        method = book.methods.get(each, LotMethod.FIFO)
        try:
            found += relieve(fills, method=method, splits=book.splits)
        except UnknownLotError:
            void.add(each)
            bare = [replace(one, picks=()) for one in fills]
            found += relieve(bare, method=method, splits=book.splits)
    return defer_wash_sales(found), void


def _years(sold: Iterable[date], cash: Iterable[CashMove], today: date) -> list[int]:
    """Newest first, this year always among them."""
    known = {day.year for day in sold} | {one.on.year for one in cash}
    return sorted(known | {today.year}, reverse=True)


def _total(gains: Iterable[RealisedGain], term: Term | None) -> TermTotal:
    rows = [one for one in gains if one.term is term]
    known = [one for one in rows if one.gain is not None]
    return TermTotal(
        rows=len(rows),
        unknown=len(rows) - len(known),
        proceeds=sum((one.proceeds or NOTHING for one in known), NOTHING),
        cost=sum((one.cost or NOTHING for one in known), NOTHING),
        disallowed=sum((one.disallowed for one in known), NOTHING),
        gain=sum((one.gain or NOTHING for one in known), NOTHING),
    )


def _washed(
    lots: Iterable[TaxLot], account_id: int, *, year: int | None, today: date
) -> list[WashSale]:
    """Wash sales with a loss of the account in the year, or whose replacement it holds.

    A loss and what took it over share the purchase of what was sold.
    """
    losses: dict[tuple[str, str], list[TaxLot]] = {}
    takers: dict[tuple[str, str], list[TaxLot]] = {}
    for lot in lots:
        if lot.disallowed:
            losses.setdefault((lot.symbol, lot.purchase), []).append(lot)
        if lot.took_over:
            takers.setdefault((lot.symbol, lot.took_over), []).append(lot)
    found = [
        WashSale(
            symbol=key[0],
            purchase=key[1],
            losses=sold,
            takers=takers.get(key, []),
            today=today,
        )
        for key, sold in losses.items()
        if _are_of_year(sold, year)
        and any(one.account_id == account_id for one in (*sold, *takers.get(key, [])))
    ]
    return sorted(found, key=lambda one: (_first_day(one), one.symbol))


def _are_of_year(sold: Iterable[TaxLot], year: int | None) -> bool:
    days = [one.disposed_on for one in sold if one.disposed_on is not None]
    return any(year in {None, day.year} for day in days)


def _first_day(wash: WashSale) -> date:
    return min(one.disposed_on or date.max for one in wash.losses)


def _open(lot: TaxLot, today: date) -> OpenTaxLot:
    basis = lot.opened_for
    if basis is not None:
        basis += -lot.deferred if lot.is_short else lot.deferred
    term = None if lot.held_since is None else term_of(lot.held_since, today)
    return OpenTaxLot(lot=lot, basis=basis, term=Term.SHORT if lot.is_short else term)


def _sum(
    cash: Iterable[CashMove], kinds: set[CashKind] | frozenset[CashKind]
) -> Decimal:
    return sum((one.amount for one in cash if one.kind in kinds), NOTHING)


def _fees(fills: Iterable[TaxFill], year: int | None) -> Decimal:
    return sum(
        (one.fees for one in fills if year in {None, one.traded_on.year}), NOTHING
    )
