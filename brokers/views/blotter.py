"""Rows of the blotter and its filters, between the form and the selectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings

from brokers.domain.orders import CommandKind, OrderStatus
from brokers.models import Command, Order
from brokers.selectors import OrderFilter
from brokers.views import phrases
from tradedesk.core.canonical import decimal_text


TABS = (
    ("working", "Working"),
    ("filled", "Filled"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
    ("all", "All"),
)
EMPTY = {
    "working": ("No working order", "Orders that wait at a broker appear here."),
    "filled": ("No fill yet", "Orders with at least one fill appear here."),
    "rejected": (
        "Nothing was rejected",
        "Orders that a guardrail stopped or a broker refused appear here, with why.",
    ),
    "cancelled": (
        "Nothing was cancelled",
        "Orders that were taken back or ran out of time appear here.",
    ),
    "all": ("No order yet", "Every order is written down here, whatever its end."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlotterRow:
    """One order as the table shows it; `chips` are commands without an answer."""

    order: Order
    chips: list[phrases.CommandChip]
    price: str
    reason: str
    reason_css: str
    source: str
    can_cancel: bool
    shows_status: bool


def shows_status(order: Order, commands: Sequence[Command]) -> bool:
    """Until the broker has answered the submission, its command says it all."""
    on_the_way = any(command.kind == CommandKind.SUBMIT for command in commands)
    return not (on_the_way and order.state is OrderStatus.SUBMITTED)


def blotter_row(order: Order) -> BlotterRow:
    commands: list[Command] = getattr(order, "in_flight", [])
    unresolved = any(command.is_unresolved for command in commands)
    cancelling = any(command.kind == "cancel" for command in commands)
    warns = unresolved or phrases.is_bad_news(order)
    return BlotterRow(
        order=order,
        chips=phrases.command_chips(commands),
        price=phrases.prices(order),
        reason=phrases.reason(order, commands),
        reason_css="warn" if warns else "soft",
        source=phrases.source(order),
        can_cancel=order.state.is_open and not cancelling,
        shows_status=shows_status(order, commands),
    )


_NARROWING = ("symbol", "side", "type", "source", "mode", "broker")


def order_filter(tab: str, cleaned: dict[str, Any]) -> OrderFilter:
    """Days are days of the exchange's zone; the last one is included."""
    first, last = cleaned.get("placed_from"), cleaned.get("placed_until")
    return OrderFilter(
        tab=tab if tab in EMPTY else "working",
        account_id=cleaned.get("account") or None,
        **{name: cleaned.get(name, "") for name in _NARROWING},
        placed_from=_midnight(first) if first else None,
        placed_until=_midnight(last + timedelta(days=1)) if last else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(settings.EXCHANGE_TIME_ZONE))


def query_of(given: dict[str, str], **changed: str) -> str:
    """The query string of this page with some of it changed; empty values go."""
    merged = {**given, **changed}
    return urlencode({name: value for name, value in merged.items() if value})


COLUMNS = (
    "order",
    "placed_at_utc",
    "mode",
    "account",
    "symbol",
    "side",
    "type",
    "time_in_force",
    "quantity",
    "notional",
    "filled",
    "average_price",
    "limit_price",
    "stop_price",
    "risk",
    "status",
    "command",
    "reason",
    "source",
    "client_order_id",
    "broker_order_id",
)


def csv_values(order: Order) -> Iterator[str]:
    """In the order of COLUMNS: ASCII only, plain decimals, instants in UTC."""
    row = blotter_row(order)
    state = row.chips[0].state if row.chips else ""
    yield from (str(order.pk), order.created_at.isoformat(), order.account.mode)
    yield from (_text(order.account.name), _text(order.symbol), order.side)
    yield from (order.type, order.time_in_force)
    for figure in (
        order.quantity,
        order.notional,
        order.filled_quantity,
        order.average_price,
        order.limit_price,
        order.stop_price,
        order.risk_money,
    ):
        yield "" if figure is None else decimal_text(figure)
    yield from (order.status, state, _text(row.reason), order.source)
    yield from (_text(order.client_order_id), _text(order.broker_order_id))


# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _text(value: str) -> str:
    ascii_minus = value.replace("\N{MINUS SIGN}", "-")
    return f"'{ascii_minus}" if ascii_minus.startswith(_FORMULA) else ascii_minus
