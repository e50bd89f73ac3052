"""`/v2/account`: figures, settings, activities and portfolio history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from brokers.sim.engine import AccountConfiguration, ActivityFilter
from brokers.sim.server.context import (
    account_of,
    answer,
    json_object,
    trading_query,
    venue_of,
)
from brokers.sim.server.errors import invalid_field, unprocessable
from brokers.sim.server.queries import Query
from brokers.sim.server.rendering.accounts import (
    account_body,
    activity_body,
    configuration_body,
    history_body,
)


FLAGS = (
    "suspend_trade",
    "no_shorting",
    "fractional_trading",
    "ptp_no_exception_entry",
    "disable_overnight_trading",
)
CHOICES: Mapping[str, Mapping[object, object]] = {
    "max_margin_multiplier": {"1": 1, "2": 2, "4": 4, 1: 1, 2: 2, 4: 4},
    "max_options_trading_level": {0: 0, 1: 1, 2: 2, 3: 3},
    "trade_confirm_email": {"all": "all", "none": "none"},
}
TRADES = frozenset({"FILL"})
CASH = frozenset({"CSD", "CSW"})
OTHERS = frozenset({"FEE", *CASH})
GROUPS = {"TRANS": CASH, "MISC": frozenset({"FEE"})}
CATEGORIES = {
    "trade_activity": TRADES,
    "non_trade_activity": OTHERS,
    "": frozenset[str](),
}
PAGE_SIZES = range(1, 101)
PERIOD_DAYS = {"D": 1, "W": 7, "M": 30, "A": 365}
TIMEFRAMES = ("1Min", "5Min", "15Min", "1H", "1D")
INTRADAY_LIMIT = timedelta(days=30)
REPORTING = ("market_hours", "extended_hours", "continuous")


async def get_account(request: Request) -> Response:
    return answer(account_body(venue_of(request).look().account(account_of(request))))


async def get_configuration(request: Request) -> Response:
    exchange = venue_of(request).look()
    return answer(configuration_body(exchange.configuration(account_of(request))))


async def change_configuration(request: Request) -> Response:
    body, account_id = await json_object(request), account_of(request)
    before = venue_of(request).look().configuration(account_id)
    wanted = _changed(before, body)
    after = await venue_of(request).act(
        lambda exchange, now: exchange.configure(account_id, wanted, now)
    )
    return answer(configuration_body(after))


def _changed(
    before: AccountConfiguration, body: Mapping[str, Any]
) -> AccountConfiguration:
    """What is not named, or null, stays; the retired day-trading settings are passed
    over, as official clients still send them.
    """
    given = {name: value for name, value in body.items() if value is not None}
    changes: dict[str, Any] = {}
    for name in FLAGS:
        if name in given:
            if not isinstance(given[name], bool):
                raise invalid_field(name, given[name])
            changes[name] = given[name]
    for name, choices in CHOICES.items():
        if name in given:
            if given[name] not in choices:
                raise invalid_field(name, given[name])
            changes[name] = choices[given[name]]
    return replace(before, **changes)


async def list_activities(request: Request) -> Response:
    query = trading_query(request)
    single = request.path_params.get("activity_type", "")
    named = query.words("activity_types") or query.words("activity_type")
    category = query.choice("category", CATEGORIES, "")
    if named and category:
        raise unprocessable("category cannot be used with activity_types", 40010001)
    types = _types((single,) if single else named) or CATEGORIES[category]
    wanted = ActivityFilter(
        types=types,
        day=query.day("date"),
        after=query.instant("after"),
        until=query.instant("until"),
        descending=query.choice("direction", ("asc", "desc"), "desc") == "desc",
        page_size=query.integer("page_size", PAGE_SIZES, 100),
        page_token=query.text("page_token"),
    )
    found = venue_of(request).look().activities(account_of(request), wanted)
    return answer([activity_body(activity) for activity in found])


def _types(named: tuple[str, ...]) -> frozenset[str]:
    return frozenset(one for name in named for one in GROUPS.get(name, {name}))


async def portfolio_history(request: Request) -> Response:
    query = trading_query(request)
    exchange = venue_of(request).look()
    start, end = _window(query, exchange.now)
    reporting = query.choice("intraday_reporting", REPORTING, "market_hours")
    history = exchange.portfolio_history(
        account_of(request),
        start=start,
        end=end,
        timeframe=_timeframe(query, end - start),
        extended_hours=reporting != "market_hours" or query.boolean("extended_hours"),
    )
    return answer(history_body(history))


def _window(query: Query, now: datetime) -> tuple[datetime, datetime]:
    """Two of start, end and period make a window; a month up to now without any."""
    start, end = query.instant("start"), query.instant("end")
    period = query.text("period")
    if start and end and period:
        raise unprocessable("only two of start, end and period are accepted", 40010001)
    length = _period(query, period or "1M")
    if start and not end:
        end = min(now, start + length) if period else now
    end = end or query.instant("date_end") or now
    start = start or end - length
    if start > end:
        raise query.refusal("start")
    return start, end


def _period(query: Query, period: str) -> timedelta:
    count, unit = period[:-1], period[-1].upper()
    if unit not in PERIOD_DAYS or not count.isdecimal() or not int(count):
        raise query.refusal("period")
    return timedelta(days=PERIOD_DAYS[unit] * int(count))


def _timeframe(query: Query, length: timedelta) -> str:
    default = "1D"
    if length < timedelta(days=7):
        default = "1Min"
    elif length < INTRADAY_LIMIT:
        default = "15Min"
    timeframe = query.choice("timeframe", TIMEFRAMES, default)
    if timeframe != "1D" and length > INTRADAY_LIMIT:
        raise unprocessable("timeframe must be 1D for more than 30 days", 40010001)
    return timeframe


ROUTES = [
    Route("/v2/account", get_account, methods=["GET"]),
    Route("/v2/account/configurations", get_configuration, methods=["GET"]),
    Route("/v2/account/configurations", change_configuration, methods=["PATCH"]),
    Route("/v2/account/activities", list_activities, methods=["GET"]),
    Route("/v2/account/activities/{activity_type}", list_activities, methods=["GET"]),
    Route("/v2/account/portfolio/history", portfolio_history, methods=["GET"]),
]
