"""The trades of the journal: under way, closed, filtered, page by page, and as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from brokers.reconciliation.paper.spreadsheet import text
from journal.book import reading
from journal.book.filtering import TradeFilter, parse
from journal.book.labels import Labels, labels_and_names
from journal.models import Trade
from journal.reports import filter_form
from journal.reports.names import Names, names_among
from journal.sections import tabs
from journal.views.trade_rows import TradeRow
from tradedesk.accounts import preferences
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.canonical import decimal_text
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


CSV_CHUNK = 500
# What the tabs say; the menu of the filter leaves it alone.
_TABS = (
    ("All", {"reviewed": "", "net": ""}),
    ("To review", {"reviewed": "no", "net": ""}),
    ("Won", {"reviewed": "", "net": "won"}),
    ("Even", {"reviewed": "", "net": "even"}),
    ("Lost", {"reviewed": "", "net": "lost"}),
)


@require_GET
def trades(request: DeskRequest) -> HttpResponse:
    """Trades, newest close first; `?part=table` is the table."""
    wanted = _wanted(request)
    reading.bring_up_to_date(request.user, wanted, clock=SYSTEM_CLOCK)
    context = _context(request, wanted)
    part = request.GET.get("part") == "table"
    template = "journal/trades.html#table" if part else "journal/trades.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wanted.unread else HTTPStatus.OK
    return render(request, template, context, status=status)


def _wanted(request: DeskRequest) -> TradeFilter:
    even = preferences.for_request(request, request.user).breakeven_r
    return parse(request.GET.dict(), even)


def _context(request: DeskRequest, wanted: TradeFilter) -> dict[str, Any]:
    after, now = request.GET.get("after", ""), SYSTEM_CLOCK.now()
    page = reading.trade_page(request.user, wanted, after)
    under_way = [] if after else reading.open_trades(request.user, _of_open(wanted))
    shown = [trade.pk for trade in (*under_way, *page.trades)]
    labels, named = labels_and_names(shown, request.user)
    waiting = reading.unreviewed_count(request.user)
    given = wanted.parameters()
    return {
        "tabs": tabs("journal", "journal"),
        "views": [_tab(wanted, label, change) for label, change in _TABS],
        "waiting": waiting,
        "waiting_words": _at_most(waiting),
        "rows": _rows(page.trades, labels, now),
        "under_way": _rows(under_way, labels, now),
        "wanted": wanted,
        "query": wanted.query(),
        "here": urlencode({**given, "after": after, "part": "table"}),
        "older": urlencode({**given, "after": page.after}) if page.after else "",
        "is_first": not after,
        "unread": wanted.unread,
        "now": now,
        **_filter(request, wanted, names_among(named)),
    }


def _of_open(wanted: TradeFilter) -> TradeFilter:
    """What is not closed has no result, review or trading day to be found by."""
    return replace(
        wanted, reviewed="", net="", since=None, until=None, holding="", followed=""
    )


def _filter(request: DeskRequest, wanted: TradeFilter, names: Names) -> dict[str, Any]:
    if wanted.account is not None:
        if wanted.account not in names.accounts:
            raise Http404
        request.account_in_view = wanted.account
    chosen = {"reviewed": wanted.reviewed, "net": wanted.net}
    return {
        "fields": filter_form.fields(wanted, names),
        "narrowed": filter_form.narrowed(wanted, names),
        "kept": {name: value for name, value in chosen.items() if value},
        "several_accounts": len(names.accounts) > 1,
        "netted_query": wanted.query(netted=not wanted.netted, account=None),
    }


def _tab(
    wanted: TradeFilter, label: str, change: Mapping[str, str]
) -> dict[str, object]:
    current = all(getattr(wanted, name) == value for name, value in change.items())
    return {"label": label, "query": wanted.query(**change), "current": current}


def _at_most(count: int) -> str:
    return f"{count - 1}+" if count >= reading.MOST_COUNTED else str(count)


def _rows(
    found: Sequence[Trade], labels: Mapping[int, Labels], now: datetime
) -> list[TradeRow]:
    return [TradeRow(trade=trade, labels=labels[trade.pk], now=now) for trade in found]


# As a file

COLUMNS = (
    "trade",
    "account",
    "mode",
    "symbol",
    "side",
    "opened_at_utc",
    "closed_at_utc",
    "trading_day",
    "quantity",
    "entry",
    "exit",
    "gross",
    "fees",
    "fees_known",
    "net",
    "currency",
    "initial_stop",
    "initial_risk",
    "r",
    "r_first_entry",
    "mae_r",
    "mfe_r",
    "exit_efficiency",
    "held_seconds",
    "trend",
    "volatility",
    "playbook",
    "setups_and_tags",
    "mistakes",
    "mistakes_cost_r",
    "followed_plan",
    "emotion",
    "confidence",
    "reviewed",
    "source",
)


@require_GET
def trades_csv(request: DeskRequest) -> StreamingHttpResponse:
    """The closed trades that the filter finds, row by row however many there are."""
    wanted = _wanted(request)
    if wanted.unread:
        raise InvalidInputError("These filters cannot be used. Change them first.")
    reading.bring_up_to_date(request.user, wanted, clock=SYSTEM_CLOCK)
    found = reading.closed_trades(request.user, wanted)
    lines = _lines(found.iterator(chunk_size=CSV_CHUNK))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    day = SYSTEM_CLOCK.now().date().isoformat()
    response["Content-Disposition"] = f'attachment; filename="trades-{day}.csv"'
    return response


class _Line:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(found: Iterator[Trade]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for trade in found:
        yield writer.writerow([*_facts(trade), *_said(trade)])


def _facts(trade: Trade) -> Iterator[str]:
    account = trade.account
    yield from (str(trade.pk), text(account.name) if account else "all")
    yield from (account.mode if account else "", text(trade.symbol), trade.direction)
    yield trade.opened_at.isoformat()
    yield trade.closed_at.isoformat() if trade.closed_at else ""
    yield trade.trading_day.isoformat() if trade.trading_day else ""
    for name in ("quantity", "entry_price", "exit_price", "gross", "fees"):
        yield _figure(getattr(trade, name))
    yield from (_yes_no(trade.fees_known), _figure(trade.net), trade.currency)
    for name in ("initial_stop", "initial_risk", "r_multiple", "r_first"):
        yield _figure(getattr(trade, name))
    for name in ("mae_r", "mfe_r", "exit_efficiency"):
        yield _figure(getattr(trade, name))
    yield "" if trade.holding_seconds is None else str(trade.holding_seconds)
    yield from (trade.market_direction, trade.market_volatility)


def _said(trade: Trade) -> Iterator[str]:
    mistakes = list(trade.mistakes.all())
    costs = [one.cost_r for one in mistakes if one.cost_r is not None]
    yield text(trade.playbook.name) if trade.playbook else ""
    yield text("; ".join(one.tag.name for one in trade.trade_tags.all()))
    yield text("; ".join(one.tag.name for one in mistakes))
    yield _figure(sum(costs, Decimal(0)) if costs else None)
    yield _yes_no(trade.followed_plan)
    yield "" if trade.emotion is None else str(trade.emotion)
    yield "" if trade.confidence is None else str(trade.confidence)
    yield from (_yes_no(trade.reviewed_at is not None), trade.source)


def _figure(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value)


def _yes_no(value: bool | None) -> str:  # noqa: FBT001 - the value that is written
    return {True: "yes", False: "no", None: ""}[value]
