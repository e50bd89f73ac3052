from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from brokers.registry import EndpointError, practice_endpoints
from brokers.sessions.context import CredentialsError, context_of
from brokers.sessions.reading import open_reader, open_streamer
from brokers.sessions.trading import open_trader
from brokers.wire.budget import Priority
from tests.brokers.adapters.alpaca_samples import CLIENT_ID, SPEC, order
from tests.emulators.scripted import Reply, ScriptedServer


KEYS = json.dumps({"key": "PK1", "secret": "sssh", "note": "not the broker's"})


@dataclass
class Connection:
    slug: str = "practice"
    environment: str = "practice"
    credentials: str = KEYS
    endpoints: dict[str, str] = field(default_factory=lambda: practice_endpoints(1))


def at(server):
    port = int(server.url.rpartition(":")[2])
    return Connection(endpoints=practice_endpoints(port))


def test_a_reader_is_built_from_what_the_connection_stores():
    with ScriptedServer(Reply(body=[])) as server:
        assert open_reader(at(server)).get_positions() == []
    assert server.received[0].headers["apca-api-secret-key"] == "sssh"


def test_a_trader_is_built_from_what_the_connection_stores():
    with ScriptedServer(Reply(body=order())) as server:
        report = open_trader(at(server)).place_order(CLIENT_ID, SPEC)
    assert report.client_order_id == CLIENT_ID


def test_a_streamer_is_built_without_asking_anyone():
    assert open_streamer(Connection())


def test_only_the_brokers_own_fields_are_handed_on():
    assert context_of(Connection(), Priority.POLL).credentials == {
        "key": "PK1",
        "secret": "sssh",
    }


@pytest.mark.parametrize("stored", ["", "sssh", '{"key": "PK1", "secret": ""}'])
def test_credentials_that_do_not_fit_are_named_without_being_quoted(stored):
    with pytest.raises(CredentialsError) as caught:
        context_of(Connection(credentials=stored), Priority.POLL)
    assert "sssh" not in str(caught.value)
    assert "PK1" not in str(caught.value)


def test_a_reader_cannot_trade():
    reader = open_reader(Connection())
    for verb in ("place_order", "cancel_order", "replace_order"):
        assert not hasattr(reader, verb)


def test_a_paper_connection_is_not_sent_to_another_host():
    elsewhere = Connection("alpaca", "paper", KEYS, {"trading": "https://example.com"})
    with pytest.raises(EndpointError):
        open_reader(elsewhere)
