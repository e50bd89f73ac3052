"""Everything that the rules may know of one order at one instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TypeVar

from brokers.domain.orders import OrderSpec
from brokers.market.sessions import SessionKind, venue_state
from brokers.models import Account
from brokers.orders.facts.account import account_facts, account_questions
from brokers.orders.facts.flat import as_if_flat
from brokers.orders.facts.market import (
    MarketFacts,
    costs_of,
    instrument_facts,
    market_of,
    market_questions,
    position_facts,
    quote_facts,
)
from brokers.orders.facts.orders import (
    open_orders,
    order_questions,
    overfilled,
    recent_orders,
)
from brokers.registry import broker_named
from risk import facts as risk
from risk.services import behaviour_of, trading_states
from tradedesk.reads import Question


_Word = TypeVar("_Word", bound=StrEnum)
_SESSIONS = {
    SessionKind.REGULAR: risk.Session.REGULAR,
    SessionKind.EXTENDED: risk.Session.EXTENDED,
    SessionKind.CLOSED: risk.Session.CLOSED,
    SessionKind.UNKNOWN: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is being judged, beside the spec: for whom, by whom and in which sense.

    `order_id` is left out of exposure and duplicates; `amends` as risk defines it. With
    `reverses`, the signed position that a close takes away first, it is judged as if
    the account were flat.
    """

    account: Account
    spec: OrderSpec
    user_id: int
    intent: risk.Intent = risk.Intent.TRADE
    order_id: int | None = None
    amends: str = ""
    expected_mode: str | None = None
    approved_at: datetime | None = None
    reverses: Decimal | None = None


def questions_of(asked: Asked, now: datetime) -> list[Question]:
    """What `gather` asks, but for what risk itself knows."""
    account, spec = asked.account, asked.spec
    nets = _capabilities(account.connection.slug).nets_open_orders
    return [
        *market_questions(account, spec.symbol),
        *account_questions(account),
        *order_questions(account, spec, nets=nets, now=now),
    ]


def gather(
    asked: Asked, now: datetime, market: MarketFacts | None = None
) -> risk.Facts:
    """Everything that the rules may know of this order at this instant.

    `market` is what a page has just read of the symbol; a confirmation reads afresh.
    """
    account, spec = asked.account, asked.spec
    if market is None or market.symbol != spec.symbol:
        market = market_of(account, spec.symbol)
    capabilities = _capabilities(account.connection.slug)
    facts = risk.Facts(
        now=now,
        order=_order(asked),
        instrument=instrument_facts(market),
        venue=_venue(account, now),
        capabilities=capabilities,
        quote=quote_facts(market, now),
        atr=market.atr,
        position=position_facts(account, market),
        account=account_facts(account, asked.user_id),
        open_orders=(
            *open_orders(
                account,
                spec.symbol,
                without=asked.order_id,
                nets=capabilities.nets_open_orders,
            ),
            *overfilled(account, spec.symbol),
        ),
        recent_orders=recent_orders(account, spec, without=asked.order_id, now=now),
        states=trading_states(user_id=asked.user_id, account_id=account.pk),
        costs=costs_of(market),
        behaviour=behaviour_of(user_id=asked.user_id, account_id=account.pk),
        chase=market.chase,
        approved_at=asked.approved_at,
    )
    return facts if asked.reverses is None else as_if_flat(facts, asked.reverses)


def _order(asked: Asked) -> risk.OrderFacts:
    spec = asked.spec
    mode = asked.expected_mode
    return risk.OrderFacts(
        symbol=spec.symbol,
        side=risk.Side(spec.side.value),
        type=risk.OrderType(spec.type.value),
        time_in_force=risk.TimeInForce(spec.time_in_force.value),
        order_class=risk.OrderClass(spec.order_class.value),
        quantity=spec.quantity,
        notional=spec.notional,
        limit_price=spec.limit_price,
        stop_price=spec.stop_price,
        trail_price=spec.trail_price,
        trail_percent=spec.trail_percent,
        take_profit_price=spec.take_profit_price,
        stop_loss_price=spec.stop_loss_price,
        stop_loss_limit_price=spec.stop_loss_limit_price,
        extended_hours=spec.extended_hours,
        intent=asked.intent,
        expected_mode=None if mode is None else risk.AccountMode(mode),
        amends=asked.amends,
    )


def _venue(account: Account, now: datetime) -> risk.VenueFacts:
    state = venue_state(account.connection, now)
    return risk.VenueFacts(
        session=_SESSIONS[state.kind],
        next_open=state.next_open,
        next_close=state.next_close,
    )


@cache
def _capabilities(broker: str) -> risk.CapabilityFacts:
    known = broker_named(broker)
    table = known.capabilities
    return risk.CapabilityFacts(
        broker=known.label,
        order_types=_words(risk.OrderType, table.order_types),
        times_in_force=_words(risk.TimeInForce, table.times_in_force),
        order_classes=_words(risk.OrderClass, table.order_classes),
        class_times_in_force=_words(risk.TimeInForce, table.class_times_in_force),
        fractional_types=_words(risk.OrderType, table.fractional_types),
        fractional_times_in_force=_words(
            risk.TimeInForce, table.fractional_times_in_force
        ),
        fractional_decimals=table.fractional_decimals,
        notional=table.notional,
        extended_hours_types=_words(risk.OrderType, table.extended_hours_types),
        extended_hours_times_in_force=_words(
            risk.TimeInForce, table.extended_hours_times_in_force
        ),
        restricted_times_in_force=_words(
            risk.TimeInForce, table.restricted_times_in_force
        ),
        restricted_types=_words(risk.OrderType, table.restricted_types),
        class_types=_words(risk.OrderType, table.class_types),
        shorting=table.shorting,
        refuses_self_trades=table.refuses_self_trades,
        minimum_notional=table.minimum_notional,
    )


def _words(vocabulary: type[_Word], ours: Iterable[StrEnum]) -> frozenset[_Word]:
    return frozenset(vocabulary(word.value) for word in ours)
