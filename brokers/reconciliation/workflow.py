"""The life of a break in people's hands: assign, state, resolve, verify, reopen.

Each step is one transaction with its BreakEvent and its audit entry. `seen` is the
status that the person looked at: another one now raises StaleStateError. The people of
an account are its owner and the staff roles; only a person of staff who neither owns
the account nor resolved the break may verify it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from brokers.domain.breaks import BreakKind, BreakStatus, Resolution
from brokers.models import Break, BreakEvent, LedgerEntry
from brokers.orders import ledger
from brokers.orders.locks import lock_account
from brokers.reconciliation import people
from brokers.reconciliation.breaks import needs_approval, reopening
from brokers.reconciliation.differences import text
from brokers.reconciliation.people import allowed_steps, why_not_verify
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError, NotAllowedError, StaleStateError
from tradedesk.web import events


__all__ = [
    "BY_HAND",
    "Adjustment",
    "Step",
    "allowed_steps",
    "assign",
    "needs_approval",
    "reopen",
    "resolve",
    "set_status",
    "suggested_adjustment",
    "verify",
    "why_not_verify",
]

# What a person may choose; the other resolutions follow from a rule.
BY_HAND = (
    Resolution.TIMING,
    Resolution.ERROR_THEIRS,
    Resolution.ERROR_OURS,
    Resolution.ADJUSTMENT,
    Resolution.WRITE_OFF,
)
IN_WORK = (BreakStatus.OPEN, BreakStatus.INVESTIGATING, BreakStatus.AWAITING_BROKER)
NOTE_LENGTH = 500
# The kinds whose difference is units of a symbol, or money.
_UNITS = frozenset(
    {
        BreakKind.MISSING_AT_BROKER,
        BreakKind.MISSING_LOCALLY,
        BreakKind.QTY_MISMATCH,
        BreakKind.SIDE_MISMATCH,
        BreakKind.CORPORATE_ACTION,
    }
)
_MONEY = frozenset({BreakKind.CASH, BreakKind.FEE})


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

    @property
    def is_empty(self) -> bool:
        return not self.quantity and not self.amount


# Steps


@transaction.atomic
def assign(step: Step, assignee: User | None) -> Break:
    """Give a break to somebody, or to nobody with None.

    Raises:
        InvalidInputError: that person cannot see it or is no longer active.
        NotAllowedError, StaleStateError, Break.DoesNotExist: as every step.
    """
    broken = _locked(step, "assign")
    if assignee is not None and not people.may_see(broken, assignee):
        raise InvalidInputError(
            "Choose the account's owner or somebody of staff.", field="assignee"
        )
    before = people.name_of(broken.assignee)
    broken.assignee = assignee
    broken.save(update_fields=["assignee"])
    detail = {"assignee": people.name_of(assignee), "before": before}
    _say(step, broken, note=f"given to {detail['assignee'] or 'nobody'}", detail=detail)
    return broken


@transaction.atomic
def set_status(step: Step, status: BreakStatus, note: str) -> Break:
    """Move between open, investigating and awaiting broker.

    Raises:
        InvalidInputError: the status is none of these, or is the same.
    """
    broken = _locked(step, "set_status")
    if status not in IN_WORK or status is step.seen:
        raise InvalidInputError("Choose another state of its work.", field="status")
    _move(broken, {"status": status.value})
    _say(step, broken, note=_checked_length(note))
    return broken


@transaction.atomic
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
    said = _checked(note, "Say in a few words why it is settled.")
    changes_book = resolution in {Resolution.ADJUSTMENT, Resolution.WRITE_OFF}
    broken = _locked(step, "adjust" if changes_book else "resolve")
    if resolution not in BY_HAND:
        raise InvalidInputError("Choose why it is settled.", field="resolution")
    entry = _adjust(step, broken, resolution, said=said, adjustment=adjustment)
    _move(
        broken,
        {
            "status": BreakStatus.RESOLVED.value,
            "resolution": resolution.value,
            "resolution_note": said,
            "resolved_at": step.now,
            "resolved_by": step.by,
        },
    )
    detail = {"resolution": resolution.value, "entry": entry.pk if entry else None}
    _say(step, broken, note=said, detail=detail, action=AuditAction.BREAK_RESOLVED)
    return broken


def _adjust(
    step: Step,
    broken: Break,
    resolution: Resolution,
    *,
    said: str,
    adjustment: Adjustment | None,
) -> LedgerEntry | None:
    if resolution is not Resolution.ADJUSTMENT:
        if adjustment is not None:
            raise InvalidInputError(
                "Only an adjustment books an entry.", field="resolution"
            )
        return None
    if adjustment is None or adjustment.is_empty:
        raise InvalidInputError(
            "Give the units or the money of the entry.", field="quantity"
        )
    if adjustment.quantity and not adjustment.symbol:
        raise InvalidInputError("Give the symbol of the units.", field="symbol")
    entry = ledger.Adjustment(
        symbol=adjustment.symbol,
        quantity=adjustment.quantity,
        price=adjustment.price,
        amount=adjustment.amount,
        note=f"Break {broken.pk}: {said}",
    )
    return ledger.book_adjustment(
        broken.account, entry, user=step.by, actor=step.actor, now=step.now
    )


@transaction.atomic
def verify(step: Step, note: str = "") -> Break:
    """A second person's word that a resolved break is settled.

    Raises:
        NotAllowedError: by the resolver, the account's owner, or who is not of staff;
            the message says who could, or that nobody on this desk can.
    """
    broken = _locked(step, "")
    if broken.status != BreakStatus.RESOLVED.value:
        raise StaleStateError("Only a resolved break can be verified. Look again.")
    reason = why_not_verify(broken, step.by)
    if reason:
        raise NotAllowedError(reason)
    _move(
        broken,
        {
            "status": BreakStatus.VERIFIED.value,
            "verified_at": step.now,
            "verified_by": step.by,
        },
    )
    said = _checked_length(note)
    _say(step, broken, note=said, action=AuditAction.BREAK_VERIFIED)
    return broken


@transaction.atomic
def reopen(step: Step, reason: str) -> Break:
    """Back to open from resolved or verified, with the reason. An entry that was booked
    stays booked: what is wrong with it takes another one.

    Raises:
        InvalidInputError: no reason.
        StaleStateError: the same difference is open as another break already.
    """
    said = _checked(reason, "Say why it is open again.")
    broken = _locked(step, "reopen")
    same = Break.objects.filter(
        account=broken.account, kind=broken.kind, subject=broken.subject
    ).unsettled()
    if same.exists():
        raise StaleStateError("The same difference is open as another break already.")
    _move(broken, reopening())
    _say(step, broken, note=said)
    return broken


# What they offer


def suggested_adjustment(broken: Break) -> Adjustment | None:
    """The entry that would make the two sides agree, where one does."""
    kind, difference = BreakKind(broken.kind), broken.difference
    if difference is None or not difference:
        return None
    if kind in _MONEY:
        return Adjustment(amount=difference.quantize(Decimal("0.00000001")))
    if kind not in _UNITS:
        return None
    return Adjustment(symbol=broken.symbol, quantity=difference, price=_price(broken))


def _price(broken: Break) -> Decimal | None:
    """What the units cost each, by the side that has them."""
    for side in (broken.theirs, broken.ours):
        told = side.get("average_price", text(None))
        if told != text(None):
            return Decimal(told)
    return None


# How a step is taken


def _locked(step: Step, name: str) -> Break:
    """The break, under its account's lock, if this person may take this step on it as
    it was seen. No name: the step has a rule of its own.
    """
    found = Break.objects.filter(pk=step.break_id).visible_to(step.by)
    lock_account(found.values_list("account_id", flat=True).get())
    broken = found.select_related(
        "account__owner", "assignee", "resolved_by", "verified_by"
    ).get()
    if broken.status != step.seen.value:
        raise StaleStateError(
            f"This break is {broken.get_status_display()} now. Look again."
        )
    if name and name not in allowed_steps(broken, step.by):
        raise NotAllowedError(people.why_not(broken, step.by, name))
    return broken


def _move(broken: Break, changes: Mapping[str, object]) -> None:
    """Status and all that belongs to it, in one statement and on the object."""
    Break.objects.filter(pk=broken.pk).update(**changes)
    broken.refresh_from_db(fields=[*changes])


def _say(
    step: Step,
    broken: Break,
    *,
    note: str = "",
    detail: Mapping[str, object] | None = None,
    action: AuditAction = AuditAction.BREAK_CHANGED,
) -> None:
    BreakEvent.objects.create(
        break_of=broken,
        at=step.now,
        by=step.by,
        from_status=step.seen.value,
        to_status=broken.status,
        note=note,
        detail=dict(detail or {}),
    )
    events.publish(broken.owner_id, "account", {"break": str(broken.pk)})
    record(
        action,
        actor=step.actor,
        subject="break",
        subject_id=broken.pk,
        payload={
            "kind": broken.kind,
            "subject": broken.subject,
            "from": step.seen,
            "to": broken.status,
            "note": note,
            **(detail or {}),
        },
        now=step.now,
    )


def _checked(note: str, ask: str) -> str:
    said = note.strip()
    if not said:
        raise InvalidInputError(ask, field="note")
    return _checked_length(said)


def _checked_length(note: str) -> str:
    said = note.strip()
    if len(said) > NOTE_LENGTH:
        raise InvalidInputError(
            f"Keep it to {NOTE_LENGTH} characters; these are {len(said)}.", field="note"
        )
    return said
