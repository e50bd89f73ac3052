"""The facts that tax lots are made of: every fill and entry of the accounts, read once.

A wash sale looks at all accounts of a person, so those of the same mode are read
together: what was practised washes nothing that was real.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BigIntegerField
from django.db.models.functions import Cast, Extract

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from brokers.domain.taxlots import NOTHING, LotMethod, LotPick, TaxFill, TaxSplit
from brokers.models import Account, Fill, LedgerEntry, LedgerKind
from journal.book.past import pasts_of, with_history
from journal.models import LotChoice, NamedLot


ENTRY = "entry-"
_AT_ONCE = 10_000
_FILL_FIELDS = (
    "account_id", "execution_id", "order_id", "symbol", "side", "quantity", "price",
    "fees", "micros",
)  # fmt: skip
_SIDES = {one.value: one for one in Side}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Microseconds since 1970: a hundred thousand instants are read in a third of the time
# as numbers.
_MICROS = Cast(Extract("executed_at", "epoch", tzinfo=UTC) * 1_000_000, BigIntegerField())  # fmt: skip
_DAY, _QUARTER = 86_400_000_000, 900_000_000
_Picks = Mapping[tuple[int, str], tuple[LotPick, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMove:
    """Money that came or went without a trade; `amount` is signed."""

    account_id: int
    kind: CashKind
    symbol: str
    amount: Decimal
    on: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxBook:
    """All that is known of a person's accounts of one mode."""

    accounts: Sequence[Account]
    methods: Mapping[int, LotMethod]
    fills: Sequence[TaxFill]
    splits: Sequence[TaxSplit]
    cash: Sequence[CashMove]


def washing(account: Account, accounts: Iterable[Account]) -> list[Account]:
    """Those of a person's accounts in which a purchase washes a loss of this one."""
    return [one for one in accounts if one.mode == account.mode]


def read_book(accounts: Sequence[Account]) -> TaxBook:
    """A handful of queries, however much was traded."""
    ids = [one.pk for one in accounts]
    chosen = LotChoice.objects.filter(account__in=ids).values_list(
        "account_id", "method"
    )
    entries = list(_standing_entries(ids))
    fills = list(_fills(ids, _picks(ids)))
    moving = with_history(
        [one for one in entries if one.quantity and not one.before_opening],
        pasts_of(ids),
    )
    splits, brought = _splits(fills, moving)
    fills += [_of_entry(one) for one in moving if not _is_split(one)]
    fills += brought
    return TaxBook(
        accounts=accounts,
        methods={pk: LotMethod(method) for pk, method in chosen},
        fills=fills,
        splits=splits,
        cash=[_cash(one) for one in entries if one.kind == LedgerKind.CASH],
    )


def _fills(ids: Sequence[int], picks: _Picks) -> Iterator[TaxFill]:
    standing = Fill.objects.filter(account__in=ids, busted_at=None)
    rows = standing.annotate(micros=_MICROS).values_list(*_FILL_FIELDS)
    zone = ZoneInfo(settings.EXCHANGE_TIME_ZONE)
    for row in rows.iterator(chunk_size=_AT_ONCE):
        account_id, fill_id, order_id, symbol, side, quantity, price, fees, micros = row
        yield TaxFill(
            fill_id=fill_id,
            account_id=account_id,
            symbol=symbol,
            side=_SIDES[side],
            quantity=quantity,
            price=price,
            fees=fees or NOTHING,
            executed_at=_EPOCH + timedelta(microseconds=micros),
            traded_on=_day_of_quarter(
                micros // _QUARTER, None if not micros % _DAY else zone
            ),
            purchase=f"order-{order_id}",
            picks=picks.get((account_id, fill_id), ()),
        )


def _picks(ids: Sequence[int]) -> _Picks:
    found: dict[tuple[int, str], tuple[LotPick, ...]] = {}
    for one in NamedLot.objects.filter(account__in=ids).order_by("pk"):
        pick = LotPick(lot_id=one.lot_id, quantity=one.quantity)
        key = (one.account_id, one.closing_id)
        found[key] = (*found.get(key, ()), pick)
    return found


def _standing_entries(ids: Sequence[int]) -> Iterable[LedgerEntry]:
    """Those taken back are as if never booked."""
    entries = LedgerEntry.objects.filter(
        account__in=ids, reverses=None, reversed_by=None
    )
    return entries.order_by("effective_at", "pk")


def _is_split(entry: LedgerEntry) -> bool:
    """Units that came or went for nothing, as in `brokers.orders.holdings`."""
    return (
        entry.kind == LedgerKind.CASH
        and entry.cash_kind == CashKind.CORPORATE_ACTION.value
        and entry.price is None
    )


