"""What is watched, after how long it is told, how loudly, and to whom: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from tradedesk.notifications.models import NoticeKind, Severity


class Audience(StrEnum):
    HOLDER = "whose connection or account it is"
    KEEPERS = "owners and operators"
    REVIEWERS = "owners, operators and compliance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`after` is how long it must last before it is told."""

    what: str
    kind: NoticeKind
    severity: Severity
    after: timedelta
    audience: Audience


def _rule(
    what: str, kind: NoticeKind, severity: Severity, *, after: float, to: Audience
) -> Rule:
    seconds = timedelta(seconds=after)
    return Rule(what=what, kind=kind, severity=severity, after=seconds, audience=to)


_ORDER, _SYSTEM = NoticeKind.ORDER, NoticeKind.SYSTEM
_WARNING, _CRITICAL = Severity.WARNING, Severity.CRITICAL
_HOLDER, _KEEPERS = Audience.HOLDER, Audience.KEEPERS

# Looks come every ten seconds, so an alarm may be that much later than its rule says.
LOOK_EVERY = timedelta(seconds=10)
# A stream proves itself every ten seconds (`brokers.wire.stream`).
HEARTBEAT = timedelta(seconds=10)

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "connection": _rule(
            "a broker does not answer, or refuses the credentials",
            NoticeKind.CONNECTION, _WARNING, after=60, to=_HOLDER,
        ),
        "stream": _rule(
            "a stream is silent for two heartbeats while orders work",
            NoticeKind.CONNECTION, _WARNING, after=20, to=_HOLDER,
        ),
        "unresolved": _rule(
            "a command was sent and nobody knows what became of it",
            _ORDER, _CRITICAL, after=60, to=_HOLDER,
        ),
        "queued": _rule(
            "a confirmed command waits and is not sent",
            _ORDER, _CRITICAL, after=30, to=_HOLDER,
        ),
        "protection": _rule(
            "a position is open without a working stop",
            NoticeKind.PROTECTION, _CRITICAL, after=8, to=_HOLDER,
        ),
        "queue": _rule(
            "the queue does not answer, or more tasks wait than are done",
            _SYSTEM, _CRITICAL, after=60, to=_KEEPERS,
        ),
        "process": _rule(
            "web, worker, beat or stream leaves no sign of life",
            _SYSTEM, _CRITICAL, after=45, to=_KEEPERS,
        ),
        "practice": _rule(
            "the practice exchange does not answer",
            _SYSTEM, _WARNING, after=60, to=_KEEPERS,
        ),
        "audit": _rule(
            "the audit chain does not verify",
            _SYSTEM, _CRITICAL, after=0, to=Audience.REVIEWERS,
        ),
        "letters": _rule(
            "letters wait and do not leave",
            _SYSTEM, _WARNING, after=600, to=_KEEPERS,
        ),
        "disk": _rule(
            "the disk of the data folder is nearly full",
            _SYSTEM, _CRITICAL, after=0, to=_KEEPERS,
        ),
        "clock": _rule(
            "this machine's clock and the database's differ by more than two seconds",
            _SYSTEM, _WARNING, after=60, to=_KEEPERS,
        ),
    }
)  # fmt: skip

# How much is too much; what lasts is told by the rule's `after`.
QUEUE_DEPTH = 200
DISK_FREE_BYTES = 1 << 30
DISK_FREE_SHARE = 0.03
CLOCK_SKEW_SECONDS = 2.0
