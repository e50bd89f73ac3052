"""What a model of a broker says when it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.domain.errors import NotFound, OutcomeUnknown
from brokers.domain.instruments import AssetClass, InstrumentReport
from brokers.domain.lots import HeldFill, fold_fills
from brokers.domain.reports import (
    AccountReport,
    Bar,
    BarInterval,
    CashReport,
    FillKind,
    FillReport,
    OrderReport,
    PositionReport,
    Quote,
    VenueClock,
    VenueSession,
)
from tests.property.model_broker import MOMENT, ModelBroker


# Names of their own: quotes are shared by everything that this process tests.
SYMBOLS = ("MODA", "MODB")
PRICE = Decimal("60.00")
CASH = Decimal(1_000_000)


@dataclass(slots=True)
class ModelReader:
    """`silent` answers are none: a read that gets no answer."""

    broker: ModelBroker
    silent: bool = False

    @property
    def unfamiliar(self) -> dict[str, int]:
        return self.broker.unfamiliar

    def _ask(self) -> None:
        if self.silent:
            raise OutcomeUnknown("No answer.")
        self.broker.clock.instant += MOMENT
        self.broker.arrive()

    def get_order(self, broker_order_id: str) -> OrderReport:
        self._ask()
        return self.broker.report(self.broker.find(broker_order_id))

    def find_order(self, client_order_id: str) -> OrderReport:
        self._ask()
        for placed in self.broker.orders.values():
            if placed.client_order_id == client_order_id:
                return self.broker.report(placed)
        raise NotFound("No such order.")

    def list_orders(
        self, *, open_only: bool, after: datetime | None = None
    ) -> Sequence[OrderReport]:
        self._ask()
        return [
            self.broker.report(placed)
            for placed in self.broker.orders.values()
            if (placed.status.is_open or not open_only)
            and (after is None or placed.submitted_at > after)
        ]

    def list_fills(self, *, after: datetime | None = None) -> Sequence[FillReport]:
        self._ask()
        told: list[FillReport] = []
        for one in self.broker.executions.values():
            if after is not None and one.at <= after:
                continue
            told.append(replace(one.told, executed_at=one.at))
            if not one.standing:
                name = one.told.execution_id
                busted = replace(told[-1], kind=FillKind.BUST, refers_to=name)
                told.append(busted)
        return told

    def list_cash(
        self,
        *,
        after: datetime | None = None,  # noqa: ARG002 - the port's
    ) -> Sequence[CashReport]:
        self._ask()
        return []

    def get_positions(self) -> Sequence[PositionReport]:
        self._ask()
        return [one for symbol in SYMBOLS if (one := self._position(symbol)).quantity]

    def _position(self, symbol: str) -> PositionReport:
        standing = [
            one
            for one in self.broker.executions.values()
            if one.standing and one.told.symbol == symbol
        ]
        ordered = sorted(standing, key=lambda one: (one.at, one.told.execution_id))
        held = fold_fills(
            HeldFill(
                signed_quantity=one.told.side.sign * one.told.quantity,
                price=one.told.price,
                executed_at=one.at,
            )
            for one in ordered
        )
        return PositionReport(
            symbol=symbol,
            quantity=held.quantity,
            average_price=held.average_price,
            market_price=PRICE,
            market_value=held.quantity * PRICE,
            unrealised=None,
        )

    def get_account(self) -> AccountReport:
        self._ask()
        spent = sum(
            one.told.side.sign * one.told.quantity * one.told.price
            for one in self.broker.executions.values()
            if one.standing
        )
        return AccountReport(
            broker_account_id="model",
            account_number="M1",
            currency="USD",
            active=True,
            trading_blocked=False,
            blocked_reason="",
            cash=CASH - spent,
            equity=CASH,
            last_equity=CASH,
            buying_power=CASH,
            initial_margin=None,
            maintenance_margin=None,
            multiplier=None,
            shorting_enabled=True,
        )

    def get_instruments(self) -> Sequence[InstrumentReport]:
        return [
            InstrumentReport(
                symbol=symbol,
                name=f"Model {symbol}",
                asset_class=AssetClass.US_EQUITY,
                exchange="MODEL",
                tradable=True,
                fractionable=True,
                shortable=True,
                easy_to_borrow=True,
                marginable=True,
            )
            for symbol in SYMBOLS
        ]

    def get_quotes(self, symbols: Sequence[str]) -> Sequence[Quote]:
        now, cent = self.broker.clock.now(), Decimal("0.01")
        return [
            Quote(
                symbol=symbol,
                bid=PRICE - cent,
                ask=PRICE + cent,
                bid_size=Decimal(1000),
                ask_size=Decimal(1000),
                quoted_at=now,
                last=PRICE,
                last_at=now,
            )
            for symbol in symbols
        ]

    def get_bars(
        self,
        symbol: str,  # noqa: ARG002 - the port's, as the next three
        interval: BarInterval,  # noqa: ARG002
        start: datetime,  # noqa: ARG002
        end: datetime,  # noqa: ARG002
    ) -> Sequence[Bar]:
        return []

    def get_clock(self) -> VenueClock:
        self._ask()
        now, day = self.broker.clock.now(), timedelta(days=1)
        return VenueClock(
            now=now, is_open=True, next_open=now + day, next_close=now + day
        )

    def get_calendar(
        self,
        start: datetime,  # noqa: ARG002 - the port's
        end: datetime,  # noqa: ARG002 - the port's
    ) -> Sequence[VenueSession]:
        return []
