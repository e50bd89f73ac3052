"""The ASGI application: routes, what surrounds them, and the exchange's heartbeat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from brokers.sim.engine import Rejection
from brokers.sim.faults import FaultPlan
from brokers.sim.faults.matrix import row_of
from brokers.sim.server import control
from brokers.sim.server.auth import Keyring, RequestBudget
from brokers.sim.server.context import answer
from brokers.sim.server.errors import ApiError, bad_request
from brokers.sim.server.faulting import FaultMiddleware, Held
from brokers.sim.server.middleware import ApiMiddleware, refusal
from brokers.sim.server.model import model
from brokers.sim.server.options import Options
from brokers.sim.server.routes import (
    accounts,
    market_data,
    orders,
    positions,
    reference,
    watchlists,
)
from brokers.sim.server.storage import Folder
from brokers.sim.server.streams.faults import StreamFaults
from brokers.sim.server.streams.market_data import MarketData
from brokers.sim.server.streams.ticker import Ticker
from brokers.sim.server.streams.trade_updates import TradeUpdates
from brokers.sim.server.venue import Venue


HEARTBEAT_SECONDS = 0.25
CHANGES_PER_SNAPSHOT = 1_000
CHANGES_AT_MOST = 50_000
QUIET_BEATS = 8
BEATS_PER_TIME_MARK = 4
FEEDS = ("iex", "sip", "test", "delayed_sip")
NO_SUCH = {404: "endpoint not found.", 405: "method not allowed."}


def build(
    options: Options, venue: Venue, *, folder: Folder, keyring: Keyring
) -> Starlette:
    """The application of one exchange."""
    faults, held = _faults(options), Held()
    ticker = Ticker(venue.exchange.market, venue.now())
    middleware = [
        Middleware(FaultMiddleware, plan=faults, held=held),
        Middleware(
            ApiMiddleware,
            keyring=keyring,
            budget=RequestBudget(options.requests_per_minute),
        ),
    ]
    app = Starlette(
        routes=[
            *_routes(options, ticker=ticker, keyring=keyring),
            *_trade_streams(venue, keyring, StreamFaults(plan=faults, held=held)),
        ],
        middleware=middleware if options.control or faults.rules else middleware[1:],
        exception_handlers={
            ApiError: _refused,
            Rejection: _rejected,
            HTTPException: _no_such,
        },
        lifespan=_lifespan(venue, folder, ticker),
    )
    app.state.venue = venue
    app.state.faults = faults
    app.state.held = held
    app.state.keep_time = folder.save_time
    return app


def _faults(options: Options) -> FaultPlan:
    plan = FaultPlan(seed=options.seed)
    for name in options.faults:
        for rule in row_of(name).rules:
            plan.add(rule)
    return plan


def _trade_streams(
    venue: Venue, keyring: Keyring, faults: StreamFaults
) -> list[WebSocketRoute]:
    async def trade_updates(socket: WebSocket) -> None:
        await TradeUpdates(socket, venue, keyring=keyring, faults=faults).serve()

    paths = ("/stream", "/stream/")  # the second as the legacy client spells it
    return [WebSocketRoute(path, trade_updates) for path in paths]


def _routes(
    options: Options, *, ticker: Ticker, keyring: Keyring
) -> list[Route | WebSocketRoute]:
    async def market_stream(socket: WebSocket) -> None:
        connection = MarketData(socket, keyring)
        ticker.connections.add(connection)
        try:
            await connection.serve()
        finally:
            ticker.connections.discard(connection)

    parts = (accounts, orders, positions, reference, watchlists, market_data)
    rest = [route for part in parts for route in part.ROUTES]
    return [
        *rest,
        Route("/practice/model", _model, methods=["GET"]),
        *(WebSocketRoute(f"/v2/{feed}", market_stream) for feed in FEEDS),
        *(control.ROUTES if options.control else ()),
    ]


async def _model(_: Request) -> Response:
    return answer(model())


async def _refused(_: Request, error: Exception) -> Response:
    return refusal(cast("ApiError", error))


async def _rejected(_: Request, error: Exception) -> Response:
    no = cast("Rejection", error)
    return refusal(ApiError(no.status, no.code, no.message, details=no.extra))


async def _no_such(_: Request, error: Exception) -> Response:
    failure = cast("HTTPException", error)
    if failure.status_code not in NO_SUCH:
        return refusal(bad_request(failure.detail))
    code = failure.status_code * 100_000 + 10_000
    return refusal(ApiError(failure.status_code, code, NO_SUCH[failure.status_code]))


def _lifespan(
    venue: Venue, folder: Folder, ticker: Ticker
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        heart = asyncio.create_task(_beat(venue, folder, ticker))
        try:
            yield
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart
            _keep(venue, folder)
            venue.journal.close()

    return lifespan


async def _beat(venue: Venue, folder: Folder, ticker: Ticker) -> None:
    """Let the market happen, tell of it, and in a quiet moment keep a snapshot."""
    beats = quiet = acts = 0
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        now = venue.look().now
        ticker.tick(now)
        beats += 1
        quiet, acts = quiet + 1 if acts == venue.acts else 0, venue.acts
        if quiet >= QUIET_BEATS or venue.changes >= CHANGES_AT_MOST:
            _keep(venue, folder)
        elif venue.time.clock != "real" and beats % BEATS_PER_TIME_MARK == 0:
            folder.save_time(now)


def _keep(venue: Venue, folder: Folder) -> None:
    """A snapshot where much has changed: the journal holds the rest."""
    if venue.changes >= CHANGES_PER_SNAPSHOT:
        venue.changes = 0
        folder.save(venue)
    else:
        folder.save_time(venue.now())
