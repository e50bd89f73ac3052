"""A run with what it found, written directly: no broker has to disagree."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from brokers.domain.breaks import FindingState, RunResult, RunTrigger
from brokers.models import Account, Break, Finding, ReconciliationRun
from tests.brokers.views.rows import current


def a_run(account: Account, **fields: Any) -> ReconciliationRun:
    """A run of today that read everything, unless told otherwise."""
    now = current()
    given = {
        "trading_day": now.date(),
        "trigger": RunTrigger.COMMAND.value,
        "result": RunResult.BREAKS.value,
        "started_at": now - timedelta(seconds=2),
        "finished_at": now,
        "orders_as_of": now,
        "fills_as_of": now,
        "positions_as_of": now,
        "cash_as_of": now,
        "compared": {"orders": 12, "fills": 9, "positions": 2, "cash": 1},
        "code_version": "f03eb5e",
    } | fields
    return ReconciliationRun.objects.create(
        owner=account.owner, account=account, **given
    )


def a_break(run: ReconciliationRun, **fields: Any) -> Break:
    """A hundred here and ninety there, unless told otherwise."""
    given = {
        "kind": "qty_mismatch",
        "subject": "ACME",
        "symbol": "ACME",
        "severity": "critical",
        "ours": {"quantity": "100", "average_price": "60"},
        "theirs": {"quantity": "90", "average_price": "60"},
        "difference": Decimal(-10),
        "money": Decimal("-600.00"),
        "suggested_cause": "a fill that only one side has",
        "first_seen_at": run.started_at,
        "first_seen_day": run.trading_day,
        "last_seen_at": run.started_at,
    } | fields
    broken = Break.objects.create(
        owner=run.owner, account=run.account, last_run=run, **given
    )
    Finding.objects.create(
        run=run,
        break_of=broken,
        state=FindingState.NEW.value,
        ours=broken.ours,
        theirs=broken.theirs,
        difference=broken.difference,
        money=broken.money,
    )
    return broken


def cash_break(run: ReconciliationRun) -> Break:
    return a_break(
        run,
        kind="cash",
        subject="",
        symbol="",
        severity="major",
        ours={"cash": "10000"},
        theirs={"cash": "9987.35"},
        difference=Decimal("-12.65"),
        money=Decimal("-12.65"),
    )
