from __future__ import annotations

import socket
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client

from tradedesk.core.clock import SYSTEM_CLOCK, FixedClock
from tradedesk.web import health, valkey


@pytest.fixture(autouse=True)
def _no_signs_of_life_from_other_tests():
    cache.clear()
    valkey.client().flushdb()


@pytest.fixture
def exchange(settings):
    """Something that answers 401 where the practice exchange should be."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(401)
            self.end_headers()

        def log_message(self, *_arguments):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    settings.PRACTICE_URL = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def everyone_beats() -> datetime:
    now = SYSTEM_CLOCK.now()
    for process in ("worker", "beat", "stream"):
        health.beat(process, now)
    return now


@pytest.mark.django_db
def test_all_is_well_when_every_part_shows_itself(exchange):
    everyone_beats()
    response = Client().get("/healthz")
    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["failing"]) == ("ok", [])
    parts = ["database", "queue", "worker", "beat", "stream", "practice"]
    assert list(body["parts"]) == parts
    assert all(part["ok"] and part["detail"] for part in body["parts"].values())


@pytest.mark.django_db
@pytest.mark.parametrize("silent", ["worker", "beat", "stream"])
def test_a_process_without_a_sign_of_life_is_named(exchange, silent):
    everyone_beats()
    valkey.client().delete(f"tradedesk:heartbeat:{silent}")
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json()["failing"] == [silent]
    assert response.json()["parts"][silent]["detail"] == "no sign of life"


@pytest.mark.django_db
def test_a_sign_of_life_grows_old(exchange):
    now = everyone_beats()
    later = FixedClock(now + health.STALE_AFTER + timedelta(seconds=1))
    found = health.check_all(later)
    assert found.failing == ("worker", "beat", "stream")
    assert found.parts["worker"].age_seconds == 16.0


@pytest.mark.django_db
def test_a_practice_exchange_that_is_gone_is_named(settings):
    everyone_beats()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.PRACTICE_URL = f"http://127.0.0.1:{port}"
    assert health.check_all().failing == ("practice",)


@pytest.mark.django_db
def test_a_practice_exchange_that_hangs_is_given_up_on(settings):
    everyone_beats()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.PRACTICE_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = health.check_all()
    assert found.failing == ("practice",)


@pytest.mark.django_db
def test_a_lost_queue_names_all_that_hang_on_it(exchange, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    valkey.client.cache_clear()
    found = health.check_all()
    valkey.client.cache_clear()
    assert found.failing == ("queue", "worker", "beat", "stream")
    assert found.parts["database"].ok


def test_a_lost_database_still_answers(exchange, settings, monkeypatch):
    lost = {"host": "/nowhere", "dbname": "nothing"}
    wrapper = type(connections["default"])
    monkeypatch.setattr(wrapper, "get_connection_params", lambda _self: lost)
    everyone_beats()
    response = Client().get("/healthz", HTTP_COOKIE="sessionid=anything")
    assert response.status_code == 503
    assert response.json()["failing"] == ["database"]


@pytest.mark.django_db
def test_a_monitor_needs_no_host_name_and_may_not_post(exchange):
    assert Client().get("/healthz", HTTP_HOST="10.0.0.7").status_code in {200, 503}
    assert Client().post("/healthz").status_code == 405
