"""One run: traders trade, processes die, faults strike; then everything is counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import connection

from brokers.domain.breaks import RunResult, RunTrigger
from brokers.domain.orders import IN_FLIGHT
from brokers.market import quotes
from brokers.models import Account, Break, Command
from brokers.orders.sync import sync_account
from brokers.orders.turns import TurnTaken
from brokers.reconciliation.running import AlreadyRunningError, reconcile
from brokers.registry import practice_endpoints
from brokers.sessions.connecting import (
    NewConnection,
    connect,
    refresh_instruments,
    refresh_venue,
)
from brokers.sim.server.journal import accepted_orders
from tests import people
from tests.chaos import counting, plan, recording, steps, venue
from tests.chaos.counting import Tally
from tests.chaos.directing import Director, Track
from tests.chaos.limits import loosen_behaviour
from tests.chaos.pages import Pages
from tests.chaos.stage import EXCHANGE, Keys, Stage
from tests.chaos.traders import Told, Trader
from tradedesk.accounts.models import User
from tradedesk.audit.services import verify_chain
from tradedesk.core.clock import SYSTEM_CLOCK


SETTLE_SECONDS = 240.0
HEALTHY_SECONDS = 90.0
# A market that goes on may fill something between two reads; a real break stays.
LOOKS_AT_BREAKS = 20
LOOK_AGAIN_SECONDS = 1.0
RECORDED_ACCOUNTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`seconds` is how long it may trade, `threads` how many trade at once; a slow
    machine gets no further than `enough` orders in that time, which is no defect.

    What is heard of the first accounts is kept in the file `record`.
    """

    orders: int
    enough: int
    seed: int
    kills: int
    seconds: float
    failpoints: bool
    threads: int
    record: Path | None = None


@dataclass(slots=True)
class Run:
    """Everything of one run; `stage` has the processes, `told` what traders know."""

    options: Options
    stage: Stage
    accounts: list[Account] = field(default_factory=list)
    cash: dict[int, Decimal] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    missed: list[str] = field(default_factory=list)
    traded_seconds: float = 0.0

    def carry_out(self) -> Tally:
        if self.options.record is not None:
            recording.begin(
                self.stage.folder / "record",
                [keys.key for keys in self.stage.keys[:RECORDED_ACCOUNTS]],
            )
        self.stage.start_exchange()
        self._open_accounts()
        self.stage.break_things(plan.faults(self.options.seed, self.options.orders))
        self.stage.start_desk()
        self._until(self._has_quotes, 120)
        self._trade()
        self._calm_down()
        tally = self._count()
        if self.options.record is not None:
            keys = (keys.key for keys in self.stage.keys[:RECORDED_ACCOUNTS])
            accounts = dict(zip(keys, self.accounts, strict=False))
            recording.finish(accounts, self.options.record)
        return tally

    def _open_accounts(self) -> None:
        """People with an account each, rich enough that no check of size denies."""
        loosen_behaviour()
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

    def _has_quotes(self) -> bool:
        feed = self.accounts[0].connection.feed
        quotes.want(feed, plan.ALL_SYMBOLS, SYSTEM_CLOCK.now())
        return len(quotes.latest(feed, plan.ALL_SYMBOLS)) == len(plan.ALL_SYMBOLS)

    # Trading

    def _trade(self) -> None:
        director = self._director()
        traders = [self._trader(account, director) for account in self.accounts]
        threads = [
            threading.Thread(target=_work, args=(director, traders), daemon=True)
            for _ in range(self.options.threads)
        ]
        for thread in threads:
            thread.start()
        director.direct(lambda: any(thread.is_alive() for thread in threads))
        self.traded_seconds = time.monotonic() - director.started
        self.missed += director.left()

    def _director(self) -> Director:
        wanted = steps.steps(
            self.options.seed,
            self.options.orders,
            kills=self.options.kills,
            failpoints=self.options.failpoints,
        )
        return Director(
            stage=self.stage,
            told=self.told,
            tracks={name: Track(many) for name, many in wanted.items()},
            ideas=plan.ideas(self.options.seed, traders=len(self.accounts)),
            orders=self.options.orders,
            deadline=time.monotonic() + self.options.seconds,
            feed=self.accounts[0].connection.feed,
        )

    def _trader(self, account: Account, director: Director) -> Trader:
        person: User = account.owner
        session = people.verified(person).cookies[settings.SESSION_COOKIE_NAME].value
        device = people.ChaosDevice.objects.get(user=person)
        pages = Pages(self.stage.port, session, device)
        return Trader(person, account, pages, self.told, director.is_over)

    # Counting

    def _calm_down(self) -> None:
        """Faults end, everything runs, nothing is in flight any more."""
        connection.close()  # the database may have been away since it was opened
        self.stage.end_faults()
        in_flight = Command.objects.filter(status__in=IN_FLIGHT)
        self._until(lambda: not in_flight.exists(), SETTLE_SECONDS)
        if not self._until(lambda: self.stage.health()[0] == 200, HEALTHY_SECONDS):
            self.missed.append(f"health: {self.stage.health()}")

    def _count(self) -> Tally:
        tally = counting.count(
            accepted_orders(self.stage.folder / EXCHANGE), self.told.confirmed
        )
        for finding in [*self._breaks(), *self._unreconciled()]:
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
            threading.Event().wait(LOOK_AGAIN_SECONDS)
        return found

    def _unreconciled(self) -> Iterator[str]:
        """What the desk's own reconciliation says, which must be: clean."""
        for account in self.accounts:
            for _ in range(LOOKS_AT_BREAKS):
                try:
                    run = reconcile(
                        account.pk,
                        trigger=RunTrigger.COMMAND,
                        requested_by=None,
                        clock=SYSTEM_CLOCK,
                    )
                except AlreadyRunningError:
                    threading.Event().wait(LOOK_AGAIN_SECONDS)
                    continue
                if run.result == RunResult.CLEAN.value:
                    break
            else:
                yield f"{account}: reconciled, and {run.result} {run.failures}"
                for one in Break.objects.filter(account=account).unsettled():
                    yield f"{account}: {one.kind} {one.subject}"

    def _breaks_of(self, keys: Keys, account: Account) -> Iterator[str]:
        try:
            answered = sync_account(account.pk, SYSTEM_CLOCK)
        except TurnTaken:
            yield f"{account}: the desk itself was reading it"
            return
        if not answered:
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


def _work(director: Director, traders: list[Trader]) -> None:
    while (idea := director.next_idea()) is not None:
        traders[idea.trader].carry_out(idea)
    traders[0].finish()
