"""Reading an account at the exchange over plain HTTP, page by page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from tests.chaos.counting import Venue
from tests.chaos.stage import Keys


PAGE = 100


def read(port: int, keys: Keys) -> Venue:
    """Everything that the exchange says of this account now."""
    return Venue(
        orders=_orders(port, keys),
        positions=_get(port, keys, "/v2/positions"),
        activities=_activities(port, keys),
        cash=cash(port, keys),
    )


def cash(port: int, keys: Keys) -> Decimal:
    return Decimal(_get(port, keys, "/v2/account")["cash"])


def _orders(port: int, keys: Keys) -> list[Mapping[str, Any]]:
    """Flat, legs among the others; pages overlap, since `after` cuts by an instant."""
    found: dict[str, Mapping[str, Any]] = {}
    wanted = {"status": "all", "nested": "false", "direction": "asc", "limit": "500"}
    while True:
        rows = _get(port, keys, f"/v2/orders?{urlencode(wanted)}")
        fresh = [row for row in rows if row["id"] not in found]
        found |= {row["id"]: row for row in rows}
        if not fresh:
            return list(found.values())
        earlier = [
            row for row in rows if row["submitted_at"] < rows[-1]["submitted_at"]
        ]
        wanted["after"] = (earlier or rows)[-1]["submitted_at"]


def _activities(port: int, keys: Keys) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    wanted = {"direction": "asc", "page_size": str(PAGE)}
    while True:
        rows = _get(port, keys, f"/v2/account/activities?{urlencode(wanted)}")
        found += rows
        if len(rows) < PAGE:
            return found
        wanted["page_token"] = rows[-1]["id"]


def recent_fills(port: int, keys: Keys, most: int) -> list[Mapping[str, Any]]:
    """The newest FILL activities."""
    wanted = urlencode({"direction": "desc", "page_size": str(most)})
    rows: list[Mapping[str, Any]] = _get(
        port, keys, f"/v2/account/activities/FILL?{wanted}"
    )
    return rows


def _get(port: int, keys: Keys, path: str) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"APCA-API-KEY-ID": keys.key, "APCA-API-SECRET-KEY": keys.secret}
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, body
    finally:
        connection.close()
    return json.loads(body)
