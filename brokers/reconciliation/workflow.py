"""The life of a break in people's hands: assign, state, resolve, verify, reopen.

Each step is one transaction with its BreakEvent and its audit entry. `seen` is the
status that the person looked at: another one now raises StaleStateError. The people of
an account are its owner and the staff roles; only a person of staff who neither owns
the account nor resolved the break may verify it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from brokers.domain.breaks import BreakStatus, Resolution
from brokers.models import Break
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor


# What a person may choose; the other resolutions follow from a rule.
BY_HAND = (
    Resolution.TIMING,
    Resolution.ERROR_THEIRS,
    Resolution.ERROR_OURS,
    Resolution.ADJUSTMENT,
    Resolution.WRITE_OFF,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who takes a step on which break, and what they saw when they decided."""

    break_id: int
    seen: BreakStatus
    by: User
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A compensating entry of the book: signed units at a price, or signed money."""

    symbol: str = ""
    quantity: Decimal = Decimal(0)
    price: Decimal | None = None
    amount: Decimal = Decimal(0)


def assign(step: Step, assignee: User | None) -> Break:
    """Give a break to somebody, or to nobody with None.

    Raises:
        InvalidInputError: that person cannot see it or is no longer active.
        NotAllowedError, StaleStateError, Break.DoesNotExist: as every step.
    """
    raise NotImplementedError


def set_status(step: Step, status: BreakStatus, note: str) -> Break:
    """Move between open, investigating and awaiting broker.

    Raises:
        InvalidInputError: the status is none of these, or is the same.
    """
    raise NotImplementedError


def resolve(
    step: Step,
    resolution: Resolution,
    note: str,
    *,
    adjustment: Adjustment | None = None,
) -> Break:
    """Say why it is settled. ADJUSTMENT books a compensating entry with it.

    Raises:
        InvalidInputError: no note, no choice of a person, or an adjustment that is
            missing, empty or not asked for.
        NotAllowedError: only the account's owner may change the book.
    """
    raise NotImplementedError


def suggested_adjustment(broken: Break) -> Adjustment | None:
    """The entry that would make the two sides agree, where one does."""
    raise NotImplementedError


def needs_approval(broken: Break) -> bool:
    """Whether its resolution counts only once a second person has verified it."""
    raise NotImplementedError


def verify(step: Step, note: str = "") -> Break:
    """A second person's word that a resolved break is settled.

    Raises:
        NotAllowedError: by the resolver, the account's owner, or who is not of staff;
            the message says who could, or that nobody on this desk can.
    """
    raise NotImplementedError


def reopen(step: Step, reason: str) -> Break:
    """Back to open from resolved or verified, with the reason.

    Raises:
        InvalidInputError: no reason.
        StaleStateError: the same difference is open as another break already.
    """
    raise NotImplementedError


def allowed_steps(broken: Break, user: User) -> frozenset[str]:
    """Which of assign, set_status, resolve, adjust, verify, reopen to offer."""
    raise NotImplementedError


def why_not_verify(broken: Break, user: User) -> str:
    """Why this person cannot verify it; "" when they can."""
    raise NotImplementedError
