"""An account that disagrees with its exchange, and the papers that are made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brokers.domain.breaks import BreakStatus, Resolution, RunTrigger
from brokers.models import Account, Break, ReconciliationRun
from brokers.reconciliation import workflow
from brokers.reconciliation.building import report_of_run
from brokers.reconciliation.paper.letter import letter_of
from brokers.reconciliation.running import reconcile
from tests import people
from tests.emulators.practice import PracticeExchange
from tests.screenshots.orders import practice_account
from tradedesk.accounts.models import Role, User
from tradedesk.core.clock import SYSTEM_CLOCK


SILENT = {
    "kind": "answer",
    "status": 504,
    "method": "GET",
    "path": "/v2/positions*",
}


def fill(exchange: PracticeExchange, papers: Path) -> dict[str, int]:
    """A clean run, one with breaks and one that could not look; ids for the pages."""
    account = practice_account(User.objects.get(role=Role.OWNER))
    clean = _run(account)
    _disagree(exchange)
    with_breaks = _run(account)
    in_work = _in_work(account.owner)
    exchange.add_fault("positions do not answer", **SILENT)
    incomplete = _run(account)
    exchange.clear_faults()
    ids = {"break": in_work, "resolved": _resolved(account.owner)}
    papers.mkdir(exist_ok=True)
    runs = {"clean": clean, "breaks": with_breaks, "incomplete": incomplete}
    for name, run in runs.items():
        _keep(papers, name, run)
    return (
        {"account": account.pk}
        | ids
        | {f"run_{name}": run.pk for name, run in runs.items()}
    )


def _run(account: Account) -> ReconciliationRun:
    return reconcile(
        account.pk,
        trigger=RunTrigger.PERSON,
        requested_by=account.owner,
        clock=SYSTEM_CLOCK,
    )


def _disagree(exchange: PracticeExchange) -> None:
    """The back office moves units, a price and cash, and tells nobody."""

    def tell(verb: str, **terms: Any) -> None:
        body = {"key": exchange.key, **terms}
        answer = exchange.request("POST", f"/control/books/{verb}", body)
        assert not (isinstance(answer, dict) and "message" in answer), answer

    tell("units", symbol="ACME", quantity="-10", price="60")
    tell("units", symbol="FERN", quantity="5", price="40")
    tell("cost", symbol="IRIS", price="131.10")
    tell("cash", amount="-12.65")


def _in_work(owner: User) -> int:
    reviewer = people.person("erin", Role.COMPLIANCE)
    User.objects.filter(pk=reviewer.pk).update(name="Erin")
    quantity = Break.objects.get(kind="qty_mismatch")
    workflow.assign(_step(quantity, owner), reviewer)
    note = "Asked the back office for the transfer's papers."
    workflow.set_status(_step(quantity, owner), BreakStatus.AWAITING_BROKER, note)
    return quantity.pk


def _resolved(owner: User) -> int:
    """It waits for the second person."""
    cash = Break.objects.get(kind="cash")
    said = "A charge that was not ours; they will give it back."
    workflow.resolve(_step(cash, owner), Resolution.ERROR_THEIRS, said)
    return cash.pk


def _step(broken: Break, by: User) -> workflow.Step:
    broken.refresh_from_db()
    return workflow.Step(
        break_id=broken.pk,
        seen=BreakStatus(broken.status),
        by=by,
        actor=people.actor(by),
        now=SYSTEM_CLOCK.now(),
    )


def _keep(papers: Path, name: str, run: ReconciliationRun) -> None:
    letter = letter_of(
        report_of_run(run, SYSTEM_CLOCK.now()), generated_by="the nightly job"
    )
    (papers / f"{name}.txt").write_text(
        f"Subject: {letter.subject}\n\n{letter.text}", encoding="utf-8"
    )
    (papers / f"{name}.html").write_text(letter.html, encoding="utf-8")
    for one in letter.enclosures:
        ending = one.name.rpartition(".")[2]
        (papers / f"{name}.{ending}").write_bytes(one.content)
