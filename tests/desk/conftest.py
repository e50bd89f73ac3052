from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.cache import cache

from brokers.models import Account
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role, User
from tradedesk.core.clock import SYSTEM_CLOCK, FixedClock
from tradedesk.web import health, valkey


@pytest.fixture(autouse=True)
def _a_store_of_its_own() -> None:
    cache.clear()
    valkey.client().flushdb()


@pytest.fixture
def clock() -> FixedClock:
    """Moved by the test; it begins at the real instant, which the database also has."""
    return FixedClock(SYSTEM_CLOCK.now())


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def charlie(db: None) -> User:
    return people.person("charlie")


@pytest.fixture
def account(charlie: User) -> Account:
    return rows.an_account(charlie, name="Swing")


@pytest.fixture
def practice(settings) -> Iterator[None]:
    """Something that answers where the practice exchange should be."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(401)
            self.end_headers()

        def log_message(self, *_arguments):
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        settings.PRACTICE_URL = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield
        server.shutdown()


@pytest.fixture
def alive(practice: None, clock: FixedClock):
    """Every process has just left a sign of life; call it again to leave another."""

    def beat(*, without: str = "") -> None:
        for process in {"web", "worker", "beat", "stream"} - {without}:
            health.beat(process, clock.now())

    beat()
    return beat
