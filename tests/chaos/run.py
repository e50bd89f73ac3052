"""One run: traders trade, processes die, faults strike; then everything is counted."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.conf import settings

from brokers.market import quotes
from brokers.models import Account, Command
from brokers.orders.sync import sync_account
from brokers.registry import practice_endpoints
from brokers.sessions.connecting import (
    NewConnection,
    connect,
    refresh_instruments,
    refresh_venue,
)
from brokers.sim.server.journal import accepted_orders
from tests import people
from tests.chaos import counting, plan, venue
from tests.chaos.counting import IN_FLIGHT, Tally
from tests.chaos.pages import Pages
from tests.chaos.plan import Act, Idea, Route, Step
from tests.chaos.stage import EXCHANGE, Keys, Stage
from tests.chaos.traders import Told, Trader
from tradedesk.accounts.models import User
from tradedesk.audit.services import verify_chain
from tradedesk.core.clock import SYSTEM_CLOCK


THREADS = 4
# How far the orders may run ahead of a step that has not come about yet.
SLACK = 6
PATIENCE_SECONDS = 5.0
SETTLE_SECONDS = 120.0
HEALTHY_SECONDS = 60.0
# A market that goes on may fill something between two reads; a real break stays.
LOOKS_AT_BREAKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    orders: int
    seed: int
    kills: int
    seconds: float
    failpoints: bool
    traders: int


@dataclass(slots=True)
class Track:
    """The steps of one target. The one in progress holds the orders back."""

    steps: list[Step]
    started: float | None = None

    @property
    def next(self) -> Step | None:
        return self.steps[0] if self.steps else None

    def allows(self) -> float:
        """How far orders may go; one more a second where nobody passes the point."""
        waited = 0.0 if self.started is None else time.monotonic() - self.started
        return self.steps[0].at + SLACK + max(0.0, waited - PATIENCE_SECONDS)


@dataclass(slots=True)
class Run:
    """Everything of one run; `stage` has the processes, `told` what traders know."""

    options: Options
    stage: Stage
    accounts: list[Account] = field(default_factory=list)
    cash: dict[int, Decimal] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    tracks: dict[str, Track] = field(default_factory=dict)
    deadline: float = 0.0
    missed: list[str] = field(default_factory=list)
    _wanted_at: float = 0.0
    _ideas: Iterator[Idea] = field(default_factory=lambda: iter(()))
    _gate: threading.Condition = field(default_factory=threading.Condition)

    def carry_out(self) -> Tally:
        self.deadline = time.monotonic() + self.options.seconds
        wanted = plan.steps(
            self.options.seed,
            self.options.orders,
            kills=self.options.kills,
            failpoints=self.options.failpoints,
        )
        self.tracks = {name: Track(steps) for name, steps in wanted.items()}
        self.stage.start_exchange()
        self._open_accounts()
        self.stage.break_things(plan.faults(self.options.seed, self.options.orders))
        self.stage.start_desk()
        self._until(self._has_quotes, 60)
        self._trade()
        self._calm_down()
        return self._count()

    def _open_accounts(self) -> None:
        """People with an account each, rich enough that no check of size denies."""
        for keys in self.stage.keys:
            self.stage.exchange.request(
                "POST", "/control/deposit", {"key": keys.key, "amount": "50000000"}
            )
            person = people.person(keys.key.lower())
            account = connect(
                self._connection(keys),
                owner=person,
                actor=people.actor(person),
                clock=SYSTEM_CLOCK,
            )
            refresh_venue(account.connection, SYSTEM_CLOCK)
            assert sync_account(account.pk, SYSTEM_CLOCK)
            self.accounts.append(account)
            self.cash[account.pk] = venue.cash(self.stage.exchange.port, keys)
        refresh_instruments(self.accounts[0].connection, SYSTEM_CLOCK)

    def _connection(self, keys: Keys) -> NewConnection:
        return NewConnection(
            slug="practice",
            environment="practice",
            label=f"Practice of {keys.key}",
            credentials={"key": keys.key, "secret": keys.secret},
            endpoints=practice_endpoints(self.stage.exchange.port),
        )

    def _want_quotes(self) -> None:
        feed = self.accounts[0].connection.feed
        quotes.want(feed, plan.ALL_SYMBOLS, SYSTEM_CLOCK.now())

    def _has_quotes(self) -> bool:
        self._want_quotes()
        feed = self.accounts[0].connection.feed
        return len(quotes.latest(feed, plan.ALL_SYMBOLS)) == len(plan.ALL_SYMBOLS)

    # Trading

    def _trade(self) -> None:
        self._ideas = plan.ideas(self.options.seed, traders=self.options.traders)
        traders = [self._trader(account) for account in self.accounts]
        threads = [
            threading.Thread(target=self._work, args=(traders,), daemon=True)
            for _ in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self._direct()
            threading.Event().wait(0.05)
        self.missed += [
            f"did not come about: {step.act} {step.failpoint or ''} of {step.target}"
            for track in self.tracks.values()
            for step in track.steps
        ]

    def _trader(self, account: Account) -> Trader:
        person: User = account.owner
        session = people.verified(person).cookies[settings.SESSION_COOKIE_NAME].value
        device = people.ChaosDevice.objects.get(user=person)
        pages = Pages(self.stage.port, session, device)
        return Trader(person, account, pages, self.told, self._is_over)

    def _is_over(self) -> bool:
        return time.monotonic() > self.deadline

    def _work(self, traders: list[Trader]) -> None:
        while (idea := self._next_idea()) is not None:
            traders[idea.trader].carry_out(idea)
        traders[0].finish()

    def _next_idea(self) -> Idea | None:
        """The next order in its turn. When all are placed and a step still waits for
        somebody to pass its point, there are a few more.
        """
        with self._gate:
            idea = next(self._ideas)
            self._gate.wait_for(
                lambda: idea.number <= self._allowed() or self._is_over(),
                max(0.0, self.deadline - time.monotonic()),
            )
        waited_for = any(track.steps for track in self.tracks.values())
        if self._is_over() or (idea.number > self.options.orders and not waited_for):
            return None
        if "web" in self.stage.actors and self.stage.is_armed("web"):
            return replace(idea, route=Route.PAGES)
        return idea

    def _allowed(self) -> float:
        """The last order that may start: the slowest step holds the others back."""
        return min(
            (track.allows() for track in self.tracks.values() if track.steps),
            default=math.inf,
        )

    # Directing: the main thread alone

    def _direct(self) -> None:
        self.stage.look()
        self._want_quotes_sometimes()
        for track in self.tracks.values():
            self._advance(track)
        with self._gate:
            self._gate.notify_all()

    def _want_quotes_sometimes(self) -> None:
        """The wish ends after ten minutes, and with the queue when it is flushed."""
        if time.monotonic() > self._wanted_at + 2:
            self._wanted_at = time.monotonic()
            self._want_quotes()

    def _advance(self, track: Track) -> None:
        step = track.next
        if step is None or self.told.count < step.at:
            return
        if track.started is None:
            track.started = time.monotonic() + step.delay
        if time.monotonic() < track.started:
            return
        if self._is_done(step):
            track.steps.pop(0)
            track.started = None

    def _is_done(self, step: Step) -> bool:
        match step.act:
            case Act.KILL:
                self.stage.kill(step.target)
                return True
            case Act.REFUSE:
                self.stage.refuse(1.5)
                return True
            case Act.FLUSH:
                quotes._valkey().flushall()
                self.stage.faults["queue flushed"] += 1
                return True
            case Act.FAILPOINT:
                return self._reach(step)

    def _reach(self, step: Step) -> bool:
        """Arm once, then wait for the process to die there."""
        assert step.failpoint is not None
        name = f"{step.target} at {step.failpoint}"
        if self.stage.kills[name]:
            if step.with_exchange:
                self.stage.kill(EXCHANGE, why=f"together with {name}")
            return True
        if not self.stage.is_armed(step.target):
            if step.failpoint in plan.SETTLING:
                self.stage.lose_an_answer()
            self.stage.arm(step.target, step.failpoint)
        return False

    # Counting

    def _calm_down(self) -> None:
        """Faults end, everything runs, nothing is in flight any more."""
        self.stage.end_faults()
        in_flight = Command.objects.filter(status__in=IN_FLIGHT)
        self._until(lambda: not in_flight.exists(), SETTLE_SECONDS)
        if not self._until(lambda: self.stage.health()[0] == 200, HEALTHY_SECONDS):
            self.missed.append(f"health: {self.stage.health()}")

    def _count(self) -> Tally:
        tally = counting.count(
            accepted_orders(self.stage.folder / EXCHANGE), self.told.confirmed
        )
        for finding in self._breaks():
            tally.add("breaks", finding)
        report = verify_chain(SYSTEM_CLOCK)
        if report.finding is not None:
            tally.add("breaks", f"audit chain: {report.finding}")
        return tally

    def _breaks(self) -> list[str]:
        found: list[str] = []
        for _ in range(LOOKS_AT_BREAKS):
            found = [
                one
                for keys in zip(self.stage.keys, self.accounts, strict=True)
                for one in self._breaks_of(*keys)
            ]
            if not found:
                break
        return found

    def _breaks_of(self, keys: Keys, account: Account) -> Iterator[str]:
        if not sync_account(account.pk, SYSTEM_CLOCK):
            yield f"{account}: the exchange did not answer"
            return
        there = venue.read(self.stage.exchange.port, keys)
        for finding in counting.breaks(
            account, there, cash_before=self.cash[account.pk]
        ):
            yield f"{keys.key}: {finding}"

    def _until(self, ready, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                return False
            self.stage.look()
            threading.Event().wait(0.2)
        return True
