"""Reads for the pages of reconciliation: what a person may see, in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from brokers.domain.breaks import BreakStatus
from brokers.models import Break, BreakEvent, Finding, Order, ReconciliationRun
from tradedesk.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run of the list with what it found."""

    run: ReconciliationRun
    new: int
    carried: int
    auto_resolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakLife:
    """A break with its whole past, oldest first."""

    broken: Break
    events: Sequence[BreakEvent]
    findings: Sequence[Finding]


def run_lines(
    user: User, *, account_id: int | None = None, limit: int = 50
) -> list[RunLine]:
    """The newest runs that a person may see; account, owner and counts included."""
    raise NotImplementedError


def run_of(user: User, run_id: int) -> ReconciliationRun:
    """Raises ReconciliationRun.DoesNotExist for what this person may not see."""
    raise NotImplementedError


def running_of(user: User, account_id: int) -> ReconciliationRun | None:
    """The run that goes on now, if any."""
    raise NotImplementedError


def break_life(user: User, break_id: int) -> BreakLife:
    """Raises Break.DoesNotExist for what this person may not see."""
    raise NotImplementedError


def breaks_of(
    user: User,
    *,
    statuses: Sequence[BreakStatus] = (),
    account_id: int | None = None,
    limit: int = 200,
) -> list[Break]:
    """Breaks that a person may see, critical and oldest first; no status is all the
    unsettled ones and those that wait for a second person.
    """
    raise NotImplementedError


def assignable_to(broken: Break) -> list[User]:
    """Who may be given this break: the account's owner and the staff roles."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStanding:
    """How an order came out of its account's last whole run after its last change.

    `broken` is its standing break, None when book and broker agree.
    """

    run: ReconciliationRun
    at: datetime
    broken: Break | None


def standing_of(order: Order) -> OrderStanding | None:
    """None while no run has looked at the order as it is now."""
    raise NotImplementedError
