"""The life of a break: who may take which step, and that every step is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from brokers.domain.breaks import BreakKind, BreakSeverity, BreakStatus, Resolution
from brokers.models import Break, BreakEvent, LedgerEntry, ReconciliationRun
from brokers.reconciliation import selectors, workflow
from brokers.reconciliation.workflow import Adjustment, Step
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role, User
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError, NotAllowedError, StaleStateError


pytestmark = pytest.mark.django_db
StepBy = Callable[..., Step]


@pytest.fixture
def trader() -> User:
    return people.person("alice", Role.TRADER)


@pytest.fixture
def clerk() -> User:
    return people.person("clerk", Role.COMPLIANCE)


@pytest.fixture
def broken(trader: User) -> Break:
    """A cash break as a run found it."""
    now = SYSTEM_CLOCK.now()
    account = rows.an_account(trader)
    account.opened_at = now - timedelta(days=1)
    account.save()
    run = ReconciliationRun.objects.create(
        owner=trader,
        account=account,
        trading_day=now.date(),
        trigger="nightly",
        result="breaks",
        started_at=now,
        finished_at=now,
    )
    return Break.objects.create(
        owner=trader,
        account=account,
        kind=BreakKind.CASH.value,
        severity=BreakSeverity.MAJOR.value,
        ours={"cash": "10000"},
        theirs={"cash": "9987.35"},
        difference=Decimal("-12.65"),
        money=Decimal("-12.65"),
        first_seen_at=now,
        first_seen_day=now.date(),
        last_seen_at=now,
        last_run=run,
        assignee=trader,
    )


@pytest.fixture
def by(broken: Break) -> StepBy:
    def step(user: User) -> Step:
        broken.refresh_from_db()
        return Step(
            break_id=broken.pk,
            seen=BreakStatus(broken.status),
            by=user,
            actor=people.actor(user),
            now=SYSTEM_CLOCK.now(),
        )

    return step


def resolved(by: StepBy, user: User) -> Break:
    return workflow.resolve(by(user), Resolution.ERROR_THEIRS, "they agreed by phone")


def test_a_break_goes_from_open_to_verified_by_a_second_person(
    by: StepBy, trader: User, clerk: User, broken: Break
):
    workflow.assign(by(trader), clerk)
    workflow.set_status(by(trader), BreakStatus.INVESTIGATING, "asked the broker")
    workflow.set_status(by(clerk), BreakStatus.AWAITING_BROKER, "")
    resolved(by, trader)
    workflow.verify(by(clerk), "seen the statement")
    broken.refresh_from_db()
    assert broken.status == BreakStatus.VERIFIED.value
    assert (broken.resolved_by, broken.verified_by) == (trader, clerk)
    events = BreakEvent.objects.filter(break_of=broken).order_by("pk")
    assert [(one.from_status, one.to_status, one.by) for one in events] == [
        ("open", "open", trader),
        ("open", "investigating", trader),
        ("investigating", "awaiting_broker", clerk),
        ("awaiting_broker", "resolved", trader),
        ("resolved", "verified", clerk),
    ]
    log = AuditEntry.objects.filter(subject="break").order_by("sequence")
    assert list(log.values_list("action", flat=True)) == [
        "break.changed",
        "break.changed",
        "break.changed",
        "break.resolved",
        "break.verified",
    ]
    assert selectors.break_life(clerk, broken.pk).broken == broken


# Who may not


def test_nobody_verifies_what_they_resolved(by: StepBy, clerk: User):
    people.person("boss", Role.OWNER)
    resolved(by, clerk)
    with pytest.raises(NotAllowedError, match="somebody else of staff"):
        workflow.verify(by(clerk))


def test_nobody_verifies_a_break_of_their_own_account(
    by: StepBy, trader: User, clerk: User
):
    User.objects.filter(pk=trader.pk).update(role=Role.OWNER)
    people.person("boss", Role.OPERATOR)
    resolved(by, clerk)
    with pytest.raises(NotAllowedError, match="your own account"):
        workflow.verify(by(User.objects.get(pk=trader.pk)))


def test_a_trader_verifies_none(by: StepBy, trader: User, clerk: User):
    resolved(by, clerk)
    people.person("boss", Role.OWNER)
    with pytest.raises(NotAllowedError):
        workflow.verify(by(trader))


def test_a_desk_of_one_is_told_that_it_takes_a_second_person(by: StepBy, trader: User):
    resolved(by, trader)
    with pytest.raises(NotAllowedError, match="invite somebody"):
        workflow.verify(by(trader))


def test_the_database_refuses_a_second_signature_of_the_first(
    by: StepBy, trader: User, broken: Break
):
    resolved(by, trader)
    with pytest.raises(IntegrityError), transaction.atomic():
        Break.objects.filter(pk=broken.pk).update(verified_by=trader)


def test_a_stranger_finds_no_such_break(by: StepBy):
    stranger = people.person("charlie", Role.TRADER)
    with pytest.raises(Break.DoesNotExist):
        workflow.assign(by(stranger), None)


@pytest.mark.parametrize("resolution", [Resolution.ADJUSTMENT, Resolution.WRITE_OFF])
def test_only_the_accounts_owner_changes_the_book_or_gives_money_up(
    by: StepBy, clerk: User, resolution: Resolution
):
    entry = Adjustment(amount=Decimal(-1))
    with pytest.raises(NotAllowedError, match="account's owner"):
        workflow.resolve(by(clerk), resolution, "no", adjustment=entry)
    assert not LedgerEntry.objects.exists()


# What cannot be


def test_a_step_on_what_has_changed_since_is_refused(
    by: StepBy, trader: User, clerk: User
):
    seen = by(trader)
    workflow.set_status(by(clerk), BreakStatus.INVESTIGATING, "")
    with pytest.raises(StaleStateError, match="investigating"):
        workflow.resolve(seen, Resolution.TIMING, "tomorrow")


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
def test_a_resolution_needs_a_note_of_a_length(by: StepBy, trader: User, note: str):
    with pytest.raises(InvalidInputError):
        workflow.resolve(by(trader), Resolution.TIMING, note)


@pytest.mark.parametrize(
    "resolution", [Resolution.TAKEN_IN, Resolution.CLEARED, Resolution.ROUNDING]
)
def test_a_rules_resolution_is_nobodys_choice(
    by: StepBy, trader: User, resolution: Resolution
):
    with pytest.raises(InvalidInputError):
        workflow.resolve(by(trader), resolution, "so be it")


@pytest.mark.parametrize(
    "adjustment",
    [None, Adjustment(), Adjustment(quantity=Decimal(1))],
    ids=["missing", "empty", "without a symbol"],
)
def test_an_adjustment_needs_an_entry(
    by: StepBy, trader: User, adjustment: Adjustment | None
):
    with pytest.raises(InvalidInputError):
        workflow.resolve(
            by(trader), Resolution.ADJUSTMENT, "put right", adjustment=adjustment
        )
    assert not LedgerEntry.objects.exists()


def test_an_entry_without_an_adjustment_is_refused(by: StepBy, trader: User):
    entry = Adjustment(amount=Decimal(-1))
    with pytest.raises(InvalidInputError):
        workflow.resolve(by(trader), Resolution.TIMING, "x", adjustment=entry)


def test_an_adjustment_books_an_entry_that_names_its_break(
    by: StepBy, trader: User, broken: Break
):
    entry = workflow.suggested_adjustment(broken)
    assert entry == Adjustment(amount=Decimal("-12.65"))
    workflow.resolve(by(trader), Resolution.ADJUSTMENT, "wire fee", adjustment=entry)
    booked = LedgerEntry.objects.get()
    assert (booked.amount, booked.booked_by) == (Decimal("-12.65"), trader)
    assert booked.note == f"Break {broken.pk}: wire fee"


def test_a_break_is_given_only_to_who_can_see_it(by: StepBy, trader: User):
    stranger = people.person("charlie", Role.TRADER)
    with pytest.raises(InvalidInputError):
        workflow.assign(by(trader), stranger)


# Reopening


def test_a_verified_break_is_reopened_with_a_reason(
    by: StepBy, trader: User, clerk: User, broken: Break
):
    resolved(by, trader)
    workflow.verify(by(clerk))
    with pytest.raises(InvalidInputError):
        workflow.reopen(by(clerk), " ")
    workflow.reopen(by(clerk), "the statement says otherwise")
    broken.refresh_from_db()
    assert broken.status == BreakStatus.OPEN.value
    assert (broken.verified_by, broken.resolved_by, broken.resolution) == (
        None,
        None,
        "",
    )


def test_a_break_is_not_reopened_beside_its_successor(
    by: StepBy, trader: User, broken: Break
):
    resolved(by, trader)
    successor = Break.objects.get(pk=broken.pk)
    successor.pk, successor._state.adding = None, True
    changed = {"status": BreakStatus.OPEN.value, "resolution": "", "resolved_by": None}
    for name, value in changed.items():
        setattr(successor, name, value)
    successor.save()
    with pytest.raises(StaleStateError, match="another break"):
        workflow.reopen(by(trader), "again")


def test_what_is_offered_is_what_is_allowed(
    by: StepBy, trader: User, clerk: User, broken: Break
):
    steps = {"assign", "set_status", "resolve"}
    assert workflow.allowed_steps(broken, trader) == steps | {"adjust"}
    assert workflow.allowed_steps(broken, clerk) == steps
    reader = people.person("bob", Role.READ_ONLY)
    assert workflow.allowed_steps(broken, reader) == frozenset()
    broken = resolved(by, trader)
    assert workflow.allowed_steps(broken, trader) == {"reopen"}
    assert workflow.allowed_steps(broken, clerk) == {"reopen", "verify"}


def test_a_step_by_who_was_switched_off_is_refused(by: StepBy, clerk: User):
    step = by(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    gone = replace(step, by=User.objects.get(pk=clerk.pk))
    with pytest.raises(Break.DoesNotExist):
        workflow.assign(gone, None)
