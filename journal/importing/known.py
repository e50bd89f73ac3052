"""What an account has already, to be held against the rows of a file.

An id of the broker's own settles it. Otherwise the terms do, at the same second or,
where a side tells no time, on the same day in New York; equal terms are counted, so that
two equal executions of one second are two in the file and two in the book. Two
different ids of one kind are two executions, however equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db.models import QuerySet

from brokers.models import Account, Fill, LedgerEntry
from brokers.orders.giving_way import NEW_YORK, OF_A_DAY, TIMED
from journal.models import ImportState, RowKind, StatementRow


ENTRIES = frozenset({RowKind.CASH, RowKind.UNITS, RowKind.OPTION})
TOLD = frozenset({RowKind.HOLDING, RowKind.BALANCE})
_EDGE = timedelta(days=2)
_ALL_DAY = ""


@dataclass(slots=True)
class Shelf:
    """What is there under one kind of terms: `timed` by second, `dated` by day alone."""

    ids: set[str] = field(default_factory=set)
    by_terms: dict[Hashable, list[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def put(self, name: str, terms: Hashable, *, at: datetime, day: date) -> None:
        self.ids.add(name)
        second = _ALL_DAY if name.startswith(OF_A_DAY) else _second(at)
        self.by_terms[terms, day].append((name, second))

    def claim(self, name: str) -> bool:
        if name not in self.ids:
            return False
        self.ids.discard(name)
        return True

    def match(self, row: StatementRow, terms: Hashable) -> bool:
        """Claim one that says the same and may be the same."""
        waiting = self.by_terms.get((terms, row.day), [])
        wanted = _ALL_DAY if row.at is None else _second(row.at)
        for name, second in waiting:
            same_time = not wanted or not second or wanted == second
            if name in self.ids and same_time and comparable(row.row_id, name):
                self.ids.discard(name)
                return True
        return False


def comparable(one: str, other: str) -> bool:
    """Whether different ids may name the same: not if both are ids of one kind."""
    kinds = _kind(one), _kind(other)
    return kinds[0] != kinds[1] or kinds[0] == ""


def is_of_a_file(name: str) -> bool:
    """Whether an id is one that only files have."""
    return name.startswith((TIMED, OF_A_DAY))


def _kind(name: str) -> str:
    """Whose id it is: the broker's own, that of a family of files, or "" for none."""
    if not is_of_a_file(name):
        return "own"
    family, _, rest = name.partition(":")[2].partition(":")
    return family if rest else ""


def _second(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()


# Terms


def trade_terms(row: StatementRow) -> Hashable:
    return row.symbol, row.side, row.quantity, row.price


def entry_terms(row: StatementRow) -> Hashable:
    return row.what, row.symbol, row.quantity or 0, row.amount or 0


# Reading


def trades_of(account: Account, rows: Iterable[StatementRow]) -> Shelf:
    shelf, days = Shelf(), _days(rows)
    if days is None:
        return shelf
    first, last = days
    found = Fill.objects.filter(
        account=account,
        executed_at__gte=_midnight(first) - _EDGE,
        executed_at__lte=_midnight(last) + _EDGE,
        busted_at=None,
    )
    for name, symbol, side, quantity, price, at in found.values_list(
        "execution_id", "symbol", "side", "quantity", "price", "executed_at"
    ).iterator(chunk_size=5000):
        day = at.astimezone(NEW_YORK).date()
        shelf.put(name, (symbol, side, quantity, price), at=at, day=day)
    return shelf


def entries_of(account: Account, rows: Iterable[StatementRow]) -> Shelf:
    shelf, days = Shelf(), _days(rows)
    if days is None:
        return shelf
    found: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(
        account=account,
        effective_at__gte=_midnight(days[0]) - _EDGE,
        effective_at__lte=_midnight(days[1]) + _EDGE,
        reversed_by=None,
    ).exclude(activity_id="")
    for name, what, symbol, quantity, amount, at in found.values_list(
        "activity_id", "cash_kind", "symbol", "quantity", "amount", "effective_at"
    ).iterator(chunk_size=5000):
        # A day alone stands at midnight UTC, which is another day in New York.
        day = at.astimezone(UTC).date()
        shelf.put(name, (what, symbol, quantity, amount), at=at, day=day)
    return shelf


def told_of(account: Account) -> set[str]:
    """Ids of the holdings and balances that stored imports of the account told."""
    rows = StatementRow.objects.filter(
        statement__account=account, statement__state=ImportState.STORED, kind__in=TOLD
    )
    return set(rows.exclude(fate="ignored").values_list("row_id", flat=True))


def _days(rows: Iterable[StatementRow]) -> tuple[date, date] | None:
    days = {row.day for row in rows if row.day is not None}
    return (min(days), max(days)) if days else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def of_kind(
    rows: Iterable[StatementRow], kinds: Iterable[str]
) -> Iterator[StatementRow]:
    wanted = set(kinds)
    return (row for row in rows if row.kind in wanted)
