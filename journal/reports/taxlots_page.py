"""A year's tax lots cut to a page, remembered until something of the accounts changes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

import redis
from django.core.cache import cache
from django.db import models
from django.db.models import Aggregate, Count, Max, OuterRef, Subquery

from brokers.domain.realisedgains import RealisedGain
from brokers.models import Account, LedgerEntry, Position
from journal.models import LotChoice, NamedLot
from journal.reports.taxlots import TaxYear, tax_year
from journal.reports.taxlots_book import read_book
from tradedesk.core.canonical import digest


PAGE = 100
# Each may name a dozen lots that took a loss over.
WASHED = 25
AHEAD = 10
REMEMBERED_SECONDS = 24 * 3600
# A change of what is remembered wants a new number.
VERSION = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPage:
    """`report` with the rows of one page; the counts are of all rows."""

    report: TaxYear
    gains: Sequence[RealisedGain]
    number: int
    pages: int
    gain_count: int
    open_count: int
    washed_count: int


def year_page(
    account: Account,
    accounts: Sequence[Account],
    *,
    year: int | None,
    number: int,
    today: date,
) -> YearPage:
    """The page of one of the accounts, all of one person and of its mode; a number
    beyond the last is the last.

    The fills of all years make a year's lots, so it costs as much as there are fills,
    once, and then what it takes to see that nothing has changed.
    """
    told = _state(accounts)

    def key(page: int) -> str:
        return f"tax-lots:{VERSION}:{account.pk}:{year}:{page}:{today}:{told}"

    known = _remembered(key(number))
    if known is None:
        report = tax_year(read_book(accounts), account.pk, year=year, today=today)
        known = cut(report, number)
        # The pages that are turned to next come along, as they cost nothing more.
        coming = range(known.number + 1, min(known.number + AHEAD, known.pages) + 1)
        pages = {number: known} | {n: cut(report, n) for n in coming}
        with suppress(redis.RedisError):
            told_of = {key(n): page for n, page in pages.items()}
            cache.set_many(told_of, REMEMBERED_SECONDS)
    return known


def _remembered(key: str) -> YearPage | None:
    """A store that is down leaves the page standing, slower."""
    with suppress(redis.RedisError):
        known: YearPage | None = cache.get(key)
        return known
    return None


def cut(report: TaxYear, number: int) -> YearPage:
    pages = max(-(-len(report.gains) // PAGE), 1)
    number = min(max(number, 1), pages)
    return YearPage(
        report=replace(
            report,
            gains=(),
            open_lots=report.open_lots[:PAGE],
            washed=report.washed[:WASHED],
            cash=report.cash[:PAGE],
        ),
        gains=report.gains[(number - 1) * PAGE : number * PAGE],
        number=number,
        pages=pages,
        gain_count=len(report.gains),
        open_count=len(report.open_lots),
        washed_count=len(report.washed),
    )


def _state(accounts: Sequence[Account]) -> str:
    """Changes with every fill, bust, entry and choice: a position's row is written for
    each of the first two, and entries are only added. One query.
    """
    ids = [one.pk for one in accounts]
    rows = Account.objects.filter(pk__in=ids).order_by("pk")
    told = rows.annotate(
        moved=_newest(Position, Max("changed_at")),
        held=_newest(Position, Count("pk")),
        booked=_newest(LedgerEntry, Max("pk")),
        chosen=_newest(LotChoice, Max("changed_at")),
        named=_newest(NamedLot, Max("pk")),
        names=_newest(NamedLot, Count("pk")),
    )
    found = told.values_list(
        "pk", "moved", "held", "booked", "chosen", "named", "names"
    )
    return digest([list(row) for row in found])


def _newest(model: type[models.Model], figure: Aggregate) -> Subquery:
    rows = model._default_manager.filter(account=OuterRef("pk")).order_by()
    return Subquery(rows.values("account").annotate(figure=figure).values("figure"))
