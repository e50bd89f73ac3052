"""One person's trades as a page asks for them: filtered, in a unit, with their capital."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from journal.book.filtering import TradeFilter
from journal.reports.breakdown import Breakdown, breakdown
from journal.reports.capital import Capital, capital
from journal.reports.columns import UNKNOWN, Columns
from journal.reports.dimensions import Dimension
from journal.reports.discipline import Discipline, discipline
from journal.reports.loading import columns_of
from journal.reports.movements import movements_of
from journal.reports.names import Names, names_of
from journal.reports.sample import Sample, sample
from journal.reports.selection import selected
from journal.reports.unit import Unit
from tradedesk.accounts.models import User


@dataclass(frozen=True)
class Book:
    """All closed trades of a person, and the words of their ids."""

    user: User
    columns: Columns
    names: Names

    def report(self, wanted: TradeFilter, unit: Unit) -> Report:
        return Report(book=self, wanted=wanted, unit=unit)


@dataclass(frozen=True)
class Report:
    """Everything is reckoned when it is first asked for."""

    book: Book
    wanted: TradeFilter
    unit: Unit

    @cached_property
    def capital(self) -> Capital:
        """Of the account in the filter, or of all, over all time: whole accounts."""
        account = None if self.wanted.netted else self.wanted.account
        mine = self.book.columns
        mask = mine.account != UNKNOWN if account is None else mine.account == account
        moved = movements_of(self.book.user, account)
        return capital(mine.where(mask & mine.priced), moved)

    @cached_property
    def period(self) -> Capital:
        """The capital's days within the filter's."""
        return self.capital.between(self.wanted.since, self.wanted.until)

    @cached_property
    def sample(self) -> Sample:
        chosen = selected(self.book.columns, self.wanted)
        return sample(chosen, self.unit, self.capital)

    @cached_property
    def discipline(self) -> Discipline:
        return discipline(self.sample.columns, self.period)

    def by(self, dimension: Dimension) -> Breakdown:
        return breakdown(self.sample, dimension, self.book.names)


def book_of(user: User) -> Book:
    return Book(user=user, columns=columns_of(user), names=names_of(user))
