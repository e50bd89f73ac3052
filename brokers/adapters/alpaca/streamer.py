"""Alpaca's two websockets: news of orders, and quotes.

Why not alpaca-py's own streams: they hand over callbacks, run on the deprecated
`websockets.legacy`, drop a message that their models refuse, take three minutes to
notice a dead peer, spin a whole core while nothing is subscribed, and speak msgpack on
market data, whose figures are binary floats. Here market data is asked for as JSON,
so that prices keep their digits. Docs:
https://docs.alpaca.markets/docs/websocket-streaming and
https://docs.alpaca.markets/docs/streaming-market-data
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

from websockets.asyncio.client import ClientConnection

from brokers.adapters.alpaca import known, market, parse
from brokers.adapters.alpaca.words import EVENTS, FILL_KINDS, REASONS
from brokers.domain.errors import NotAuthorised, OutcomeUnknown
from brokers.domain.ports import AdapterContext
from brokers.domain.reports import (
    FillKind,
    FillReport,
    OrderReport,
    Quote,
    StreamEvent,
    StreamEventKind,
)
from brokers.wire.fields import Fields, Unfamiliar, Unreadable, load_json, objects_of
from brokers.wire.stream import PATIENT, Backoff, Frame, listen
from tradedesk.core.clock import SYSTEM_CLOCK, Clock


class AlpacaStreamer:
    """Endpoints: `trade_stream` and `data_stream`. `heartbeat` is in seconds."""

    def __init__(
        self,
        context: AdapterContext,
        *,
        clock: Clock = SYSTEM_CLOCK,
        heartbeat: float = 10.0,
        backoff: Backoff = PATIENT,
    ) -> None:
        self._context = context
        self._clock = clock
        self._heartbeat = heartbeat
        self._backoff = backoff
        self.unfamiliar = Unfamiliar()

    def order_events(self) -> AsyncIterator[StreamEvent]:
        return self._listen(TradeUpdates(self._context, self._clock, self.unfamiliar))

    def quote_events(self, symbols: Sequence[str]) -> AsyncIterator[StreamEvent]:
        dialect = MarketData(self._context, self._clock, self.unfamiliar)
        dialect.symbols = tuple(symbols)
        return self._listen(dialect)

    def _listen(self, dialect: TradeUpdates | MarketData) -> AsyncIterator[StreamEvent]:
        return listen(
            dialect,
            clock=self._clock,
            connect_timeout=self._context.connect_timeout,
            heartbeat=self._heartbeat,
            backoff=self._backoff,
        )


class TradeUpdates:
    """The account's stream: every event carries the whole order."""

    def __init__(
        self, context: AdapterContext, clock: Clock, unfamiliar: Unfamiliar
    ) -> None:
        self.url = context.endpoints["trade_stream"]
        self._credentials = context.credentials
        self._clock = clock
        self._unfamiliar = unfamiliar

    async def greet(self, socket: ClientConnection) -> None:
        keys = {
            "key_id": self._credentials["key"],
            "secret_key": self._credentials["secret"],
        }
        await socket.send(json.dumps({"action": "authenticate", "data": keys}))
        answer = self._message(await socket.recv(), "authorization")
        if answer.text_or("status") != "authorized":
            raise NotAuthorised(f"Alpaca says {answer.text_or('status')!r}.")
        wish = {"action": "listen", "data": {"streams": ["trade_updates"]}}
        await socket.send(json.dumps(wish))
        answer = self._message(await socket.recv(), "listening")
        if "trade_updates" not in objects_of(answer.raw("streams"), "streams"):
            raise OutcomeUnknown("Alpaca does not send trade updates.")

    def _message(self, frame: Frame, stream: str) -> Fields:
        message = Fields(load_json(frame), what="frame", unfamiliar=self._unfamiliar)
        if message.raw("stream") != stream:
            raise OutcomeUnknown(f"Expected {stream!r}, got {frame[:120]!r}.")
        return Fields(message.raw("data"), what=stream, unfamiliar=self._unfamiliar)

    def read(self, frame: Frame) -> Iterator[StreamEvent]:
        try:
            message = Fields(
                load_json(frame), what="frame", unfamiliar=self._unfamiliar
            )
            if message.raw("stream") == "trade_updates":
                yield self._update(message.raw("data"))
        except Unreadable as error:
            yield self._unreadable(error)

    def _update(self, value: object) -> StreamEvent:
        fields = Fields(
            value, what="update", known=known.UPDATE, unfamiliar=self._unfamiliar
        )
        event = fields.text("event")
        order = _with_reason(fields, parse.order(fields.raw("order"), self._unfamiliar))
        words = [] if event in EVENTS else [f"event={event}"]
        if order.status is None:
            words.append(f"status={order.raw_status}")
        return StreamEvent(
            kind=StreamEventKind.ORDER,
            received_at=self._clock.now(),
            order=order,
            fill=_fill(fields, order) if event in FILL_KINDS else None,
            detail=event,
            unknown_words=tuple(words),
        )

    def _unreadable(self, error: Unreadable) -> StreamEvent:
        """Something happened that we cannot read: the caller reads it by REST."""
        self._unfamiliar["frame.unreadable"] += 1
        return StreamEvent(
            kind=StreamEventKind.ORDER,
            received_at=self._clock.now(),
            detail=error.message,
            unknown_words=("unreadable",),
        )


