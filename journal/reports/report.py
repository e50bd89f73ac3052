"""One person's trades as a page asks for them: filtered, in a unit, with their capital."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from journal.book.filtering import TradeFilter
from journal.reports.breakdown import Breakdown, breakdown
from journal.reports.columns import Columns
from journal.reports.dimensions import Dimension
from journal.reports.loading import columns_of
from journal.reports.movements import movements_of
from journal.reports.names import Names, names_of
from journal.reports.reckoned import Reckoned, reckoned
from journal.reports.sample import Sample
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
    book: Book
    wanted: TradeFilter
    unit: Unit

    @cached_property
    def reckoned(self) -> Reckoned:
        account = None if self.wanted.netted else self.wanted.account
        moved = movements_of(self.book.user, account)
        return reckoned(self.book.columns, self.wanted, self.unit, moved=moved)

    @property
    def sample(self) -> Sample:
        return self.reckoned.sample

    def by(self, dimension: Dimension) -> Breakdown:
        groups = self.reckoned.groups(dimension)
        columns = self.sample.columns
        return breakdown(groups, dimension, names=self.book.names, columns=columns)


def book_of(user: User) -> Book:
    return Book(user=user, columns=columns_of(user), names=names_of(user))
