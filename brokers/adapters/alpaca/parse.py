"""Alpaca's JSON to the desk's reports: trading.

Shapes after Alpaca's Trading API document (schemas Account, Order, Position, Assets,
TradingActivities, legacy_clock, legacy_calendar_day). Fields that Alpaca may add or
drop are optional here: `pattern_day_trader` and its kin left in July 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from brokers.adapters.alpaca import known
from brokers.adapters.alpaca.words import FILL_KINDS, LEG_ROLES, status_of
from brokers.domain.instruments import AssetClass, InstrumentReport
from brokers.domain.orders import (
    OrderClass,
    OrderRole,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.domain.reports import (
    AccountReport,
    FillKind,
    FillReport,
    OrderReport,
    PositionReport,
    VenueClock,
    VenueSession,
)
from brokers.wire.fields import Fields, Unfamiliar, Unreadable, objects_of


# "09:30" of Alpaca's calendar is the exchange's own time.
EXCHANGE_ZONE = ZoneInfo("America/New_York")


def account(value: object, unfamiliar: Unfamiliar) -> AccountReport:
    fields = Fields(value, what="account", known=known.ACCOUNT, unfamiliar=unfamiliar)
    reasons = [
        name
        for name in ("account_blocked", "trading_blocked", "trade_suspended_by_user")
        if fields.flag(name)
    ]
    return AccountReport(
        broker_account_id=fields.text("id"),
        account_number=fields.text("account_number"),
        currency=fields.text_or("currency", "USD"),
        active=fields.text("status") == "ACTIVE",
        trading_blocked=bool(reasons),
        blocked_reason=", ".join(reasons),
        cash=fields.decimal("cash"),
        equity=fields.decimal("equity"),
        last_equity=fields.decimal_or_none("last_equity"),
        buying_power=fields.decimal("buying_power"),
        initial_margin=fields.decimal_or_none("initial_margin"),
        maintenance_margin=fields.decimal_or_none("maintenance_margin"),
        multiplier=fields.decimal_or_none("multiplier"),
        shorting_enabled=fields.flag("shorting_enabled"),
    )


def order(
    value: object, unfamiliar: Unfamiliar, role: OrderRole = OrderRole.ENTRY
) -> OrderReport:
    """One order with its legs.

    The role of a leg is certain only where it is nested in its parent; alone, on the
    stream or in a flat list, an exit looks like any order and is found by its id.
    """
    fields = Fields(value, what="order", known=known.ORDER, unfamiliar=unfamiliar)
    word = fields.text("status")
    quantity = fields.decimal_or_none("qty")
    filled = fields.decimal("filled_qty")
    time_in_force = fields.word("time_in_force", TimeInForce)
    status = status_of(
        word, filled=filled, quantity=quantity, time_in_force=time_in_force
    )
    if status is None:
        fields.count(f"status={word}")
    return OrderReport(
        broker_order_id=fields.text("id"),
        client_order_id=fields.text_or("client_order_id"),
        symbol=fields.text("symbol"),
        side=fields.word("side", Side),
        type=fields.word("type", OrderType),
        time_in_force=time_in_force,
        order_class=_order_class(fields),
        status=status,
        raw_status=word,
        quantity=quantity,
        notional=fields.decimal_or_none("notional"),
        filled_quantity=filled,
        average_price=fields.decimal_or_none("filled_avg_price"),
        limit_price=fields.decimal_or_none("limit_price"),
        stop_price=fields.decimal_or_none("stop_price"),
        trail_price=fields.decimal_or_none("trail_price"),
        trail_percent=fields.decimal_or_none("trail_percent"),
        extended_hours=fields.flag("extended_hours"),
        submitted_at=fields.instant_or_none("submitted_at"),
        updated_at=fields.instant_or_none("updated_at"),
        reason=fields.text_or("reject_reason"),
        replaces=fields.text_or("replaces"),
        replaced_by=fields.text_or("replaced_by"),
        legs=_legs(fields, unfamiliar),
        role=role,
    )


def _order_class(fields: Fields) -> OrderClass:
    """Alpaca writes a simple order's class as "" (and means `simple`)."""
    if not fields.text_or("order_class"):
        return OrderClass.SIMPLE
    return fields.word("order_class", OrderClass)


def _legs(fields: Fields, unfamiliar: Unfamiliar) -> tuple[OrderReport, ...]:
    legs = fields.raw("legs")
    if legs is None:
        return ()
    reports = [order(leg, unfamiliar) for leg in objects_of(legs, "order.legs")]
    return tuple(
        replace(leg, role=LEG_ROLES.get(leg.type, OrderRole.ENTRY)) for leg in reports
    )


