"""What the fault rules make of a connection of the trade-updates stream."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from starlette.websockets import WebSocket

from brokers.sim.faults import FaultPlan, StreamKind
from brokers.sim.faults.delivery import Delivery
from brokers.sim.server.faulting import Held
from brokers.sim.server.protocol import transport_of


log = logging.getLogger("practice.faults")
Send = Callable[[bytes], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFaults:
    """The plan that holds for every connection."""

    plan: FaultPlan
    held: Held

    def way(self, socket: WebSocket, send: Send) -> Way:
        return Way(self, socket, send)


class Way:
    """One connection's way to its client."""

    def __init__(self, faults: StreamFaults, socket: WebSocket, send: Send) -> None:
        self._faults = faults
        self._socket = socket
        self._send = send
        self._delivery: Delivery[bytes] = Delivery()
        self._silent = False

    def take(self, message: bytes, event: str, symbol: str) -> None:
        """Send a message, unless and as a rule says otherwise."""
        if self._silent:
            return
        rule = self._faults.plan.decide_message(event, symbol)
        if rule is not None:
            log.info("%s strikes %s of %s", rule.name, event, symbol)
        for one in self._delivery.take(message, rule.kind if rule else None):
            self._send(one)
        match rule.kind if rule else None:
            case StreamKind.HOLD if rule:
                self._faults.held.add(self._release, rule.seconds)
            case StreamKind.SILENCE:
                self._fall_silent()
            case StreamKind.CUT:
                transport_of(self._socket.scope).abort()

    def _fall_silent(self) -> None:
        """Nothing is read any more either, so that no ping is answered."""
        self._silent = True
        transport_of(self._socket.scope).pause_reading()

    async def _release(self) -> None:
        for one in self._delivery.release():
            self._send(one)
