"""The practice exchange's own word, asked with the keys that only the data folder holds."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection
from typing import Any

from brokers.sim.keys import secret_of
from tests.runtime.desk import Desk, until
from tradedesk.runtime.keys import SecretsFile


class ExchangeRecord:
    """Alpaca's REST protocol, read only."""

    def __init__(self, desk: Desk) -> None:
        secrets = SecretsFile(desk.data / "secrets.env")
        self._port = desk.practice_port
        self._folder = desk.data / "practice"
        self._key = str(secrets["PRACTICE_KEY"])
        self._secret = str(secrets["PRACTICE_SECRET"])

    def _keys(self) -> dict[str, str]:
        """Everybody's keys with their secrets: the first, and those made from it."""
        told = "".join(
            path.read_text(encoding="utf-8") for path in self._folder.glob("*.json*")
        )
        further = set(re.findall(f"{self._key}-[0-9]+", told))
        return {self._key: self._secret} | {
            key: secret_of(key, self._secret) for key in further
        }

    def read(self, path: str, key: str, secret: str) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"APCA-API-KEY-ID": key, "APCA-API-SECRET-KEY": secret}
        try:
            connection.request("GET", path, headers=headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def _named(self, client_order_id: str) -> tuple[dict[str, Any], tuple[str, str]]:
        """What an account says of this id: one that knows it, or else any."""
        path = f"/v2/orders:by_client_order_id?client_order_id={client_order_id}"
        answers = [(self.read(path, *pair), pair) for pair in self._keys().items()]
        known = [one for one in answers if "id" in one[0]]
        return (known or answers)[0]

    def order(self, client_order_id: str) -> dict[str, Any]:
        """One order with its legs, by the id that the desk gave it."""
        found, pair = self._named(client_order_id)
        return dict(self.read(f"/v2/orders/{found['id']}?nested=true", *pair))

    def reaches(self, client_order_id: str, status: str) -> str:
        """Wait for a status; the one it has in the end, or what stood in the way.

        A confirmed order reaches the exchange a moment after the page said so.
        """
        until(lambda: self.status(client_order_id) == status)
        return self.status(client_order_id)

    def status(self, client_order_id: str) -> str:
        """The status by the exchange's word, or its message where it has no such order."""
        found, _pair = self._named(client_order_id)
        return str(found.get("status") or found.get("message"))

    def count(self) -> int:
        """How many orders were ever taken."""
        path = "/v2/orders?status=all&limit=500&nested=true"
        return sum(len(self.read(path, *pair)) for pair in self._keys().items())
