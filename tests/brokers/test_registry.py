from __future__ import annotations

import pytest

from brokers.registry import BROKERS, EndpointError, endpoints_of, practice_endpoints


def every_environment():
    return [
        (broker, name) for broker in BROKERS.values() for name in broker.environments
    ]


@pytest.mark.parametrize(("broker", "name"), every_environment())
def test_an_environment_is_called_after_its_mode(broker, name):
    assert broker.environments[name].mode == name
    assert BROKERS[broker.slug] is broker


def test_paper_and_live_never_share_a_trading_address():
    paper, live = (BROKERS["alpaca"].environments[name] for name in ("paper", "live"))
    for endpoint in ("trading", "trade_stream"):
        assert paper.endpoints[endpoint] != live.endpoints[endpoint]


def test_a_published_environment_needs_no_addresses():
    chosen = endpoints_of(BROKERS["alpaca"], "live", {})
    assert chosen["trading"] == "https://api.alpaca.markets"


def test_the_practice_exchange_needs_its_addresses():
    with pytest.raises(EndpointError):
        endpoints_of(BROKERS["practice"], "practice", {})
    chosen = endpoints_of(BROKERS["practice"], "practice", practice_endpoints(8100))
    assert chosen["data_stream"] == "ws://127.0.0.1:8100/v2/iex"


def test_another_feed_of_the_same_host_may_be_chosen():
    sip = {"data_stream": "wss://stream.data.alpaca.markets/v2/sip"}
    assert endpoints_of(BROKERS["alpaca"], "paper", sip)["data_stream"].endswith("/sip")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://api.alpaca.markets",
        "https://api.alpaca.markets.example.com",
        "https://paper-api.alpaca.markets",
        "https://127.0.0.1@example.com",
        "",
    ],
)
def test_keys_of_a_live_account_are_never_sent_elsewhere(url):
    with pytest.raises(EndpointError):
        endpoints_of(BROKERS["alpaca"], "live", {"trading": url})


def test_the_practice_exchange_is_on_this_machine():
    elsewhere = practice_endpoints(8100) | {"trading": "https://api.alpaca.markets"}
    with pytest.raises(EndpointError):
        endpoints_of(BROKERS["practice"], "practice", elsewhere)


def test_an_address_that_the_broker_does_not_have_is_refused():
    with pytest.raises(EndpointError):
        endpoints_of(BROKERS["alpaca"], "paper", {"telegraph": "https://127.0.0.1"})


def test_secrets_are_marked_secret():
    for broker in BROKERS.values():
        for field in broker.credential_fields:
            assert field.secret == ("secret" in field.name)
            assert field.label
            assert field.help
