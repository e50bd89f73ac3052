"""alpaca-py, for addresses and signing only, on our transport.

What is used of it: base address and version of the path, the credentials' headers, the
user agent, redirects switched off. What is not, and why:

- its retries: with its defaults a 504 after acceptance sent one order four times;
- its timeout: it has none, a silent broker blocks for ever;
- its request and response models: they turn prices into floats and refuse answers
  that Alpaca itself publishes. Paths and bodies are ours, and the bodies of answers
  are parsed by the transport's response class, which keeps fractions as Decimals.

The first two are reached by private attributes. Where a later version does not have
them the client is refused at construction, before anything can be sent.
"""

from __future__ import annotations

from typing import Protocol

import requests  # noqa: TID251 - alpaca-py is built on it

from brokers.domain.errors import BrokerError
from brokers.domain.ports import AdapterContext
from brokers.wire.fields import load_json
from brokers.wire.http import BrokerTransport, mount
from brokers.wire.outcome import ErrorDialect, Refusal


Parameters = dict[str, str]


class Rest(Protocol):
    """The four public verbs of alpaca-py's clients that we use."""

    def get(self, path: str, data: Parameters | None = None) -> object: ...

    def post(self, path: str, data: Parameters | None = None) -> object: ...

    def patch(self, path: str, data: Parameters | None = None) -> object: ...

    def delete(self, path: str, data: Parameters | None = None) -> object: ...


class IncompatibleClientError(RuntimeError):
    """The installed alpaca-py cannot be made safe; nothing was sent."""


def trading_client(context: AdapterContext) -> Rest:
    # alpaca-py pulls in pandas, so it is loaded when the first connection is opened.
    from alpaca.trading.client import TradingClient

    client = TradingClient(
        context.credentials["key"],
        context.credentials["secret"],
        raw_data=True,
        url_override=context.endpoints["trading"],
    )
    return secured(client, context, url=context.endpoints["trading"], dialect=TRADING)


def data_client(context: AdapterContext) -> Rest:
    from alpaca.data.historical.stock import StockHistoricalDataClient

    client = StockHistoricalDataClient(
        context.credentials["key"],
        context.credentials["secret"],
        raw_data=True,
        url_override=context.endpoints["data"],
    )
    return secured(client, context, url=context.endpoints["data"], dialect=MARKET_DATA)


def secured(
    client: Rest, context: AdapterContext, *, url: str, dialect: ErrorDialect
) -> Rest:
    """The client without retries, on our transport.

    Raises:
        IncompatibleClientError: a private attribute that this rests on is gone.
    """
    session = getattr(client, "_session", None)
    retries = getattr(client, "_retry", None), getattr(client, "_retry_codes", None)
    if not isinstance(session, requests.Session) or None in retries:
        raise IncompatibleClientError(
            "This version of alpaca-py has changed inside: its retries cannot be "
            "switched off. Install the pinned version."
        )
    client._retry = 0  # type: ignore[attr-defined]
    client._retry_codes = []  # type: ignore[attr-defined]
    transport = BrokerTransport(
        connect_timeout=context.connect_timeout,
        read_timeout=context.read_timeout,
        dialect=dialect,
        spend=context.spend,
        rest=context.rest,
    )
    mount(session, transport, url)
    return client


def read_refusal(text: str) -> Refusal | None:
    """Alpaca's error: `{"code": 40310000, "message": "..."}`, the code not always."""
    try:
        body = load_json(text)
    except BrokerError:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(message, str) or not message:
        return None
    code = body.get("code")
    return Refusal(code=str(code) if code else "", message=message)


def is_duplicate(refusal: Refusal) -> bool:
    """40010001 alone says only "invalid": the words tell that the id was used."""
    words = refusal.message.lower()
    return "client_order_id" in words and ("unique" in words or "exist" in words)


# Alpaca's trading errors carry a code, but for "forbidden." about wrong keys. Its
# market data errors never do (schema Error of either document).
TRADING = ErrorDialect(
    read=read_refusal, is_duplicate=is_duplicate, codeless=frozenset({403})
)
MARKET_DATA = ErrorDialect(
    read=read_refusal, is_duplicate=is_duplicate, codeless=frozenset(range(400, 500))
)
