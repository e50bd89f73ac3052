"""Answers in Alpaca's shape, and a context that points at a test's server."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from brokers.domain.orders import OrderSpec, OrderType, Side, TimeInForce
from brokers.domain.ports import AdapterContext


CLIENT_ID = "ABCDEFGHIJKLMNOPQRST"


def context(url: str, *, read_timeout: float = 1.5) -> AdapterContext:
    stream = url.replace("http://", "ws://")
    return AdapterContext(
        endpoints={
            "trading": url,
            "data": url,
            "trade_stream": f"{stream}/stream",
            "data_stream": f"{stream}/v2/iex",
        },
        credentials={"key": "PKTEST", "secret": "very-secret"},
        connect_timeout=3,
        read_timeout=read_timeout,
    )


def order(**changes: Any) -> dict[str, Any]:
    return {
        "id": "7b08df51-c1ac-453c-99f9-323a5f075f0d",
        "client_order_id": CLIENT_ID,
        "created_at": "2026-11-20T15:00:00.123456789Z",
        "updated_at": "2026-11-20T15:00:00.123456789Z",
        "submitted_at": "2026-11-20T15:00:00.123456789Z",
        "filled_at": None,
        "expired_at": None,
        "canceled_at": None,
        "failed_at": None,
        "replaced_at": None,
        "replaced_by": None,
        "replaces": None,
        "asset_id": "b0b6dd9d-8b9b-48a9-ba46-b9d54906e415",
        "symbol": "AAPL",
        "asset_class": "us_equity",
        "notional": None,
        "qty": "10",
        "filled_qty": "0",
        "filled_avg_price": None,
        "order_class": "",
        "order_type": "limit",
        "type": "limit",
        "side": "buy",
        "time_in_force": "day",
        "limit_price": "150.25",
        "stop_price": None,
        "status": "new",
        "extended_hours": False,
        "legs": None,
        "trail_percent": None,
        "trail_price": None,
        "hwm": None,
    } | changes


def fill_activity(number: int, millisecond: int, **changes: Any) -> dict[str, Any]:
    return {
        "activity_type": "FILL",
        "cum_qty": "2",
        "id": f"20261120100000{millisecond:03}::00000000-0000-4000-8000-{number:012}",
        "leaves_qty": "0",
        "order_id": "b5abe576-6a8a-49f3-a353-46b72c1ccae9",
        "order_status": "filled",
        "price": "174.78",
        "qty": "2",
        "side": "buy",
        "symbol": "AAPL",
        "transaction_time": f"2026-11-20T15:00:00.{millisecond:03}482Z",
        "type": "fill",
    } | changes


SPEC = OrderSpec(
    symbol="AAPL",
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.DAY,
    quantity=Decimal(10),
    limit_price=Decimal("150.25"),
)
