"""Opening the data folder and serving it until told to stop."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial

import uvicorn

from brokers.sim.engine import ExchangeConfig
from brokers.sim.server.app import build
from brokers.sim.server.auth import Credential, Keyring
from brokers.sim.server.market_time import MarketTime, system_wall
from brokers.sim.server.options import DEFAULT_CASH, Options
from brokers.sim.server.port import Port
from brokers.sim.server.protocol import (
    PracticeHttpProtocol,
    PracticeStreamProtocol,
)
from brokers.sim.server.storage import Folder
from brokers.sim.server.venue import Venue


GRACE_SECONDS = 1


class _Server(uvicorn.Server):
    def stop(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where it listens, once it does."""
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            sys.stdout.write(f"Practice exchange on http://{host}:{port}\n")
        sys.stdout.flush()


def open_accounts(options: Options, venue: Venue) -> Iterator[Credential]:
    """Each key's account, opened at the first start that names the key."""
    for account in options.accounts:
        account_id = venue.open_account(account.key, account.cash)
        yield Credential(key=account.key, secret=account.secret, account_id=account_id)


def serve(options: Options) -> None:
    """Serve one exchange; returns after SIGTERM or SIGINT.

    Raises:
        OtherExchangeError: the folder holds another exchange.
        JournalInUseError: another process serves the folder.
    """
    folder = Folder(options.data)
    config = ExchangeConfig(seed=options.seed, calendar=options.calendar)
    time = MarketTime(options.clock, system_wall, speed=options.speed)
    venue = folder.open(config, time, start=options.start)
    keyring = Keyring(
        tuple(open_accounts(options, venue)),
        partial(venue.open_account, cash=DEFAULT_CASH),
    )
    app = build(options, venue, folder=folder, keyring=keyring)
    listening = socket.create_server((options.host, options.port), backlog=2048)
    server = _Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http=PracticeHttpProtocol,
            ws=PracticeStreamProtocol,
            lifespan="on",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    app.state.close_port = Port(server, listening).close_for
    for stop in (signal.SIGTERM, signal.SIGINT):
        # uvicorn takes these over while it serves and raises them anew afterwards,
        # when what was asked for is done.
        signal.signal(stop, lambda *_: server.stop())
    server.run(sockets=[listening])
