"""What is wrong at one look, as alarms; told, held and ended by the incidents' rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.urls import reverse

from tradedesk.accounts.models import Role, User
from tradedesk.audit.selectors import last_run
from tradedesk.core.clock import Clock
from tradedesk.desk.system import machine, trading
from tradedesk.desk.system.rules import RULES, Audience
from tradedesk.desk.system.trading_alarms import (
    connection_alarms,
    protection_alarms,
    queued_alarms,
    stream_alarms,
    unresolved_alarms,
)
from tradedesk.notifications.incidents import Alarm
from tradedesk.notifications.selectors import outbox


ROLES = {
    Audience.KEEPERS: (Role.OWNER, Role.OPERATOR),
    Audience.REVIEWERS: (Role.OWNER, Role.OPERATOR, Role.COMPLIANCE),
}
GIVEN_UP_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at everything: when, and how processes and connections were found."""

    clock: Clock
    now: datetime
    processes: Mapping[str, machine.Process]
    connections: Sequence[trading.ConnectionHealth]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is wrong, and the families that could be looked at."""

    alarms: Sequence[Alarm]
    looked_at: frozenset[str]


def look(clock: Clock) -> Found:
    """All that is wrong now. Raises django.db.Error when the database does not answer."""
    parts = {process.name: process for process in machine.processes(clock)}
    now = clock.now()
    seen = Look(
        clock=clock,
        now=now,
        processes=parts,
        connections=trading.connections(None, now),
    )
    # Without the queue nobody sees the signs of life that the processes leave in it.
    unseen = set() if parts["queue"].ok else {"process"}
    looked_at = frozenset(WATCHES.keys() - unseen)
    alarms = [alarm for name in sorted(looked_at) for alarm in WATCHES[name](seen)]
    return Found(alarms=alarms, looked_at=looked_at)


def _desk_alarm(
    family: str, what: str, title: str, *, body: str = "", lasting: bool = True
) -> Alarm:
    """About the desk itself. `lasting`: it has to be seen for the rule's time."""
    rule = RULES[family]
    active = User.objects.filter(is_active=True, role__in=ROLES[rule.audience])
    return Alarm(
        key=f"{family}:{what}",
        kind=rule.kind,
        severity=rule.severity,
        title=title,
        body=body,
        url=reverse("system"),
        people=frozenset(active.values_list("pk", flat=True)),
        patience=rule.after if lasting else timedelta(0),
    )


def _queue(seen: Look) -> Iterable[Alarm]:
    queue = machine.queue(seen.now)
    if queue is None:
        yield _desk_alarm(
            "queue",
            "silent",
            "The queue does not answer",
            body="Orders wait in the outbox and are sent when it is back.",
        )
    elif queue.is_deep:
        yield _desk_alarm(
            "queue",
            "deep",
            "The queue backs up",
            body=f"{queue.waiting} tasks wait for a worker.",
        )


def _process(seen: Look) -> Iterable[Alarm]:
    for name in ("web", "worker", "beat", "stream"):
        part = seen.processes[name]
        if not part.ok:
            yield _desk_alarm(
                "process",
                name,
                f"The {name} process is silent",
                body=f"{part.does}: {part.detail}.",
            )


def _practice(seen: Look) -> Iterable[Alarm]:
    part = seen.processes["practice"]
    if not part.ok:
        yield _desk_alarm(
            "practice", "down", "The practice exchange is down", body=part.detail
        )


def _audit(_seen: Look) -> Iterable[Alarm]:
    run = last_run()
    if run is not None and not run.is_whole:
        yield _desk_alarm(
            "audit",
            "broken",
            "The audit log does not verify",
            body=(
                f"Broken at entry {run.first_bad_sequence}. Keep the "
                "database and the anchor file as they are and look at both."
            ),
        )


def _letters(seen: Look) -> Iterable[Alarm]:
    letters = outbox(given_up_since=seen.now - GIVEN_UP_WITHIN)
    oldest = letters.oldest_at
    if oldest is None or seen.now - oldest < RULES["letters"].after:
        return
    error = f" {letters.last_error}" if letters.last_error else ""
    yield _desk_alarm(
        "letters",
        "waiting",
        "Letters do not leave",
        body=f"{letters.waiting} wait.{error}",
        lasting=False,
    )


def _disk(_seen: Look) -> Iterable[Alarm]:
    disk = machine.disk()
    if disk is not None and disk.is_nearly_full:
        free = f"{disk.free / (1 << 20):,.0f} MiB"
        yield _desk_alarm(
            "disk",
            "full",
            "The disk is nearly full",
            body=f"{free} are free where the desk keeps its data.",
        )


def _clock(seen: Look) -> Iterable[Alarm]:
    skew = machine.clock_skew(seen.clock)
    if machine.is_skewed(skew):
        yield _desk_alarm(
            "clock",
            "skewed",
            "The clocks differ",
            body=f"The database's is {skew.total_seconds():+.1f} s from this machine's.",
        )


WATCHES: Mapping[str, Callable[[Look], Iterable[Alarm]]] = MappingProxyType(
    {
        "connection": lambda seen: connection_alarms(seen.connections),
        "stream": lambda seen: stream_alarms(seen.connections),
        "unresolved": lambda seen: unresolved_alarms(seen.now),
        "queued": lambda seen: queued_alarms(seen.now),
        "protection": lambda _seen: protection_alarms(),
        "queue": _queue,
        "process": _process,
        "practice": _practice,
        "audit": _audit,
        "letters": _letters,
        "disk": _disk,
        "clock": _clock,
    }
)
