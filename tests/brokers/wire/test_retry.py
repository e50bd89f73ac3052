"""Reads are repeated, through the real client and a real socket."""

from __future__ import annotations

import pytest
import stamina

from brokers.adapters.alpaca import AlpacaReader
from brokers.domain.errors import NotFound, OutcomeUnknown, RateLimited
from brokers.wire import retry
from tests.brokers.adapters.alpaca_samples import CLIENT_ID, context, order
from tests.emulators.scripted import Drop, Reply, ScriptedServer


NOT_THERE = {"code": 40410000, "message": "order not found"}


@pytest.fixture(autouse=True)
def _no_waiting():
    with stamina.set_testing(True, attempts=3):
        yield


def find(server):
    reader = AlpacaReader(context(server.url))
    return retry.read(reader, lambda some: some.find_order(CLIENT_ID))


@pytest.mark.parametrize("fault", [Drop(), Reply(503), Reply(200, "?"), Reply(429)])
def test_a_read_without_an_answer_is_asked_again(fault):
    with ScriptedServer(fault, fault, Reply(body=order())) as server:
        assert find(server).client_order_id == CLIENT_ID
        assert server.count("GET") == 3


def test_a_read_that_was_answered_no_is_not_asked_again():
    with ScriptedServer(Reply(404, NOT_THERE)) as server:
        with pytest.raises(NotFound):
            find(server)
        assert server.count("GET") == 1


def test_the_last_failure_is_the_answer():
    with ScriptedServer(Reply(502)) as server:
        with pytest.raises(OutcomeUnknown):
            find(server)
        assert server.count("GET") == 3


def test_a_rate_limits_own_wait_is_honoured_with_a_little_jitter():
    waits = {retry._wait(RateLimited("slow down", retry_after=3)) for _ in range(20)}
    assert all(3 <= wait <= 3.3 for wait in waits)
    assert len(waits) > 1


def test_nobody_waits_for_a_rate_limit_of_a_minute():
    with ScriptedServer(Reply(429, "", {"Retry-After": "60"})) as server:
        with pytest.raises(RateLimited):
            find(server)
        assert server.count("GET") == 1