def _fill(fields: Fields, order: OrderReport) -> FillReport:
    """The execution itself: `qty` and `price` of the event, not the order's totals."""
    kind = FILL_KINDS[fields.text("event")]
    before = fields.text_or("previous_execution_id") or fields.text_or("previous_id")
    told = FillReport(
        execution_id=parse.execution_id(fields.text("execution_id")),
        broker_order_id=order.broker_order_id,
        symbol=order.symbol,
        side=order.side,
        quantity=abs(fields.decimal("qty")),
        price=fields.decimal("price"),
        executed_at=fields.instant("timestamp"),
    )
    match kind:
        case FillKind.NEW:
            return told
        case FillKind.BUST:
            return parse.bust_of(told, parse.execution_id(before))
        case FillKind.CORRECTION:
            if not before:
                raise Unreadable("A correction does not say of what.")
            return replace(told, kind=kind, refers_to=parse.execution_id(before))


def _with_reason(fields: Fields, order: OrderReport) -> OrderReport:
    """An event may say why its order ended; the order itself only why it was rejected."""
    word = fields.text_or("reason")
    if not word or order.reason or fields.text("event") != "canceled":
        return order
    return replace(order, reason=REASONS.get(word, f"Cancelled by Alpaca: {word}."))


class MarketData:
    """Quotes and trades of some symbols; remembers each symbol's last quote."""

    symbols: tuple[str, ...] = ()

    def __init__(
        self, context: AdapterContext, clock: Clock, unfamiliar: Unfamiliar
    ) -> None:
        self.url = context.endpoints["data_stream"]
        self._credentials = context.credentials
        self._clock = clock
        self._unfamiliar = unfamiliar
        self._latest: dict[str, Quote] = {}

    async def greet(self, socket: ClientConnection) -> None:
        self._expect(await socket.recv(), "connected")
        keys = {
            "action": "auth",
            "key": self._credentials["key"],
            "secret": self._credentials["secret"],
        }
        await socket.send(json.dumps(keys))
        self._expect(await socket.recv(), "authenticated")
        symbols = list(self.symbols)
        wish = {"action": "subscribe", "quotes": symbols, "trades": symbols}
        await socket.send(json.dumps(wish))
        self._expect(await socket.recv(), "subscription")

    def _expect(self, frame: Frame, word: str) -> None:
        """One message: `success` with this word as its `msg`, or of this type."""
        message = self._messages(frame)[0]
        said = message.text_or("msg")
        if message.raw("T") == "error":
            code = str(message.raw("code"))
            raise (NotAuthorised if code in {"401", "402", "409"} else OutcomeUnknown)(
                f"Alpaca says {said!r} ({code}).", code=code
            )
        if word not in {said, message.raw("T")}:
            raise OutcomeUnknown(f"Expected {word!r}, got {frame[:120]!r}.")

    def _messages(self, frame: Frame) -> list[Fields]:
        rows = objects_of(load_json(frame), "frame")
        if not rows:
            raise Unreadable("An empty frame.")
        return [Fields(row, what="frame", unfamiliar=self._unfamiliar) for row in rows]

    def read(self, frame: Frame) -> Iterator[StreamEvent]:
        try:
            for row in objects_of(load_json(frame), "frame"):
                quote = self._quote(row)
                if quote is not None:
                    yield self._event(quote)
        except Unreadable:  # the next quote is a moment away: count and go on
            self._unfamiliar["frame.unreadable"] += 1

    def _quote(self, row: object) -> Quote | None:
        message = Fields(row, what="frame", unfamiliar=self._unfamiliar)
        kind, symbol = message.raw("T"), message.text_or("S")
        known_quote = self._latest.get(symbol)
        if kind == "q":
            quote = _newer(market.quote(symbol, row, self._unfamiliar), known_quote)
        elif kind == "t":
            trade = market.last_trade(row, self._unfamiliar)
            quote = market.with_trade(known_quote, symbol, trade)
        else:
            return None
        self._latest[symbol] = quote
        return quote

    def _event(self, quote: Quote) -> StreamEvent:
        return StreamEvent(
            kind=StreamEventKind.QUOTE, received_at=self._clock.now(), quote=quote
        )


def _newer(quote: Quote, before: Quote | None) -> Quote:
    """A quote says nothing of the last trade: that one is kept."""
    if before is None or before.last is None or before.last_at is None:
        return quote
    return market.with_trade(quote, quote.symbol, (before.last, before.last_at))
