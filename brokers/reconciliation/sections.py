"""The head of each account's part of a report, and how its cash ties out."""

from __future__ import annotations

from decimal import Decimal

from brokers.domain.breaks import RunResult, RunTrigger
from brokers.models import ReconciliationRun as Run
from brokers.reconciliation.lines import email_of
from brokers.reconciliation.reports import RunSection, SourceLine, TieOut
from brokers.reconciliation.sources import Source


_AS_OF = {
    Source.ORDERS: "orders_as_of",
    Source.FILLS: "fills_as_of",
    Source.POSITIONS: "positions_as_of",
    Source.CASH: "cash_as_of",
}


def section(run: Run) -> RunSection:
    connection = run.account.connection
    return RunSection(
        run_id=run.pk,
        run_key=str(run.key),
        account_id=run.account_id,
        account=run.account.name,
        mode=run.account.get_mode_display(),
        broker=connection.label,
        currency=run.account.currency,
        trading_day=run.trading_day,
        trigger=RunTrigger(run.trigger),
        requested_by=email_of(run.requested_by),
        result=RunResult(run.result),
        started_at=run.started_at,
        finished_at=run.finished_at,
        duration=run.duration,
        code_version=run.code_version,
        sources=tuple(_source(run, source) for source in Source),
    )


def _source(run: Run, source: Source) -> SourceLine:
    """A run that ended before its time asked nothing, and says so at each source."""
    words = run.failures.get(source.value) or run.failures.get("run", "")
    return SourceLine(
        source=source,
        as_of=getattr(run, _AS_OF[source]),
        failure=words,
        compared=run.compared.get(source.value, 0),
    )


def tie_out(run: Run) -> TieOut:
    figures = run.figures

    def figure(name: str) -> Decimal | None:
        told = figures.get(name)
        return None if told is None else Decimal(told)

    ours, theirs = figure("our_cash"), figure("their_cash")
    unknown = ours is None or theirs is None
    return TieOut(
        account=run.account.name,
        currency=run.account.currency,
        our_cash=ours,
        their_cash=theirs,
        difference=None if unknown else (theirs or 0) - (ours or Decimal(0)),
        opening=figure("opening"),
        fills=figure("fills"),
        activities=figure("activities"),
        adjustments=figure("adjustments"),
        realised=figure("realised"),
        their_equity=figure("their_equity"),
        their_day_change=figure("their_day_change"),
    )
