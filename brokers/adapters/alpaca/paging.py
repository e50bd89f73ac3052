"""Reading lists to their end, each row once, though they shift while being read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TypeVar

from brokers.adapters.alpaca import parse
from brokers.adapters.alpaca.cash import cash_activity
from brokers.adapters.alpaca.client import Parameters, Rest
from brokers.domain.reports import CashReport, FillReport, OrderReport
from brokers.wire.fields import Fields, Unfamiliar, Unreadable, objects_of


ORDERS_PER_PAGE = 500
ACTIVITIES_PER_PAGE = 100
BARS_PER_PAGE = 10_000
_OVERLAP = timedelta(microseconds=1)

Report = TypeVar("Report")
Parse = Callable[[object, Unfamiliar], Report]

log = logging.getLogger(__name__)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def orders(
    rest: Rest,
    parameters: Parameters,
    *,
    after: datetime | None,
    notes: Unfamiliar,
    per_page: int = ORDERS_PER_PAGE,
) -> list[OrderReport]:
    """All orders of a listing, oldest first.

    Pages are cut by submission time, which is exclusive at Alpaca, and overlap by a
    microsecond: two orders of one instant cannot fall between pages. An order that is
    also a leg of another is kept in its place as the leg.

    Raises:
        Unreadable: a full page leads nowhere, so the list cannot be read whole.
    """
    found: dict[str, OrderReport] = {}
    while True:
        page = {**parameters, "direction": "asc", "limit": str(per_page)}
        if after is not None:
            page["after"] = stamp(after)
        rows = objects_of(rest.get("/orders", page), "orders")
        for report in readable(rows, parse.order, notes):
            found[report.broker_order_id] = report
        if _size(rows) < per_page:
            return _top_level(found.values())
        after = _next_start(rows, after)


def _top_level(reports: Iterable[OrderReport]) -> list[OrderReport]:
    found = list(reports)
    legs = {leg.broker_order_id for report in found for leg in report.legs}
    return [report for report in found if report.broker_order_id not in legs]


def _size(rows: Sequence[object]) -> int:
    """Orders in a page, legs counted too: a full page may be rolled up to fewer rows."""
    legs = (row.get("legs") for row in rows if isinstance(row, Mapping))
    return len(rows) + sum(len(some) for some in legs if isinstance(some, list))


def _next_start(rows: Sequence[object], start: datetime | None) -> datetime:
    """Just before the last submission of a page, unreadable orders' included."""
    fields = [Fields(row, what="order", unfamiliar=Unfamiliar()) for row in rows]
    times = [
        moment for one in fields if (moment := one.instant_or_none("submitted_at"))
    ]
    following = max(times, default=None)
    if following is None or (start is not None and following - _OVERLAP <= start):
        raise Unreadable("This list of orders cannot be read to its end.")
    return following - _OVERLAP


def fills(
    rest: Rest,
    *,
    after: datetime | None,
    notes: Unfamiliar,
    per_page: int = ACTIVITIES_PER_PAGE,
) -> list[FillReport]:
    """What all FILL activities tell, oldest first, each execution once, busts and
    corrections included.

    Raises:
        Unreadable: a full page leads nowhere, so the list cannot be read whole.
    """
    rows = activities(rest, "/account/activities/FILL", after=after, per_page=per_page)
    found = chain.from_iterable(readable(rows, parse.fill_activity, notes))
    told = {(one.kind, one.execution_id): one for one in found}
    return list(told.values())


def cash(
    rest: Rest,
    *,
    after: datetime | None,
    notes: Unfamiliar,
    per_page: int = ACTIVITIES_PER_PAGE,
) -> list[CashReport]:
    """All activities but trades, oldest first, each once.

    Raises:
        Unreadable: a full page leads nowhere, so the list cannot be read whole.
    """
    wanted = {"category": "non_trade_activity"}
    path = "/account/activities"
    rows = activities(rest, path, after=after, per_page=per_page, parameters=wanted)
    found = readable(rows, cash_activity, notes)
    return list({report.activity_id: report for report in found}.values())


def activities(
    rest: Rest,
    path: str,
    *,
    after: datetime | None,
    per_page: int,
    parameters: Parameters | None = None,
) -> Iterator[object]:
    """The rows of a listing of activities; some come twice.

    Within one millisecond Alpaca does not order activities by id but pages by id, so a
    page that ends inside a millisecond can lose rows of it (github.com/alpacahq/
    Alpaca-API, threads 170 and 176). The next page is therefore asked for from before
    the last millisecond of this one, and what comes twice is dropped.

    Raises:
        Unreadable: a full page leads nowhere, so the list cannot be read whole.
    """
    page = {**(parameters or {}), "direction": "asc", "page_size": str(per_page)}
    if after is not None:
        page["after"] = stamp(after)
    while True:
        rows = objects_of(rest.get(path, page), "activities")
        yield from rows
        if len(rows) < per_page:
            return
        token = _page_token(rows)
        if token == page.get("page_token"):
            raise Unreadable("This list of activities cannot be read to its end.")
        page = {**page, "page_token": token}


def _page_token(rows: Sequence[object]) -> str:
    fields = (Fields(row, what="activity", unfamiliar=Unfamiliar()) for row in rows)
    ids = [one.text("id") for one in fields]
    last_millisecond = ids[-1].partition("::")[0]
    earlier = [one for one in ids if one.partition("::")[0] != last_millisecond]
    return earlier[-1] if earlier else ids[-1]


def pages(
    rest: Rest, path: str, parameters: Parameters
) -> Iterator[Mapping[str, object]]:
    """Pages of a market data listing, by `next_page_token`."""
    token = ""
    while True:
        page = {**parameters, "page_token": token} if token else parameters
        answer = rest.get(path, page)
        if not isinstance(answer, Mapping):
            raise Unreadable(f"{path} should answer an object.")
        yield answer
        following = answer.get("next_page_token")
        if not isinstance(following, str) or following in {"", token}:
            return
        token = following


def readable(
    rows: Iterable[object], read: Parse[Report], notes: Unfamiliar
) -> Iterator[Report]:
    """The rows that can be read; the others are counted and logged, not guessed.

    One order of a kind that the desk does not know (a multi-leg option, say) must not
    hide all the others: it stays in the last state that we know of.
    """
    for row in rows:
        try:
            report = read(row, notes)
        except Unreadable as error:
            notes["row.unreadable"] += 1
            log.warning("A row of Alpaca's was left out: %s", error.message)
            continue
        yield report
