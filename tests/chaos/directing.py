"""Bringing about what the seed has planned, and holding orders back until it has come."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

import redis
from django.conf import settings
from django.db import DatabaseError

from brokers.domain.orders import CommandKind, CommandStatus
from brokers.market import quotes
from brokers.models import Command
from tests.chaos import operator
from tests.chaos.plan import ALL_SYMBOLS, BY_SERVICES_ALONE, Idea, Route
from tests.chaos.servers import DATABASE, QUEUE
from tests.chaos.stage import EXCHANGE, Stage
from tests.chaos.steps import BOTH_WORKERS, SETTLING, Act, Step
from tests.chaos.traders import Told
from tradedesk.core.clock import SYSTEM_CLOCK


# How far the orders may run ahead of a step that has not come about yet.
SLACK = 12
PATIENCE_SECONDS = 5.0
WISH_EVERY = 2.0
SAY_EVERY = 60.0
TIME_FOR_A_STEP = 60.0


@dataclass(slots=True)
class Track:
    """The steps of one target. The one in progress holds the orders back."""

    steps: list[Step]
    started: float | None = None

    def allows(self) -> float:
        """How far orders may go; one more a second where nobody passes the point."""
        waited = 0.0 if self.started is None else time.monotonic() - self.started
        return self.steps[0].at + SLACK + max(0.0, waited - PATIENCE_SECONDS)


@dataclass(slots=True)
class Director:
    """`orders` are to be confirmed before `deadline`, a reading of the monotonic clock.

    Only the main thread directs; the traders' threads ask for their next idea.
    """

    stage: Stage
    told: Told
    tracks: dict[str, Track]
    ideas: Iterator[Idea]
    orders: int
    deadline: float
    feed: str
    started: float = field(default_factory=time.monotonic)
    _wished_at: float = 0.0
    _said_at: float = field(default_factory=time.monotonic)
    _gate: threading.Condition = field(default_factory=threading.Condition)

    def is_over(self) -> bool:
        return time.monotonic() > self.deadline

    def next_idea(self) -> Idea | None:
        """The next order in its turn. When all are placed and a step still waits for
        somebody to pass its point, there are a few more.
        """
        with self._gate:
            idea = next(self.ideas)
            self._gate.wait_for(
                lambda: idea.number <= self._allowed() or self.is_over(),
                max(0.0, self.deadline - time.monotonic()),
            )
        if self.is_over() or (self._are_enough() and not self._waited_for()):
            return None
        by_pages = idea.shape not in BY_SERVICES_ALONE
        if by_pages and self.stage.is_armed("web"):
            return replace(idea, route=Route.PAGES)
        return idea

    def _are_enough(self) -> bool:
        """Those that were taken back, or refused with proof, are replaced by others."""
        if self.told.count < self.orders:
            return False
        refused = Command.objects.filter(
            kind=CommandKind.SUBMIT.value, status=CommandStatus.REFUSED.value
        )
        try:
            return self.told.count >= self.orders + refused.count()
        except DatabaseError:
            return False

    def _waited_for(self) -> bool:
        return any(track.steps for track in self.tracks.values())

    def _allowed(self) -> float:
        """The last order that may start: the slowest step holds the others back."""
        return min(
            (track.allows() for track in self.tracks.values() if track.steps),
            default=math.inf,
        )

    def direct(self, is_busy: Callable[[], bool]) -> None:
        """Until nobody trades any more."""
        while is_busy():
            self.stage.look()
            self._wish()
            self._say()
            for track in self.tracks.values():
                if track.steps:
                    self._advance(track)
            with self._gate:
                self._gate.notify_all()
            threading.Event().wait(0.05)

    def left(self) -> list[str]:
        """The steps that had their time and did not come about. What was not due yet when
        the time of a slow machine was over is no defect.
        """
        late = time.monotonic() - TIME_FOR_A_STEP
        return [
            f"did not come about: {step.act} {step.failpoint or ''} of {step.target}"
            for track in self.tracks.values()
            for step in track.steps[:1]
            if track.started is not None and track.started < late
        ]

    def _wish(self) -> None:
        """The wish for quotes ends after a while, and with the queue when it is lost."""
        if time.monotonic() > self._wished_at + WISH_EVERY:
            self._wished_at = time.monotonic()
            with suppress(redis.RedisError):
                quotes.want(self.feed, ALL_SYMBOLS, SYSTEM_CLOCK.now())

    def _say(self) -> None:
        if time.monotonic() > self._said_at + SAY_EVERY:
            self._said_at = time.monotonic()
            seconds = time.monotonic() - self.started
            sys.stdout.write(
                f"{seconds / 60:4.0f} min: {self.told.count} orders, "
                f"{self.told.count / seconds:.1f} a second, "
                f"{self.stage.kills.total()} kills\n"
            )
            sys.stdout.flush()

    def _advance(self, track: Track) -> None:
        step = track.steps[0]
        if self.told.count < step.at:
            return
        if track.started is None:
            track.started = time.monotonic() + step.delay
        if time.monotonic() >= track.started and self._is_done(step):
            track.steps.pop(0)
            track.started = None

    def _is_done(self, step: Step) -> bool:
        match step.act:
            case Act.KILL:
                self._kill(step.target)
            case Act.REFUSE:
                self.stage.refuse(1.5)
            case Act.FLUSH:
                redis.Redis.from_url(settings.REDIS_URL).flushall()
                self.stage.faults["queue flushed"] += 1
            case Act.FAILPOINT:
                return self._is_reached(step)
            case Act.BUST | Act.CORRECT:
                return operator.operate(self.stage, step)
        return True

    def _kill(self, target: str) -> None:
        if target == BOTH_WORKERS:
            self.stage.kill_workers()
        elif target in {DATABASE, QUEUE}:
            self.stage.restart_server(target)
        else:
            self.stage.kill(target)

    def _is_reached(self, step: Step) -> bool:
        """Arm once, then wait for a process to die there."""
        assert step.failpoint is not None
        name = f"{step.target} at {step.failpoint}"
        if self.stage.kills[name]:
            if step.with_exchange:
                self.stage.kill(EXCHANGE, why=f"together with {name}")
            return True
        if not self.stage.is_armed(step.target):
            if step.failpoint in SETTLING:
                self.stage.lose_an_answer()
            self.stage.arm(step.target, step.failpoint)
        return False
