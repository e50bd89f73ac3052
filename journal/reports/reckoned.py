"""What one filter makes of somebody's trades, kept while the same is looked at again.

Moving between units, dimensions and back costs a page nothing but its drawing. What is
kept is found by the very columns that it was made of, so a change of trades, of the
ledger or of the filter makes it anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from journal.analytics.histogram import Bar, histogram
from journal.book.filtering import TradeFilter
from journal.reports.capital import Capital, Movement, capital
from journal.reports.chart_equity import FINEST
from journal.reports.chart_excursion import ExcursionChart
from journal.reports.columns import UNKNOWN, Columns, IntArray, exact
from journal.reports.curve import Curve, Line, Month, curve, months
from journal.reports.dimensions import Dimension
from journal.reports.discipline import Discipline, discipline
from journal.reports.groups import Group, Rows, grouped
from journal.reports.keyfigures import Returns
from journal.reports.sample import Sample, sample
from journal.reports.selection import selected
from journal.reports.unit import Unit


MOST_KEPT = 12
MOST_ROWS = 400_000


@dataclass(frozen=True, eq=False)
class Whole:
    """An account, or all of them, over all time: what no other part of a filter changes."""

    columns: Columns
    account: int | None
    movements: tuple[Movement, ...]

    @cached_property
    def capital(self) -> Capital:
        mine, account = self.columns, self.account
        mask = mine.account != UNKNOWN if account is None else mine.account == account
        return capital(mine.where(mask & mine.priced), self.movements)

    @cached_property
    def returns(self) -> Returns:
        return Returns.of(self.capital)


@dataclass(frozen=True, eq=False)
class Reckoned:
    """Everything is made when it is first asked for."""

    whole_time: Whole
    wanted: TradeFilter
    unit: Unit
    _groups: dict[str, list[Group]] = field(default_factory=dict)

    @property
    def columns(self) -> Columns:
        return self.whole_time.columns

    @property
    def capital(self) -> Capital:
        """Of the account in the filter, or of all, over all time: whole accounts."""
        return self.whole_time.capital

    @cached_property
    def period(self) -> Capital:
        """The capital's days within the filter's."""
        return self.capital.between(self.wanted.since, self.wanted.until)

    @cached_property
    def sample(self) -> Sample:
        chosen = selected(self.columns, self.wanted)
        return sample(chosen, self.unit, self.capital, breakeven=self.wanted.breakeven)

    @cached_property
    def discipline(self) -> Discipline:
        return discipline(self.sample.columns, self.period)

    @cached_property
    def curve(self) -> Curve:
        """Of at least one trade."""
        columns = self.sample.columns
        began = int(columns.opened.min())
        return curve(columns.closed, self.sample.results, began=began)

    @cached_property
    def lines(self) -> tuple[Line, Line]:
        """The curve and what it is below its best, as fine as it is ever drawn."""
        return self.curve.lines(FINEST)

    @cached_property
    def months(self) -> list[Month]:
        """Oldest first; of at least one trade."""
        return months(self.sample.columns.day, self.sample.results, self.curve)

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        return histogram(self.sample.r)

    @cached_property
    def returns(self) -> Returns:
        period = self.period
        whole = self.whole_time
        return whole.returns if period is whole.capital else Returns.of(period)

    @cached_property
    def excursions(self) -> ExcursionChart | None:
        return ExcursionChart.of(self.sample.columns, self.sample.outcomes)

    def groups(self, dimension: Dimension) -> list[Group]:
        if dimension.name not in self._groups:
            found = dimension.places(self.sample.columns, self.wanted.breakeven)
            self._groups[dimension.name] = grouped(self._rows(*found))
        return self._groups[dimension.name]

    @cached_property
    def whole(self) -> Group | None:
        """All trades, each once; None of none."""
        sample = self.sample
        if not sample.n:
            return None
        return Group(
            code=0,
            apart=sample.deviation,
            sides=sample.summary.sides,
            quality=sample.in_r.quality,
            total=sample.summary.total,
            net=exact(sample.columns.net),
        )

    def _rows(self, rows: IntArray | slice, codes: IntArray) -> Rows:
        sample = self.sample
        results, r = sample.results[rows], sample.columns.r
        return Rows(
            codes=codes,
            results=results,
            r=results if r is sample.results else r[rows],
            net=sample.columns.net[rows],
            outcomes=sample.outcomes[rows],
        )


Key = tuple[int, TradeFilter, Unit, tuple[Movement, ...]]


class _Kept:
    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Key, Reckoned] = OrderedDict()

    def of(self, key: Key) -> Reckoned | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def whole_time(self, wanted: Whole) -> Whole:
        """The same that another filter of these columns was made with, if one was."""
        with self._lock:
            for one in self._kept.values():
                known = one.whole_time
                if known.columns is wanted.columns and (
                    (known.account, known.movements)
                    == (wanted.account, wanted.movements)
                ):
                    return known
        return wanted

    def keep(self, key: Key, made: Reckoned) -> None:
        with self._lock:
            self._kept[key] = made
            rows = sum(one.columns.n for one in self._kept.values())
            while len(self._kept) > 1 and (
                len(self._kept) > MOST_KEPT or rows > MOST_ROWS
            ):
                _, gone = self._kept.popitem(last=False)
                rows -= gone.columns.n


_KEPT = _Kept()


def reckoned(
    columns: Columns, wanted: TradeFilter, unit: Unit, *, moved: Sequence[Movement]
) -> Reckoned:
    """The same object for the same question about the same columns."""
    # Who is kept holds its columns, so that no others can have their identity.
    key = (id(columns), wanted, unit, tuple(moved))
    found = _KEPT.of(key)
    if found is None:
        account = None if wanted.netted else wanted.account
        whole = _KEPT.whole_time(Whole(columns, account, key[3]))
        found = Reckoned(whole, wanted, unit)
        _KEPT.keep(key, found)
    return found
