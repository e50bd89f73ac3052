"""A year from nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db import IntegrityError, transaction

from brokers.models import Account
from journal.book import measuring
from journal.book.rebuilding import due_symbols, rebuild
from journal.demo import booking, living, stops
from journal.demo.market import market
from journal.demo.story import Told, year
from journal.demo.telling import Teller
from journal.models import DemoYear, Trade
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.core.errors import StaleStateError


LENGTH = timedelta(days=366)
SEED = 11
PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    year: DemoYear
    trades: int
    notes: int


def current(user: User) -> DemoYear | None:
    return DemoYear.objects.for_user(user).filter(removed_at=None).first()


def begin(user: User, *, clock: Clock, seed: int = SEED) -> DemoYear:
    """The row that a year is made for.

    Raises:
        StaleStateError: there is a demo year already, or one is being made.
    """
    try:
        with transaction.atomic():
            return DemoYear.objects.create(owner=user, seed=seed, made_at=clock.now())
    except IntegrityError:
        words = "There is a demo year already. Remove it first."
        raise StaleStateError(words) from None


def fill(made: DemoYear, *, actor: Actor, clock: Clock) -> Filled:
    """A year up to now. What it makes is written down as it goes, to be found again.

    Raises:
        StaleStateError: it was begun before. What stands of it can be removed.
    """
    if made.account_id is not None:
        raise StaleStateError("This demo year was begun before. Remove it first.")
    now, seed = clock.now(), made.seed
    seen = market(seed, first=now - LENGTH, now=now)
    story = year(seen, seed)
    made.account = booking.open_account(made.owner, actor=actor, now=now)
    made.save(update_fields=["account"])
    teller = Teller(made, Random(seed), actor, now)  # noqa: S311 - a story, no secret
    playbooks, plan = teller.playbooks(), teller.plan()
    symbols = booking.book(made, story, actor=actor, now=now)
    booking.carry(made, story, plan=plan, playbooks=playbooks)
    stops.attach(made, story, seen)
    booking.keep_bars(made.account.connection.feed, seen, story)
    _build(made.account, symbols, clock)
    trades = _measured(made.account, clock)
    teller.cards()
    teller.reviews(story, trades)
    teller.days([one for one in trades.values() if one.reviewed_at])
    teller.notes(story, trades)
    teller.ideas()
    living.warn(made.account, story, teller.random)
    teller.routine([one.opens.date() for one in seen.sessions])
    return _done(made, story, actor=actor, clock=clock)


def _build(account: Account, symbols: Iterable[str], clock: Clock) -> None:
    """All of its trades: what the worker happens to build at this moment is waited for."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE_SECONDS
    rebuild(account.pk, clock=clock, symbols=symbols)
    while due_symbols(account.pk) and time.monotonic() < deadline:
        pause.wait(0.2)
        rebuild(account.pk, clock=clock)


def _measured(account: Account, clock: Clock) -> dict[str, Trade]:
    """The trades by the execution that opened them, with what the bars say of them."""
    trades = (
        Trade.objects.filter(account=account)
        .select_related("account__connection")
        .prefetch_related("fills")
    )
    measuring.measure([one for one in trades if one.closed_at], clock.now())
    return {
        min(one.fills.all(), key=lambda fill: fill.executed_at).execution_id: one
        for one in trades
    }


@transaction.atomic
def _done(
    made: DemoYear, story: Sequence[Told], *, actor: Actor, clock: Clock
) -> Filled:
    made.filled_at = clock.now()
    made.save(update_fields=["filled_at"])
    record(
        AuditAction.DEMO_FILLED,
        actor=actor,
        subject="demoyear",
        subject_id=made.pk,
        payload={"seed": made.seed, "trades": len(story)},
        now=clock.now(),
    )
    notes = len(made.rows.get("note", []))
    return Filled(year=made, trades=len(story), notes=notes)
