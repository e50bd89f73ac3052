"""What an adapter is: a Reader, a Trader and a Streamer over one frozen context.

An adapter only talks. It MUST NOT retry a submit, cancel or replace, MUST NOT hold
state that matters, and MUST answer with domain objects or raise an error of
`brokers.domain.errors`. Persistence, timing and permission belong to the caller.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from brokers.domain.instruments import InstrumentReport
from brokers.domain.orders import OrderChange, OrderSpec
from brokers.domain.reports import (
    AccountReport,
    Bar,
    BarInterval,
    CashReport,
    FillReport,
    OrderReport,
    PositionReport,
    Quote,
    StreamEvent,
    VenueClock,
    VenueSession,
)


def _unlimited() -> None:
    """For a broker on this machine that nobody shares."""


def _unshared(seconds: float) -> None:
    """Nobody else would want to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterContext:
    """All that an adapter may know: where to talk, as whom, how long to wait, and how
    often.

    `endpoints` maps the names that the adapter documents to base URLs. Timeouts are in
    seconds. `credentials` maps the names of the registry's credential fields. `spend`
    is called before each request and raises BudgetSpent when none is left; `rest` is
    told for how many seconds the broker does not want to be asked.
    """

    endpoints: Mapping[str, str]
    credentials: Mapping[str, str]
    connect_timeout: float = 3.05
    read_timeout: float = 10.0
    spend: Callable[[], None] = _unlimited
    rest: Callable[[float], None] = _unshared

    def __repr__(self) -> str:
        return f"AdapterContext(endpoints={dict(self.endpoints)!r}, credentials=***)"


class Reader(Protocol):
    """Reads, each safe to repeat. Raises Unavailable, RateLimited, NotAuthorised,
    NotFound or OutcomeUnknown (which for a read means: no answer).
    """

    @property
    def unfamiliar(self) -> Mapping[str, int]:
        """Fields and words met that nobody here knows, and how often."""
        ...

    def get_account(self) -> AccountReport: ...

    def get_positions(self) -> Sequence[PositionReport]: ...

    def get_order(self, broker_order_id: str) -> OrderReport: ...

    def find_order(self, client_order_id: str) -> OrderReport:
        """The order under our id; NotFound is the broker's positive word for none."""
        ...

    def list_orders(
        self, *, open_only: bool, after: datetime | None = None
    ) -> Sequence[OrderReport]:
        """Orders with their legs nested, all pages, each once."""
        ...

    def list_fills(self, *, after: datetime | None = None) -> Sequence[FillReport]: ...

    def list_cash(self, *, after: datetime | None = None) -> Sequence[CashReport]:
        """What moved cash or units without a trade and was written down after this
        instant, all pages, each once.
        """
        ...

    def get_instruments(self) -> Sequence[InstrumentReport]: ...

    def get_quotes(self, symbols: Sequence[str]) -> Sequence[Quote]: ...

    def get_bars(  # noqa: PLR0917 - the order of a time range reads by itself
        self, symbol: str, interval: BarInterval, start: datetime, end: datetime
    ) -> Sequence[Bar]: ...

    def get_clock(self) -> VenueClock: ...

    def get_calendar(
        self, start: datetime, end: datetime
    ) -> Sequence[VenueSession]: ...


class Trader(Protocol):
    """Verbs that change something at the broker, each sent at most once.

    Success returns the broker's own state of the order. Raises Refused with proof,
    Unavailable when nothing left us, OutcomeUnknown for everything else.
    """

    @property
    def unfamiliar(self) -> Mapping[str, int]: ...

    def place_order(self, client_order_id: str, spec: OrderSpec) -> OrderReport: ...

    def cancel_order(self, broker_order_id: str) -> None:
        """Asks; the order's end comes as a report."""
        ...

    def replace_order(
        self, broker_order_id: str, client_order_id: str, change: OrderChange
    ) -> OrderReport:
        """Amends; the answer is the new version, linked by `replaces`."""
        ...


class Streamer(Protocol):
    """A long-lived connection; ends by cancellation only, reconnecting meanwhile."""

    @property
    def unfamiliar(self) -> Mapping[str, int]: ...

    def order_events(self) -> AsyncIterator[StreamEvent]: ...

    def quote_events(self, symbols: Sequence[str]) -> AsyncIterator[StreamEvent]: ...
