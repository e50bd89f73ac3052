"""Every broker the desk can talk to: one literal, read in one screen.

A broker is its adapter, its capabilities, its credential fields and its addresses.
Adapters are imported when a connection is opened, not when this module is: their
client libraries are heavy. How to add one: docs/adapters.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from brokers.domain.capabilities import Capabilities
from brokers.domain.errors import Unsupported
from brokers.domain.instruments import AssetClass
from brokers.domain.orders import OrderClass, OrderStatus, OrderType, TimeInForce
from brokers.domain.ports import AdapterContext, Reader, Streamer, Trader
from brokers.sim.keys import further_key, secret_of


Mode = Literal["practice", "paper", "live"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ENCRYPTED = frozenset({"https", "wss"})


class EndpointError(Unsupported):
    """An address that these credentials must not be sent to; nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialField:
    """One thing to type when connecting; a secret one is never shown again."""

    name: str
    label: str
    help: str
    secret: bool
    tip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where a kind of account lives. An empty address has to come with a connection."""

    mode: Mode
    label: str
    endpoints: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """All that the desk knows of a broker before it has talked to it.

    `docs` is its page, below the repository's root. `status_words` maps the broker's
    words for an order's status to ours, for that page.
    """

    slug: str
    label: str
    capabilities: Capabilities
    credential_fields: tuple[CredentialField, ...]
    environments: Mapping[str, Environment]
    build_reader: Callable[[AdapterContext], Reader]
    build_trader: Callable[[AdapterContext], Trader]
    build_streamer: Callable[[AdapterContext], Streamer]
    status_words: Callable[[], Mapping[str, OrderStatus]]
    docs: str


def _alpaca_reader(context: AdapterContext) -> Reader:
    from brokers.adapters.alpaca import AlpacaReader

    return AlpacaReader(context)


def _alpaca_trader(context: AdapterContext) -> Trader:
    from brokers.adapters.alpaca import AlpacaTrader

    return AlpacaTrader(context)


def _alpaca_streamer(context: AdapterContext) -> Streamer:
    from brokers.adapters.alpaca import AlpacaStreamer

    return AlpacaStreamer(context)


def _alpaca_status_words() -> Mapping[str, OrderStatus]:
    from brokers.adapters.alpaca import STATUSES

    return STATUSES


ALPACA_CAPABILITIES = Capabilities(
    asset_classes=frozenset({AssetClass.US_EQUITY}),
    order_types=frozenset(OrderType),
    times_in_force=frozenset(TimeInForce),
    order_classes=frozenset(OrderClass),
    class_times_in_force=frozenset({TimeInForce.DAY, TimeInForce.GTC}),
    # "Submit Stop & Stop Limit Orders with fractional quantities", and "with notional
    # amounts" (https://docs.alpaca.markets/us/changelog, Fractional USD Stop & Stop Limit
    # Orders); all of them day orders (https://docs.alpaca.markets/docs/trading-1).
    fractional_types=frozenset(
        {OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT}
    ),
    fractional_times_in_force=frozenset({TimeInForce.DAY}),
    fractional_decimals=9,
    notional=True,
    extended_hours_types=frozenset({OrderType.LIMIT}),
    extended_hours_times_in_force=frozenset({TimeInForce.DAY, TimeInForce.GTC}),
    shorting=True,
    replace=True,
    streaming=True,
    client_order_id_lookup=True,
    # Per account, for trading and for free market data alike; 429 beyond it
    # (https://docs.alpaca.markets/docs/api-rate-limits).
    requests_per_minute=200,
    minimum_notional=Decimal(1),
    # "Preventing Wash Trades at Alpaca"
    # (https://docs.alpaca.markets/docs/trading/user-protections/).
    refuses_self_trades=True,
    restricted_times_in_force=frozenset(
        {TimeInForce.IOC, TimeInForce.FOK, TimeInForce.OPG, TimeInForce.CLS}
    ),
    restricted_types=frozenset({OrderType.MARKET, OrderType.LIMIT}),
    # "Trailing stop ... is currently supported only with single orders"
    # (https://docs.alpaca.markets/docs/orders-at-alpaca, Trailing Stop Orders).
    class_types=frozenset(OrderType) - {OrderType.TRAILING_STOP},
    notes=(
        "OPG orders are refused from 09:28 to 19:00 in New York.",
        "CLS orders are refused from 15:50 to 19:00 in New York.",
        "IOC, FOK, OPG and CLS may need an arrangement with Alpaca's sales team.",
        "Orders good till cancelled are cancelled by Alpaca after 90 days.",
        "Working orders on both sides of a symbol are refused (possible wash trade).",
        "Prices of 1.00 and above have two decimals, below 1.00 four.",
        "Short sales are for whole shares. Fractional orders cannot be replaced.",
        "A replace is refused while the order is accepted or something is pending.",
        "The success of a replace says only that Alpaca will try.",
        "An order with one attached exit (OTO) cannot be replaced.",
        "The free market data feed is IEX, for at most 30 symbols at once.",
        "Busts and corrections are documented for Alpaca's event streams only.",
    ),
    not_modelled=(
        "Crypto, options, multi-leg orders, IPOs, fixed income",
        "Advanced instructions (DMA Gateway, VWAP, TWAP)",
        "Locates for hard-to-borrow shares",
    ),
    source="https://docs.alpaca.markets/docs/orders-at-alpaca",
    reviewed="2026-11-20",
)

PRACTICE_CAPABILITIES = replace(
    ALPACA_CAPABILITIES,
    # It runs on this machine, and its only guests are the desk's own processes.
    requests_per_minute=60_000,
    notes=(
        "The market is made up and deterministic; it ticks at any hour.",
        "Prices of 1.00 and above have two decimals, below 1.00 four.",
        "Short sales are for whole shares. Fractional orders cannot be replaced.",
    ),
    not_modelled=("Everything that Alpaca has besides US equities",),
    source="https://docs.alpaca.markets/docs/paper-trading",
)

_ALPACA_DATA = {
    "data": "https://data.alpaca.markets",
    "data_stream": "wss://stream.data.alpaca.markets/v2/iex",
}

BROKERS: Mapping[str, Broker] = {
    "practice": Broker(
        slug="practice",
        label="Practice exchange",
        capabilities=PRACTICE_CAPABILITIES,
        credential_fields=(
            CredentialField(
                name="key",
                label="Key",
                help="Made when the desk was set up.",
                secret=False,
                tip="Nothing to fill in: the desk connects its own exchange.",
            ),
            CredentialField(
                name="secret",
                label="Secret",
                help="Made when the desk was set up.",
                secret=True,
            ),
        ),
        environments={
            "practice": Environment(
                mode="practice",
                label="Built-in practice exchange",
                endpoints={
                    "trading": "",
                    "data": "",
                    "trade_stream": "",
                    "data_stream": "",
                },
            )
        },
        build_reader=_alpaca_reader,
        build_trader=_alpaca_trader,
        build_streamer=_alpaca_streamer,
        status_words=_alpaca_status_words,
        docs="docs/brokers/practice.md",
    ),
    "alpaca": Broker(
        slug="alpaca",
        label="Alpaca",
        capabilities=ALPACA_CAPABILITIES,
        credential_fields=(
            CredentialField(
                name="key",
                label="API key ID",
                help="From Alpaca's dashboard, under API keys.",
                secret=False,
                tip="Paper keys start with PK, live keys with AK.",
            ),
            CredentialField(
                name="secret",
                label="Secret key",
                help="Shown once by Alpaca, when the key is made.",
                secret=True,
                tip="Lost it? Make a new key there: the old one stops working.",
            ),
        ),
        environments={
            "paper": Environment(
                mode="paper",
                label="Paper account",
                endpoints={
                    "trading": "https://paper-api.alpaca.markets",
                    "trade_stream": "wss://paper-api.alpaca.markets/stream",
                    **_ALPACA_DATA,
                },
            ),
            "live": Environment(
                mode="live",
                label="Live account",
                endpoints={
                    "trading": "https://api.alpaca.markets",
                    "trade_stream": "wss://api.alpaca.markets/stream",
                    **_ALPACA_DATA,
                },
            ),
        },
        build_reader=_alpaca_reader,
        build_trader=_alpaca_trader,
        build_streamer=_alpaca_streamer,
        status_words=_alpaca_status_words,
        docs="docs/brokers/alpaca.md",
    ),
}


def _no_reader(_context: AdapterContext) -> Reader:
    raise Unsupported(_UNREACHABLE)


def _no_trader(_context: AdapterContext) -> Trader:
    raise Unsupported(_UNREACHABLE)


def _no_streamer(_context: AdapterContext) -> Streamer:
    raise Unsupported(_UNREACHABLE)


_UNREACHABLE = "This account is known by its statements alone: import a newer one."

# What has no machine to talk to, and can do nothing: history comes as files.
STATEMENTS = Broker(
    slug="statement",
    label="Statements",
    capabilities=Capabilities(
        asset_classes=frozenset(),
        order_types=frozenset(),
        times_in_force=frozenset(),
        order_classes=frozenset(),
        class_times_in_force=frozenset(),
        fractional_types=frozenset(),
        fractional_times_in_force=frozenset(),
        fractional_decimals=9,
        notional=False,
        extended_hours_types=frozenset(),
        extended_hours_times_in_force=frozenset(),
        shorting=False,
        replace=False,
        streaming=False,
        client_order_id_lookup=False,
        requests_per_minute=1,
        minimum_notional=Decimal(0),
    ),
    credential_fields=(),
    environments={"live": Environment(mode="live", label="By statement", endpoints={})},
    build_reader=_no_reader,
    build_trader=_no_trader,
    build_streamer=_no_streamer,
    status_words=dict,
    docs="docs/imports.md",
)


def broker_named(slug: str) -> Broker:
    """The broker of a stored connection, of which some are statements alone.

    Raises:
        KeyError: the registry has no such broker.
    """
    return STATEMENTS if slug == STATEMENTS.slug else BROKERS[slug]


def practice_endpoints(port: int) -> dict[str, str]:
    """The addresses of a practice exchange on this machine."""
    return {
        "trading": f"http://127.0.0.1:{port}",
        "data": f"http://127.0.0.1:{port}",
        "trade_stream": f"ws://127.0.0.1:{port}/stream",
        "data_stream": f"ws://127.0.0.1:{port}/v2/iex",
    }


def practice_keys(first: Mapping[str, str], number: int) -> dict[str, str]:
    """The key pair of a further person at the practice exchange, from its first pair."""
    key = further_key(first["key"], number)
    return {"key": key, "secret": secret_of(key, first["secret"])}


def endpoints_of(
    broker: Broker, environment: str, overrides: Mapping[str, str]
) -> Mapping[str, str]:
    """The addresses of a connection.

    An override may only move to another path of the same host (another data feed, for
    one) or to this machine: credentials are never sent to a host that the registry
    does not name, nor unencrypted off the machine.

    Raises:
        EndpointError: an address is unknown, missing or not allowed.
    """
    defaults = broker.environments[environment].endpoints
    unknown = overrides.keys() - defaults.keys()
    if unknown:
        raise EndpointError(f"{broker.label} has no endpoint {', '.join(unknown)}.")
    chosen = {**defaults, **overrides}
    for name, url in chosen.items():
        _check(name, url, urlsplit(defaults[name]).hostname)
    return chosen


def _check(name: str, url: str, host: str | None) -> None:
    parts = urlsplit(url)
    at_home = parts.hostname in LOOPBACK
    at_broker = parts.hostname == host and parts.scheme in ENCRYPTED
    if not parts.hostname or not (at_home or at_broker):
        raise EndpointError(f"The {name} endpoint may not be {url or 'empty'}.")
