"""Connections stay open over sessions, and one that the other end closed is noticed."""

from __future__ import annotations

import os
from dataclasses import replace

from brokers.adapters.alpaca import AlpacaReader
from brokers.wire.http import pools_of
from tests.brokers.adapters.alpaca_samples import context
from tests.emulators.practice import PracticeExchange


def test_a_venue_that_was_started_again_is_asked_on_a_new_connection(tmp_path):
    with PracticeExchange(tmp_path).running() as exchange:
        keys = {"key": exchange.key, "secret": exchange.secret}
        where = replace(context(exchange.url), credentials=keys, read_timeout=10.0)
        number = AlpacaReader(where).get_account().account_number
        for _ in range(3):
            exchange.restart()
            assert AlpacaReader(where).get_account().account_number == number


def test_one_connection_serves_many_sessions(tmp_path):
    with PracticeExchange(tmp_path).running() as exchange:
        keys = {"key": exchange.key, "secret": exchange.secret}
        where = replace(context(exchange.url), credentials=keys, read_timeout=10.0)
        for _ in range(5):
            AlpacaReader(where).get_account()
        pools = pools_of(os.getpid()).pools
        every = [pools[key] for key in pools.keys()]  # noqa: SIM118 - no other way in
        found = [one for one in every if one.port == exchange.port]
        assert [one.num_requests for one in found] == [5]
        assert [one.num_connections for one in found] == [1]


def test_a_forked_process_has_connections_of_its_own():
    assert pools_of(os.getpid()) is pools_of(os.getpid())
    assert pools_of(os.getpid()) is not pools_of(-1)
