"""`/v2/assets`, `/v2/calendar` and `/v2/clock`."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from brokers.sim.server.context import (
    answer,
    data_query,
    find_asset,
    trading_query,
    venue_of,
)
from brokers.sim.server.errors import bad_request, not_found
from brokers.sim.server.rendering.market import asset_body, clock_body, session_body


CALENDAR_DAYS = timedelta(days=366)
LONGEST_CALENDAR = timedelta(days=3660)
SETTLEMENT_MARGIN = timedelta(days=7)


async def list_assets(request: Request) -> Response:
    query = trading_query(request)
    wanted = {
        "status": query.choice("status", ("", "active", "inactive", "all"), ""),
        "class": query.text("asset_class"),
        "exchange": query.text("exchange"),
    }
    attributes = set(query.words("attributes"))
    bodies = [asset_body(asset) for asset in venue_of(request).look().market.assets()]
    return answer(
        [
            body
            for body in bodies
            if all(value in ("", "all", body[name]) for name, value in wanted.items())
            and (not attributes or attributes & set(body["attributes"]))
        ]
    )


async def get_asset(request: Request) -> Response:
    wanted = request.path_params["symbol_or_asset_id"]
    asset = find_asset(venue_of(request).look(), wanted)
    if asset is None:
        raise not_found(f"asset not found for {wanted}")
    return answer(asset_body(asset))


async def get_clock(request: Request) -> Response:
    exchange = venue_of(request).look()
    return answer(clock_body(exchange.calendar, exchange.now))


async def get_calendar(request: Request) -> Response:
    """A year around today unless bounds are given; ten years at the most."""
    query = data_query(request)
    exchange = venue_of(request).look()
    today = exchange.now.date()
    start = query.day("start") or today - CALENDAR_DAYS
    end = query.day("end") or max(start, today) + CALENDAR_DAYS
    if start > end or end - start > LONGEST_CALENDAR:
        raise bad_request("invalid start or end")
    settlement = query.choice("date_type", ("TRADING", "SETTLEMENT"), "TRADING")
    zone = ZoneInfo(exchange.calendar.zone)
    if settlement == "TRADING":
        sessions = exchange.calendar.sessions(start, end)
    else:
        around = exchange.calendar.sessions(start - SETTLEMENT_MARGIN, end)
        sessions = [each for each in around if start <= each.settles <= end]
    return answer([session_body(session, zone) for session in sessions])


ROUTES = [
    Route("/v2/assets", list_assets, methods=["GET"]),
    Route("/v2/assets/{symbol_or_asset_id}", get_asset, methods=["GET"]),
    Route("/v2/clock", get_clock, methods=["GET"]),
    Route("/v2/calendar", get_calendar, methods=["GET"]),
]
