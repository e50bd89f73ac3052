"""Runs against a practice exchange: repeated, at the same time, and what they leave."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from brokers.domain.breaks import (
    BreakKind,
    BreakStatus,
    Resolution,
    RunResult,
    RunTrigger,
)
from brokers.models import Account, Break, ReconciliationRun
from brokers.orders.locks import reconciling
from brokers.reconciliation import workflow
from brokers.reconciliation.building import report_of_run
from brokers.reconciliation.running import AlreadyRunningError
from brokers.reconciliation.workflow import Step
from risk.facts import TradingState
from risk.services import trading_states
from tests import people
from tests.reconciliation.venue import Books, findings
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.notifications.models import Notice


def step(books: Books, broken: Break) -> Step:
    broken.refresh_from_db()
    return Step(
        break_id=broken.pk,
        seen=BreakStatus(broken.status),
        by=books.desk.user,
        actor=people.actor(books.desk.user),
        now=SYSTEM_CLOCK.now(),
    )


def cash_off_by(books: Books, amount: str) -> Break:
    books.operate("books/cash", amount=amount)
    books.run()
    return books.only(BreakKind.CASH.value)


# Clean


def test_an_account_that_agrees_is_clean(books: Books):
    books.bought()
    books.resting()
    run = books.run()
    assert books.kinds() == []
    assert run.result == RunResult.CLEAN.value
    assert run.failures == {}
    assert run.compared["orders"] >= 2
    assert run.compared["positions"] == 1
    assert Decimal(run.figures["our_cash"]) == Decimal(run.figures["their_cash"])
    assert not Break.objects.exists()
    assert not Notice.objects.filter(kind="reconciliation").exists()


def test_our_cash_is_the_sum_of_its_parts(books: Books):
    books.bought()
    books.operate("books/charge", amount="1.25")
    figures = {
        name: Decimal(value)
        for name, value in books.run().figures.items()
        if name != "since"
    }
    parts = ("opening", "fills", "activities", "adjustments")
    assert sum(figures[part] for part in parts) == figures["our_cash"]
    assert figures["activities"] == Decimal("-1.25")


# From run to run


def test_running_again_carries_a_break_with_its_first_sight(books: Books):
    first = cash_off_by(books, "-12.65")
    seen = first.first_seen_at
    again = books.run()
    first.refresh_from_db()
    assert (first.first_seen_at, first.last_run_id) == (seen, again.pk)
    assert findings(again) == [("carried", "cash", "")]
    assert Break.objects.count() == 1
    (change,) = report_of_run(again, SYSTEM_CLOCK.now()).changes
    assert (change.stayed, change.appeared, change.gone) == ((first.pk,), (), ())


def test_what_a_later_run_no_longer_finds_is_cleared_and_listed(books: Books):
    broken = cash_off_by(books, "-12.65")
    books.operate("books/cash", amount="12.65")
    again = books.run()
    broken.refresh_from_db()
    assert again.result == RunResult.CLEAN.value
    assert broken.resolution == Resolution.CLEARED.value
    report = report_of_run(again, SYSTEM_CLOCK.now())
    assert [one.rule for one in report.auto_resolved] == [Resolution.CLEARED]
    assert report.changes[0].gone == (broken.pk,)


def test_a_break_whose_source_is_silent_stands_as_it_was(books: Books):
    broken = cash_off_by(books, "-12.65")
    seen = broken.last_seen_at
    books.exchange.add_fault("down", kind="answer", status=503, path="/v2/account")
    run = books.run()
    broken.refresh_from_db()
    assert run.result == RunResult.INCOMPLETE.value
    assert (broken.status, broken.last_seen_at) == (BreakStatus.OPEN.value, seen)
    assert ("carried", "cash", "not compared") in findings(run)


def test_a_break_that_a_person_settled_and_that_stands_is_open_again(books: Books):
    broken = cash_off_by(books, "-12.65")
    workflow.resolve(step(books, broken), Resolution.TIMING, "tomorrow")
    run = books.run()
    broken.refresh_from_db()
    assert broken.status == BreakStatus.OPEN.value
    assert broken.resolved_by is None
    assert findings(run) == [("carried", "cash", "")]
    assert Break.objects.count() == 1


def test_a_small_write_off_counts_while_the_figures_stay(books: Books):
    broken = cash_off_by(books, "-12.65")
    workflow.resolve(step(books, broken), Resolution.WRITE_OFF, "not worth a call")
    run = books.run()
    assert run.result == RunResult.CLEAN.value
    assert findings(run) == [("auto_resolved", "cash", "accepted")]
    books.operate("books/cash", amount="-1")
    assert books.run().result == RunResult.BREAKS.value
    assert books.kinds() == [BreakKind.CASH.value]


def test_a_large_write_off_stands_until_a_second_person_agrees(books: Books):
    broken = cash_off_by(books, "-500")
    workflow.resolve(step(books, broken), Resolution.WRITE_OFF, "a lesson")
    assert books.run().result == RunResult.BREAKS.value
    clerk = people.person("clerk", people.Role.COMPLIANCE)
    broken.refresh_from_db()
    workflow.verify(
        Step(
            break_id=broken.pk,
            seen=BreakStatus.RESOLVED,
            by=clerk,
            actor=people.actor(clerk),
            now=SYSTEM_CLOCK.now(),
        )
    )
    assert books.run().result == RunResult.CLEAN.value


def test_an_adjustment_makes_the_two_sides_agree(books: Books):
    books.bought()
    books.operate("books/units", symbol="ACME", quantity="-3", price="60")
    books.run()
    broken = books.only(BreakKind.QTY_MISMATCH.value)
    entry = workflow.suggested_adjustment(broken)
    assert entry is not None
    assert (entry.symbol, entry.quantity) == ("ACME", -3)
    workflow.resolve(
        step(books, broken), Resolution.ADJUSTMENT, "sent away", adjustment=entry
    )
    assert books.account.positions.get(symbol="ACME").quantity == 7
    assert books.run().result == RunResult.CLEAN.value
    books.account.refresh_from_db()
    assert books.account.ledger.filter(kind="adjustment").count() == 1


# One at a time


@pytest.mark.django_db(transaction=True)
def test_a_second_run_of_the_account_is_refused(books: Books):
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with reconciling(books.account.pk) as alone:
            assert alone
            inside.set()
            leave.wait(timeout=60)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert inside.wait(timeout=60)
        with pytest.raises(AlreadyRunningError, match="already"):
            books.run()
    finally:
        leave.set()
        other.join(timeout=60)
    assert books.run().result == RunResult.CLEAN.value


def test_a_run_whose_process_died_ends_incomplete(books: Books):
    dead = books.run(RunTrigger.NIGHTLY)
    ReconciliationRun.objects.filter(pk=dead.pk).update(
        result=RunResult.RUNNING.value, finished_at=None
    )
    again = books.run(RunTrigger.NIGHTLY)
    dead.refresh_from_db()
    assert dead.result == RunResult.INCOMPLETE.value
    assert "ended before" in dead.failures["run"]
    assert again.pk != dead.pk
    assert (again.previous_id, again.result) == (dead.pk, RunResult.CLEAN.value)
    assert report_of_run(dead, SYSTEM_CLOCK.now()).result is RunResult.INCOMPLETE


def test_a_nightly_run_is_once_a_day(books: Books):
    first = books.run(RunTrigger.NIGHTLY)
    assert books.run(RunTrigger.NIGHTLY).pk == first.pk
    assert ReconciliationRun.objects.count() == 1


# What it leaves


def test_a_new_critical_break_reduces_the_account_that_asks_for_it(books: Books):
    Account.objects.filter(pk=books.account.pk).update(reduce_on_critical_break=True)
    cash_off_by(books, "-12.65")
    assert state_of(books) is TradingState.ACTIVE
    books.operate("books/units", symbol="BRIO", quantity="5", price="12.50")
    books.run()
    assert state_of(books) is TradingState.REDUCING


def test_a_critical_break_reduces_nothing_unless_asked(books: Books):
    books.operate("books/units", symbol="BRIO", quantity="5", price="12.50")
    books.run()
    assert state_of(books) is TradingState.ACTIVE


def test_a_broker_that_is_silent_reduces_nothing(books: Books):
    Account.objects.filter(pk=books.account.pk).update(reduce_on_critical_break=True)
    books.exchange.add_fault("down", kind="answer", status=503, path="/v2/*")
    assert books.run().result == RunResult.INCOMPLETE.value
    assert state_of(books) is TradingState.ACTIVE


def state_of(books: Books) -> TradingState:
    states = trading_states(user_id=books.desk.user.pk, account_id=books.account.pk)
    return states.account or TradingState.ACTIVE


def test_a_run_with_breaks_tells_the_owner_and_the_log(books: Books):
    books.operate("books/units", symbol="BRIO", quantity="5", price="12.50")
    run = books.run()
    notice = Notice.objects.get(kind="reconciliation")
    assert notice.severity == "critical"
    assert notice.url == f"/reconciliation/runs/{run.pk}/"
    actions = list(
        AuditEntry.objects.filter(action__startswith="reconciliation.")
        .order_by("sequence")
        .values_list("action", flat=True)
    )
    assert actions == ["reconciliation.started", "reconciliation.finished"]
    assert AuditEntry.objects.filter(action="break.found").count() == 1


def test_a_break_is_worth_its_share_of_the_entrys_risk(books: Books):
    order = books.bought()
    type(order).objects.filter(pk=order.pk).update(risk_money=Decimal(50))
    books.operate("books/units", symbol="ACME", quantity="-3", price="60")
    books.run()
    broken = books.only(BreakKind.QTY_MISMATCH.value)
    assert broken.money is not None
    assert broken.risk_r == (abs(broken.money) / 50).quantize(Decimal("0.00000001"))


def test_the_stretch_reaches_back_to_what_still_stands(books: Books):
    """A break of a fill is not cleared because the next run looks less far back."""
    execution = books.fill_of(books.bought()).execution_id
    books.operate("books/bust", execution_id=execution)
    first = books.run()
    past = first.started_at - timedelta(days=9)
    ReconciliationRun.objects.update(started_at=past)
    Break.objects.update(first_seen_at=past)
    later = books.run()
    again = books.run()
    for run in (later, again):
        assert BreakKind.UNMATCHED_FILL_OURS.value in books.kinds(), run
        assert run.figures["since"] <= first.figures["since"]
