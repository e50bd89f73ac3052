"""What each way of failing proves, through the real client and a real socket."""

from __future__ import annotations

import json

import pytest

from brokers.adapters.alpaca import AlpacaReader, AlpacaTrader
from brokers.domain.errors import (
    BrokerError,
    DuplicateClientOrderId,
    NotAuthorised,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unavailable,
)
from brokers.domain.orders import OrderChange
from tests.brokers.adapters.alpaca_samples import CLIENT_ID, SPEC, context, order
from tests.emulators.scripted import (
    Drip,
    Drop,
    Hang,
    Reply,
    ScriptedServer,
    Truncate,
    refused_url,
)


HTML = "<html><body>502 Bad Gateway</body></html>"
WORDS = {"code": 40310000, "message": "insufficient buying power"}
TIMED_OUT = {"code": 40010000, "message": "Order timed out, check the order book"}
DUPLICATE = {"code": 40010001, "message": "client_order_id must be unique"}
NOT_ALLOWED = {"code": 40010001, "message": "us_equity orders not allowed for account"}
GATEWAY = {"message": "no Route matched with those values"}

FAULTS = {
    "reset after the request was read": (Drop(), OutcomeUnknown),
    "no answer": (Hang(), OutcomeUnknown),
    "body cut off": (Truncate(json.dumps(order())), OutcomeUnknown),
    "body without end": (Drip(), OutcomeUnknown),
    "redirect": (Reply(302, "", {"Location": "/v2/elsewhere"}), OutcomeUnknown),
    "400 speaking of a timeout": (Reply(400, TIMED_OUT), OutcomeUnknown),
    "400 in a proxy's words": (Reply(400, HTML), OutcomeUnknown),
    "401 from Alpaca": (
        Reply(401, {"code": 40110000, "message": "request is not authorized"}),
        NotAuthorised,
    ),
    "403 for wrong keys": (Reply(403, {"message": "forbidden."}), NotAuthorised),
    "403 with a reason": (Reply(403, WORDS), Refused),
    "403 of a firewall": (Reply(403, HTML), OutcomeUnknown),
    "404 of a gateway": (Reply(404, GATEWAY), OutcomeUnknown),
    "404 of a proxy": (Reply(404, HTML), OutcomeUnknown),
    "404 from Alpaca": (
        Reply(404, {"code": 40410000, "message": "order not found"}),
        NotFound,
    ),
    "408": (Reply(408, WORDS), OutcomeUnknown),
    "422 refused": (Reply(422, NOT_ALLOWED), Refused),
    "422 used id": (Reply(422, DUPLICATE), DuplicateClientOrderId),
    "429": (Reply(429, {"message": "too many"}, {"Retry-After": "7"}), RateLimited),
    "500": (Reply(500, {"code": 50010000, "message": "internal"}), OutcomeUnknown),
    "502": (Reply(502, HTML), OutcomeUnknown),
    "503": (Reply(503, ""), OutcomeUnknown),
    "504": (Reply(504, {"code": 50410000, "message": "gateway"}), OutcomeUnknown),
}
UNREADABLE = {
    "not JSON": "<html>welcome</html>",
    "nothing": "",
    "a list": [],
    "another order": order(client_order_id="SOMEBODYELSE"),
    "NaN for a price": json.dumps(order()).replace('"150.25"', "NaN"),
    "an endless figure": order(limit_price="9" * 100),
    "a huge figure": order(qty="1E+50"),
    "a figure that is none": order(filled_qty="a lot"),
    "an unknown side": order(side="sideways"),
    "no id": order(id=None),
    "an instant without offset": order(submitted_at="2026-11-20T15:00:00"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_placing_ends_as_the_fault_proves_and_is_sent_once(fault):
    step, outcome = FAULTS[fault]
    with ScriptedServer(step) as server:
        with pytest.raises(BrokerError) as caught:
            AlpacaTrader(context(server.url)).place_order(CLIENT_ID, SPEC)
        assert type(caught.value) is outcome
        assert server.count("POST") == 1


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_success_that_cannot_be_read_is_unknown(what):
    with ScriptedServer(Reply(200, UNREADABLE[what])) as server:
        with pytest.raises(OutcomeUnknown):
            AlpacaTrader(context(server.url)).place_order(CLIENT_ID, SPEC)
        assert server.count("POST") == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_cancelling_ends_as_the_fault_proves_and_is_sent_once(fault):
    step, outcome = FAULTS[fault]
    with ScriptedServer(step) as server:
        with pytest.raises(BrokerError) as caught:
            AlpacaTrader(context(server.url)).cancel_order("an-id")
        assert type(caught.value) is outcome
        assert server.count("DELETE") == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_replacing_ends_as_the_fault_proves_and_is_sent_once(fault):
    step, outcome = FAULTS[fault]
    with ScriptedServer(step) as server:
        trader = AlpacaTrader(context(server.url))
        with pytest.raises(BrokerError) as caught:
            trader.replace_order("an-id", CLIENT_ID, OrderChange())
        assert type(caught.value) is outcome
        assert server.count("PATCH") == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_reading_ends_as_the_fault_proves_and_is_not_repeated_here(fault):
    step, outcome = FAULTS[fault]
    with ScriptedServer(step) as server:
        with pytest.raises(BrokerError) as caught:
            AlpacaReader(context(server.url)).find_order(CLIENT_ID)
        assert type(caught.value) is outcome
        assert server.count("GET") == 1


def test_a_refused_connection_proves_that_nothing_left():
    with pytest.raises(Unavailable):
        AlpacaTrader(context(refused_url())).place_order(CLIENT_ID, SPEC)


def test_an_unknown_host_proves_that_nothing_left():
    url = "http://no-such-host.invalid"
    with pytest.raises(Unavailable):
        AlpacaTrader(context(url)).place_order(CLIENT_ID, SPEC)


def test_a_refusal_keeps_the_brokers_words_and_code():
    with ScriptedServer(Reply(403, WORDS)) as server, pytest.raises(Refused) as caught:
        AlpacaTrader(context(server.url)).place_order(CLIENT_ID, SPEC)
    assert caught.value.message == "insufficient buying power"
    assert caught.value.code == "40310000"


def test_a_rate_limit_says_how_long_to_wait():
    slow_down = Reply(429, "", {"Retry-After": "7"})
    with ScriptedServer(slow_down) as server, pytest.raises(RateLimited) as caught:
        AlpacaReader(context(server.url)).get_account()
    assert caught.value.retry_after == 7


def test_market_data_refuses_without_a_code_and_is_believed():
    reply = Reply(400, {"message": "invalid symbol: ???"})
    with ScriptedServer(reply) as server, pytest.raises(Refused):
        AlpacaReader(context(server.url)).get_quotes(["???"])


def test_no_error_quotes_the_credentials():
    for step, _ in FAULTS.values():
        with ScriptedServer(step) as server, pytest.raises(BrokerError) as caught:
            AlpacaReader(context(server.url)).get_account()
        assert "very-secret" not in repr(caught.value)
    assert "very-secret" not in repr(context("http://127.0.0.1:1"))