def fill_activity(value: object, unfamiliar: Unfamiliar) -> tuple[FillReport, ...]:
    """What one FILL activity tells: an execution, and that it was taken back where its
    `status` reads canceled. One with a `previous_id` stands in that one's place
    (schemas ActivityEventV2CommonFields and ActivityV2DetailTRD).
    """
    fields = Fields(value, what="activity", known=known.ACTIVITY, unfamiliar=unfamiliar)
    named = fields.text_or("execution_id") or fields.text_or("ref_id")
    told = FillReport(
        execution_id=execution_id(named or fields.text("id")),
        broker_order_id=fields.text("order_id"),
        symbol=fields.text("symbol"),
        side=_activity_side(fields),
        quantity=abs(fields.decimal("qty")),
        price=fields.decimal("price"),
        executed_at=fields.instant("transaction_time"),
    )
    word = fields.text_or("execution_type") or fields.text_or("type")
    before = execution_id(fields.text_or("previous_id"))
    if FILL_KINDS.get(word) is FillKind.BUST:
        return (bust_of(told, before),)
    if before:
        told = replace(told, kind=FillKind.CORRECTION, refers_to=before)
    if fields.text_or("status") == "canceled":
        return told, bust_of(told, told.execution_id)
    return (told,)


def bust_of(told: FillReport, busted: str) -> FillReport:
    """A bust names what it takes back; where it does not, it bears that one's id."""
    named = busted or told.execution_id
    return replace(told, kind=FillKind.BUST, execution_id=named, refers_to=named)


def execution_id(activity_id: str) -> str:
    """The one id under which the stream and the REST activities know an execution.

    A FILL activity's id reads `20220202135509981::2d7be4ff-...`: a time, two colons
    and a UUID. The stream names the execution by a bare `execution_id`, a UUID.
    Alpaca documents that an activity's reference is the execution id ("For trades, the
    execution_id is used", `ref_id` of schema ActivityEventV2CommonFields in the
    Trading API document); that the UUID after the colons is this reference is read
    from the samples, not stated, so an activity that names its execution outright is
    believed first. Were the two different, the fills of an order would sum to more
    than its `filled_quantity`, which ingest reports as a break.
    """
    return activity_id.rpartition("::")[2].lower()


def _activity_side(fields: Fields) -> Side:
    """Short sales are told apart in activities (`sell_short`), not in orders."""
    word = fields.text("side")
    return Side.SELL if word == "sell_short" else fields.word("side", Side)


def position(value: object, unfamiliar: Unfamiliar) -> PositionReport:
    fields = Fields(value, what="position", known=known.POSITION, unfamiliar=unfamiliar)
    quantity = abs(fields.decimal("qty"))
    side = fields.text("side")
    if side not in {"long", "short"}:
        raise Unreadable(f"position.side is unknown: {side!r}.")
    return PositionReport(
        symbol=fields.text("symbol"),
        quantity=quantity if side == "long" else -quantity,
        average_price=_cost(fields),
        market_price=fields.decimal_or_none("current_price"),
        market_value=fields.decimal_or_none("market_value"),
        unrealised=fields.decimal_or_none("unrealized_pl"),
    )


def _cost(fields: Fields) -> Decimal | None:
    """Nothing, or nought, was paid only where nobody knows what was: units that came
    from another broker, for one.
    """
    return fields.decimal_or_none("avg_entry_price") or None


def instrument(value: object, unfamiliar: Unfamiliar) -> InstrumentReport:
    """`easy_to_borrow` gave way to `borrow_status` in 2026; both are read."""
    fields = Fields(value, what="asset", known=known.ASSET, unfamiliar=unfamiliar)
    borrow = fields.text_or("borrow_status")
    return InstrumentReport(
        symbol=fields.text("symbol"),
        name=fields.text_or("name"),
        asset_class=_asset_class(fields.text_or("class")),
        exchange=fields.text_or("exchange"),
        tradable=fields.flag("tradable"),
        fractionable=fields.flag("fractionable"),
        shortable=fields.flag("shortable"),
        easy_to_borrow=borrow == "easy_to_borrow" or fields.flag("easy_to_borrow"),
        marginable=fields.flag("marginable"),
        broker_id=fields.text("id"),
    )


def _asset_class(word: str) -> AssetClass:
    return AssetClass(word) if word in set(AssetClass) else AssetClass.OTHER


def clock(value: object, unfamiliar: Unfamiliar) -> VenueClock:
    fields = Fields(value, what="clock", known=known.CLOCK, unfamiliar=unfamiliar)
    return VenueClock(
        now=fields.instant("timestamp"),
        is_open=fields.flag("is_open"),
        next_open=fields.instant("next_open"),
        next_close=fields.instant("next_close"),
    )


def session(value: object, unfamiliar: Unfamiliar) -> VenueSession:
    fields = Fields(value, what="calendar", known=known.CALENDAR, unfamiliar=unfamiliar)
    day = fields.day("date")
    opens, closes = fields.text("open"), fields.text("close")
    return VenueSession(
        day=day,
        opens=_at(day, opens),
        closes=_at(day, closes),
        extended_opens=_at(day, fields.text_or("session_open") or opens),
        extended_closes=_at(day, fields.text_or("session_close") or closes),
    )


def _at(day: date, wall: str) -> datetime:
    """An exchange-local "09:30" or "0930" of a day, in UTC; "24:00" ends the day."""
    digits = wall.replace(":", "")
    if len(digits) != 4 or not digits.isdecimal() or digits > "2400":  # noqa: PLR2004 - HHMM
        raise Unreadable(f"calendar has no such time: {wall!r}.")
    days, hour = divmod(int(digits[:2]), 24)
    local = datetime(
        day.year, day.month, day.day, hour, int(digits[2:]), tzinfo=EXCHANGE_ZONE
    )
    return (local + timedelta(days=days)).astimezone(UTC)
