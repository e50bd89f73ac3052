"""Requests that no well-behaved client would send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Any

from tests.emulators.practice import PracticeExchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: HTTPMessage
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content) if self.content else None


def credentials(exchange: PracticeExchange) -> dict[str, str]:
    return {
        "APCA-API-KEY-ID": exchange.key,
        "APCA-API-SECRET-KEY": exchange.secret,
    }


def send(
    exchange: PracticeExchange,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """One request; with the account's credentials unless headers are given."""
    connection = HTTPConnection("127.0.0.1", exchange.port, timeout=60)
    try:
        sent = credentials(exchange) if headers is None else dict(headers)
        connection.request(method, path, body, sent)
        got = connection.getresponse()
        return Answer(status=got.status, headers=got.headers, content=got.read())
    finally:
        connection.close()
