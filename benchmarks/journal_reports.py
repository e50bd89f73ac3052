"""Pages of reports over a hundred thousand trades: milliseconds and queries a page.

    python -m benchmarks.journal_reports [TRADES]

The desk and the trades of `benchmarks.journal_pages`, with a deposit. Besides pages that
are looked at again: a filter that nobody asked for before, each time another, and the
page right after a trade has changed. Beside them stands the page of orders, which is
empty: what the desk's frame costs alone.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from itertools import count, cycle, islice, repeat

from benchmarks.desk import on_a_desk
from benchmarks.journal_pages import LOOKS, TRADES, _account, _fill
from benchmarks.pages import GOAL_MS, GOAL_QUERIES, Look, Looker


_DEPOSIT = """
    INSERT INTO brokers_ledgerentry (
        owner_id, account_id, kind, cash_kind, symbol, quantity, amount, activity_id,
        before_opening, effective_at, booked_at, told_by, note
    ) VALUES (%(owner)s, %(account)s, 'cash', 'transfer', '', 0, 100000000, 'deposit',
        false, timestamptz '2020-10-01', now(), 'broker', '')
"""
PAGES = {
    "no trades: orders": "/orders/",
    "performance": "/analytics/?unit=r",
    "performance, money": "/analytics/?unit=money",
    "performance, per cent": "/analytics/?unit=percent",
    "performance, one side": "/analytics/?unit=r&side=long&by=hour",
    "by market type": "/analytics/breakdowns/?by=market",
    "by symbol": "/analytics/breakdowns/?by=symbol",
    "compare": "/analytics/breakdowns/compare/?a.side=long&b.side=short",
}


def measure(trades: int) -> None:
    from django.db import connection

    look = Looker.of_new_owner()
    account = _account(look.user_id)
    _fill(account, trades)
    with connection.cursor() as cursor:
        cursor.execute(_DEPOSIT, {"owner": look.user_id, "account": account.pk})
    print(f"{trades:,} trades of one person; SELECT 1 takes {look.floor_ms():.2f} ms")
    print(f"goal: p95 {GOAL_MS:.0f} ms, {GOAL_QUERIES} queries")
    look.at_pages(PAGES, LOOKS)
    _say("each time another hour", _hours(look))
    _say("each time half of all", _halves(look))
    _say("after a change", _after_changes(look, _changes()))
    _say("after one more", _after_changes(look, _closings()))
    _say("after all changed", _after_changes(look, repeat(_change_all)))


def _hours(look: Looker) -> Iterable[Look]:
    for number in range(LOOKS):
        day, hour = divmod(number, 24)
        yield look.at(f"/analytics/?unit=r&weekday={day + 1}&hour={hour}&by=symbol")


def _halves(look: Looker) -> Iterable[Look]:
    """A filter of dates that leaves about half, each time by another day."""
    for number in range(LOOKS):
        first = f"2023-{number // 28 + 1:02d}-{number % 28 + 1:02d}"
        yield look.at(f"/analytics/?unit=r&since={first}")


def _after_changes(
    look: Looker, changes: Iterable[Callable[[], object]]
) -> Iterable[Look]:
    for change in islice(changes, LOOKS):
        change()
        yield look.at("/analytics/?unit=r")


def _changes() -> Iterator[Callable[[], object]]:
    """An answer to a review, each time another."""
    from journal.models import Trade

    for answer in cycle((True, False)):
        yield partial(Trade.objects.filter(key="k77").update, followed_plan=answer)


def _closings() -> Iterator[Callable[[], object]]:
    """A trade that closes after all others, each time another."""
    from journal.models import Trade

    last = Trade.objects.order_by("closed_at").last()
    if last is None or last.closed_at is None:
        return
    for number in count(1):
        at = last.closed_at + timedelta(minutes=number)
        yield partial(Trade.objects.filter(key=f"k{number}").update, closed_at=at)


def _change_all() -> None:
    from journal.models import Trade

    Trade.objects.filter(symbol__in=["SYM1", "SYM2", "SYM3"]).update(followed_plan=None)


def _say(name: str, looks: Iterable[Look]) -> None:
    found = list(looks)
    wall = [one.wall_ms for one in found]
    sql = statistics.median(one.sql_ms for one in found)
    print(
        f"{name:<26}{statistics.median(wall):>8.1f}"
        f"{statistics.quantiles(wall, n=20)[-1]:>8.1f}{sql:>8.1f}"
        f"{max(one.queries for one in found):>9}",
        flush=True,
    )


if __name__ == "__main__":
    on_a_desk(measure, most=TRADES)