def _of_entry(entry: LedgerEntry) -> TaxFill:
    held_since = entry.held_since
    is_opening = entry.kind == LedgerKind.OPENING
    return TaxFill(
        fill_id=f"{ENTRY}{entry.pk}",
        account_id=entry.account_id,
        symbol=entry.symbol,
        side=Side.BUY if entry.quantity > 0 else Side.SELL,
        quantity=abs(entry.quantity),
        price=entry.price,
        executed_at=entry.effective_at,
        traded_on=held_since or day_of(entry.effective_at),
        undated=is_opening and held_since is None,
    )


def _splits(
    fills: Iterable[TaxFill], entries: Sequence[LedgerEntry]
) -> tuple[list[TaxSplit], list[TaxFill]]:
    """Splits, from the units that they brought or took beside what was held then: once
    for all accounts, which tell of the same split each for itself. And the units that
    came where nothing was held, as from a spin-off: nobody told what they cost.
    """
    given = [one for one in entries if _is_split(one)]
    symbols = {one.symbol for one in given}
    moves = [_Move.of_fill(one) for one in fills if one.symbol in symbols]
    moves += [
        _Move.of_entry(one)
        for one in entries
        if one.symbol in symbols and not _is_split(one)
    ]
    splits: dict[tuple[str, date], TaxSplit] = {}
    brought: list[TaxFill] = []
    for came in _corporate(given):
        held = _held(moves, came)
        moves.append(came)
        if held * (held + came.quantity) > 0:
            key = (came.symbol, day_of(came.at))
            splits.setdefault(key, _split(came, held))
        elif came.quantity:
            brought.append(_unknown(came))
    return list(splits.values()), brought


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """Signed units that came into one account at an instant."""

    account_id: int
    symbol: str
    at: datetime
    quantity: Decimal

    @classmethod
    def of_fill(cls, fill: TaxFill) -> _Move:
        return cls(
            account_id=fill.account_id,
            symbol=fill.symbol,
            at=fill.executed_at,
            quantity=fill.side.sign * fill.quantity,
        )

    @classmethod
    def of_entry(cls, entry: LedgerEntry) -> _Move:
        return cls(
            account_id=entry.account_id,
            symbol=entry.symbol,
            at=entry.effective_at,
            quantity=entry.quantity,
        )


def _corporate(entries: Iterable[LedgerEntry]) -> list[_Move]:
    """A reverse split takes all units away and gives fewer in the same instant."""
    found: dict[tuple[datetime, int, str], _Move] = {}
    for move in map(_Move.of_entry, entries):
        key = (move.at, move.account_id, move.symbol)
        before = found.get(key)
        together = move.quantity + (before.quantity if before else 0)
        found[key] = replace(move, quantity=together)
    return list(found.values())


def _held(moves: Iterable[_Move], came: _Move) -> Decimal:
    earlier = (
        one.quantity
        for one in moves
        if one.at < came.at
        and (one.account_id, one.symbol) == (came.account_id, came.symbol)
    )
    return sum(earlier, Decimal(0))


def _split(came: _Move, held: Decimal) -> TaxSplit:
    return TaxSplit(
        symbol=came.symbol,
        effective_at=came.at,
        old_units=abs(held),
        new_units=abs(held + came.quantity),
    )


def _unknown(came: _Move) -> TaxFill:
    return TaxFill(
        fill_id=f"{ENTRY}{came.symbol}-{came.at.isoformat()}",
        account_id=came.account_id,
        symbol=came.symbol,
        side=Side.BUY if came.quantity > 0 else Side.SELL,
        quantity=abs(came.quantity),
        price=None,
        executed_at=came.at,
        traded_on=day_of(came.at),
        undated=True,
    )


def _cash(entry: LedgerEntry) -> CashMove:
    return CashMove(
        account_id=entry.account_id,
        kind=CashKind(entry.cash_kind or CashKind.OTHER.value),
        symbol=entry.symbol,
        amount=entry.amount,
        on=day_of(entry.effective_at),
        note=entry.note,
    )


@lru_cache(maxsize=20_000)
def _day_of_quarter(number: int, zone: ZoneInfo | None) -> date:
    """The day of the quarter of an hour since 1970, within which no zone changes its
    offset; in UTC without a zone.
    """
    return (_EPOCH + timedelta(minutes=15 * number)).astimezone(zone or UTC).date()


def day_of(instant: datetime) -> date:
    """The exchange's date; midnight in UTC stands for a date that came without time."""
    if instant.astimezone(UTC).time() == time():
        return instant.astimezone(UTC).date()
    return instant.astimezone(ZoneInfo(settings.EXCHANGE_TIME_ZONE)).date()
