"""The practice exchange's own word, asked with the key that only the data folder holds."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any

from tests.runtime.desk import Desk, until
from tradedesk.runtime.keys import SecretsFile


class ExchangeRecord:
    """Alpaca's REST protocol, read only."""

    def __init__(self, desk: Desk) -> None:
        secrets = SecretsFile(desk.data / "secrets.env")
        self._port = desk.practice_port
        self._headers = {
            "APCA-API-KEY-ID": secrets["PRACTICE_KEY"],
            "APCA-API-SECRET-KEY": secrets["PRACTICE_SECRET"],
        }

    def read(self, path: str) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("GET", path, headers=self._headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def order(self, client_order_id: str) -> dict[str, Any]:
        """One order with its legs, by the id that the desk gave it."""
        found = self.read(
            f"/v2/orders:by_client_order_id?client_order_id={client_order_id}"
        )
        nested = self.read(f"/v2/orders/{found['id']}?nested=true")
        return dict(nested)

    def reaches(self, client_order_id: str, status: str) -> str:
        """Wait for a status; the one it has in the end, or what stood in the way.

        A confirmed order reaches the exchange a moment after the page said so.
        """
        until(lambda: self.status(client_order_id) == status)
        return self.status(client_order_id)

    def status(self, client_order_id: str) -> str:
        """The status by the exchange's word, or its message where it has no such order."""
        found = self.read(
            f"/v2/orders:by_client_order_id?client_order_id={client_order_id}"
        )
        return str(found.get("status") or found.get("message"))

    def count(self) -> int:
        """How many orders were ever taken."""
        return len(self.read("/v2/orders?status=all&limit=500&nested=true"))
