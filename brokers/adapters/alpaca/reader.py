"""What Alpaca says of an account, its orders and the market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from urllib.parse import quote, urlsplit

from brokers.adapters.alpaca import market, paging, parse
from brokers.adapters.alpaca.client import Rest, data_client, trading_client
from brokers.adapters.alpaca.words import TIMEFRAMES
from brokers.domain.instruments import InstrumentReport
from brokers.domain.orders import OrderClass
from brokers.domain.ports import AdapterContext
from brokers.domain.reports import (
    AccountReport,
    Bar,
    BarInterval,
    CashReport,
    FillReport,
    OrderReport,
    PositionReport,
    Quote,
    VenueClock,
    VenueSession,
)
from brokers.wire.fields import Fields, Unfamiliar, Unreadable, objects_of


_SYMBOLS_PER_REQUEST = 100


class AlpacaReader:
    """Reads only; `unfamiliar` counts fields and words that Alpaca has and we do not.

    Endpoints: `trading` and `data`. The market data feed is the last part of the
    `data_stream` address, so that what is read and what is streamed agree.
    """

    def __init__(self, context: AdapterContext) -> None:
        self._context = context
        self.unfamiliar = Unfamiliar()

    @cached_property
    def _trading(self) -> Rest:
        return trading_client(self._context)

    @cached_property
    def _data(self) -> Rest:
        return data_client(self._context)

    @property
    def _feed(self) -> str:
        path = urlsplit(self._context.endpoints["data_stream"]).path
        return path.rstrip("/").rpartition("/")[2]

    def get_account(self) -> AccountReport:
        return parse.account(self._trading.get("/account"), self.unfamiliar)

    def get_positions(self) -> Sequence[PositionReport]:
        """Every position, or none at all: a part of them would read as flat."""
        rows = objects_of(self._trading.get("/positions"), "positions")
        return [parse.position(row, self.unfamiliar) for row in rows]

    def get_order(self, broker_order_id: str) -> OrderReport:
        path = f"/orders/{quote(broker_order_id, safe='')}"
        answer = self._trading.get(path, {"nested": "true"})
        return parse.order(answer, self.unfamiliar)

    def find_order(self, client_order_id: str) -> OrderReport:
        """By our id; this listing has no legs, so those are read by Alpaca's id."""
        answer = self._trading.get(
            "/orders:by_client_order_id", {"client_order_id": client_order_id}
        )
        found = parse.order(answer, self.unfamiliar)
        if found.client_order_id != client_order_id:
            raise Unreadable(f"Asked for {client_order_id}, got another order.")
        if found.order_class is OrderClass.SIMPLE or found.legs:
            return found
        return self.get_order(found.broker_order_id)

    def list_orders(
        self, *, open_only: bool, after: datetime | None = None
    ) -> Sequence[OrderReport]:
        status = "open" if open_only else "all"
        parameters = {"status": status, "nested": "true"}
        return paging.orders(
            self._trading, parameters, after=after, notes=self.unfamiliar
        )

    def list_fills(self, *, after: datetime | None = None) -> Sequence[FillReport]:
        return paging.fills(self._trading, after=after, notes=self.unfamiliar)

    def list_cash(self, *, after: datetime | None = None) -> Sequence[CashReport]:
        return paging.cash(self._trading, after=after, notes=self.unfamiliar)

    def get_instruments(self) -> Sequence[InstrumentReport]:
        answer = self._trading.get(
            "/assets", {"status": "active", "asset_class": "us_equity"}
        )
        rows = objects_of(answer, "assets")
        return list(paging.readable(rows, parse.instrument, self.unfamiliar))

    def get_quotes(self, symbols: Sequence[str]) -> Sequence[Quote]:
        """Latest quote and trade; a symbol that was never quoted is left out."""
        quotes: list[Quote] = []
        for start in range(0, len(symbols), _SYMBOLS_PER_REQUEST):
            batch = symbols[start : start + _SYMBOLS_PER_REQUEST]
            quotes += self._snapshots(batch)
        return quotes

    def _snapshots(self, symbols: Sequence[str]) -> list[Quote]:
        parameters = {"symbols": ",".join(symbols), "feed": self._feed}
        answer = self._data.get("/stocks/snapshots", parameters)
        if not isinstance(answer, Mapping):
            raise Unreadable("Snapshots should be an object.")
        found = (
            market.snapshot(symbol, answer[symbol], self.unfamiliar)
            for symbol in symbols
            if answer.get(symbol)
        )
        return [one for one in found if one is not None]

    def get_bars(  # noqa: PLR0917 - the port's signature
        self, symbol: str, interval: BarInterval, start: datetime, end: datetime
    ) -> Sequence[Bar]:
        """Bars adjusted for splits, oldest first, `start` and `end` included."""
        parameters = {
            "symbols": symbol,
            "timeframe": TIMEFRAMES[interval],
            "start": paging.stamp(start),
            "end": paging.stamp(end),
            "adjustment": "split",
            "feed": self._feed,
            "limit": str(paging.BARS_PER_PAGE),
            "sort": "asc",
        }
        bars: dict[datetime, Bar] = {}
        for page in paging.pages(self._data, "/stocks/bars", parameters):
            for row in _rows(page, symbol, self.unfamiliar):
                bar = market.bar(symbol, row, self.unfamiliar)
                bars[bar.start] = bar
        return list(bars.values())

    def get_clock(self) -> VenueClock:
        return parse.clock(self._trading.get("/clock"), self.unfamiliar)

    def get_calendar(self, start: datetime, end: datetime) -> Sequence[VenueSession]:
        """The venue's days, whole: `start` and `end` fall in the first and last."""
        zone = parse.EXCHANGE_ZONE
        days = {
            "start": start.astimezone(zone).date().isoformat(),
            "end": end.astimezone(zone).date().isoformat(),
        }
        rows = objects_of(self._trading.get("/calendar", days), "calendar")
        return [parse.session(row, self.unfamiliar) for row in rows]


def _rows(
    page: Mapping[str, object], symbol: str, unfamiliar: Unfamiliar
) -> Sequence[object]:
    """A symbol's bars in a page; Alpaca says null, or nothing, for none."""
    bars = page.get("bars")
    if bars is None:
        return ()
    rows = Fields(bars, what="bars", unfamiliar=unfamiliar).raw(symbol)
    return () if rows is None else objects_of(rows, "bars")
