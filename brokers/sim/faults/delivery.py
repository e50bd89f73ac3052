"""In which order, and how often, a faulty stream sends its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from brokers.sim.faults.kinds import StreamKind


Message = TypeVar("Message")
LOST = frozenset({StreamKind.DROP, StreamKind.SILENCE, StreamKind.CUT})
PUT_BACK = frozenset({StreamKind.HOLD, StreamKind.SWAP})


@dataclass(slots=True)
class Delivery(Generic[Message]):
    """One connection's messages: `held` wait for a release, `behind` for the next."""

    held: list[Message] = field(default_factory=list)
    behind: list[Message] = field(default_factory=list)

    def take(self, message: Message, kind: StreamKind | None) -> list[Message]:
        """What goes out now that this message has come."""
        if kind in LOST:
            return []
        if kind in PUT_BACK:
            waiting = self.held if kind is StreamKind.HOLD else self.behind
            waiting.append(message)
            return []
        times = 2 if kind is StreamKind.TWICE else 1
        out = [*[message] * times, *self._caught_up()]
        if kind is StreamKind.ECHO:
            self.behind.append(message)
        return out

    def release(self) -> list[Message]:
        """All that waits, oldest first."""
        held, self.held = self.held, []
        return [*held, *self._caught_up()]

    def _caught_up(self) -> list[Message]:
        behind, self.behind = self.behind, []
        return behind
