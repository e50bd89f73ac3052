"""Breaks from run to run: found, carried with their first sight, and settled by rule.

The rules, always listed with what they settled: TAKEN_IN, when this run's own reading
brought the news that was missing; CLEARED, when a run that looked no longer finds it;
ROUNDING, when it lies within tolerance; and ACCEPTED, when a person settled exactly
these figures for good and they are still the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from brokers.domain.breaks import (
    BreakKind,
    BreakSeverity,
    BreakStatus,
    FindingState,
    Resolution,
)
from brokers.models import Break, BreakEvent, Finding, Order, ReconciliationRun
from brokers.reconciliation.calendar import trading_days
from brokers.reconciliation.differences import Difference
from brokers.reconciliation.sources import Source


ACCEPTED = "accepted"
NOT_COMPARED = "not compared"
# In trading days from its first sight.
DEADLINES = {
    BreakSeverity.CRITICAL: 1,
    BreakSeverity.MAJOR: 3,
    BreakSeverity.MINOR: 5,
}
# What stays as it is however it is settled: a person's word ends it.
LASTING = frozenset({BreakKind.OVERFILL, BreakKind.DUPLICATE_FILL})
_BY_RULE = (Resolution.TAKEN_IN, Resolution.CLEARED, Resolution.ROUNDING)
_SETTLED = (BreakStatus.RESOLVED.value, BreakStatus.VERIFIED.value)
_POSITIONS, _CASH = frozenset({Source.POSITIONS}), frozenset({Source.CASH})
_ORDERS, _FILLS = frozenset({Source.ORDERS}), frozenset({Source.FILLS})
# What must have been read before the absence of a break means anything.
NEEDS: Mapping[BreakKind, frozenset[Source]] = {
    BreakKind.MISSING_AT_BROKER: _POSITIONS,
    BreakKind.MISSING_LOCALLY: _POSITIONS,
    BreakKind.QTY_MISMATCH: _POSITIONS,
    BreakKind.SIDE_MISMATCH: _POSITIONS,
    BreakKind.COST_BASIS: _POSITIONS,
    BreakKind.CORPORATE_ACTION: _POSITIONS,
    BreakKind.CASH: _CASH,
    BreakKind.FEE: _CASH,
    BreakKind.UNMATCHED_FILL_OURS: _FILLS,
    BreakKind.UNMATCHED_FILL_THEIRS: _FILLS,
    BreakKind.DUPLICATE_FILL: _FILLS | _ORDERS,
    BreakKind.ORDER_STATE: _ORDERS,
    BreakKind.OVERFILL: _ORDERS,
    BreakKind.STALE_DATA: frozenset(),
    BreakKind.NOT_RECONCILED: frozenset(),
}

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a run found: `standing` in the end, `taken_in` only before it took the news
    in, `rounding` within tolerance. `looked` are the sources that answered freshly.
    """

    standing: Sequence[Difference]
    taken_in: Sequence[Difference]
    rounding: Sequence[Difference]
    looked: frozenset[Source]


@dataclass(slots=True, kw_only=True)
class Settled:
    """What became of it. `reopened` are among the carried."""

    new: list[Break] = field(default_factory=list)
    carried: list[Break] = field(default_factory=list)
    reopened: list[Break] = field(default_factory=list)
    auto_resolved: list[Break] = field(default_factory=list)

    @property
    def standing(self) -> list[Break]:
        return self.new + self.carried


class Ledger:
    """One account's breaks while a run writes its findings down; see `settle`."""

    def __init__(self, run: ReconciliationRun, now: datetime) -> None:
        self.run = run
        self.now = now
        self.day: date = run.trading_day
        self.days = trading_days(run.account.connection)
        self.outcome = Settled()
        self._events: list[BreakEvent] = []
        self._findings: list[Finding] = []
        rows = Break.objects.filter(account=run.account)
        self.open = {_key_of(one): one for one in rows.unsettled()}
        self._by_hand = {
            _key_of(one): one
            for one in rows.filter(status__in=_SETTLED)
            .exclude(resolution__in=_BY_RULE)
            .order_by("resolved_at", "pk")
        }
        rounded = rows.filter(resolution=Resolution.ROUNDING.value)
        self._rounded = {_key_of(one): one for one in rounded.order_by("pk")}

    # One difference after the other

    def stands(self, found: Difference) -> None:
        """A difference that is still there at the end of the run."""
        known = self.open.pop(_key(found), None)
        if known is not None:
            self._carry(known, found)
            return
        earlier = self._by_hand.get(_key(found))
        if earlier is not None and _awaits(earlier) and _same(earlier, found):
            self._carry(earlier, found)
        elif earlier is not None and is_final(earlier) and _same(earlier, found):
            self._accept(earlier, found)
        elif earlier is not None and earlier.last_run_id == self.run.previous_id:
            self._reopen(earlier, found)
        else:
            self._open(found)

    def vanished(self, known: Break, taken_in: Collection[Key]) -> None:
        """A standing break that this run, which looked, does not find any more."""
        is_news = _key_of(known) in taken_in
        rule = Resolution.TAKEN_IN if is_news else Resolution.CLEARED
        self._settle(known, rule)

    def rounded(self, found: Difference) -> None:
        """A difference within tolerance: listed each time, one row for all times."""
        known = self.open.pop(_key(found), None)
        if known is not None:
            self._tell(known, found)
            self._settle(known, Resolution.ROUNDING)
            return
        row = self._rounded.get(_key(found))
        if row is None:
            self._settled_at_once(found, Resolution.ROUNDING)
            return
        self._tell(row, found)
        row.save()
        self._note(row, FindingState.AUTO_RESOLVED, rule=Resolution.ROUNDING.value)

    def taken_in(self, found: Difference) -> None:
        """A difference that this run's own reading has put right."""
        self._settled_at_once(found, Resolution.TAKEN_IN)

    def not_compared(self, known: Break) -> None:
        """A standing break whose source did not answer: it stands as it was."""
        self._note(known, FindingState.CARRIED, rule=NOT_COMPARED)

    def write(self) -> Settled:
        BreakEvent.objects.bulk_create(self._events, batch_size=1000)
        Finding.objects.bulk_create(self._findings, batch_size=1000)
        return self.outcome

    # What each does to the row

    def _carry(self, known: Break, found: Difference) -> None:
        self._tell(known, found)
        known.save()
        self._note(known, FindingState.CARRIED)

    def _accept(self, earlier: Break, found: Difference) -> None:
        self._tell(earlier, found)
        earlier.save()
        self._note(earlier, FindingState.AUTO_RESOLVED, rule=ACCEPTED)

    def _reopen(self, earlier: Break, found: Difference) -> None:
        """Settled by a person, and found again by the very next run."""
        before = BreakStatus(earlier.status)
        self._tell(earlier, found)
        Break.objects.filter(pk=earlier.pk).update(**reopening())
        earlier.refresh_from_db(fields=tuple(reopening()))
        earlier.save()
        self._say(earlier, before, BreakStatus.OPEN, note="found again")
        self.outcome.reopened.append(earlier)
        self._note(earlier, FindingState.CARRIED)

    def _open(self, found: Difference) -> None:
        row = self._row(found)
        row.save()
        self._say(row, None, BreakStatus.OPEN, note=found.cause)
        self._note(row, FindingState.NEW)

    def _settle(self, known: Break, rule: Resolution) -> None:
        before = BreakStatus(known.status)
        resolution = settled_by(rule, self.now)
        Break.objects.filter(pk=known.pk).update(**resolution)
        known.refresh_from_db(fields=tuple(resolution))
        known.last_run = self.run
        known.save()
        self._say(known, before, BreakStatus.RESOLVED, note=f"by rule: {rule.value}")
        self._note(known, FindingState.AUTO_RESOLVED, rule=rule.value)

    def _settled_at_once(self, found: Difference, rule: Resolution) -> None:
        row = self._row(found, **settled_by(rule, self.now))
        row.save()
        self._say(row, None, BreakStatus.RESOLVED, note=f"by rule: {rule.value}")
        self._note(row, FindingState.AUTO_RESOLVED, rule=rule.value)

    def _row(self, found: Difference, **settled: object) -> Break:
        row = Break(
            owner_id=self.run.owner_id,
            account=self.run.account,
            kind=found.kind.value,
            subject=found.subject,
            first_seen_at=self.now,
            first_seen_day=self.day,
            assignee_id=None if settled else self.run.owner_id,
            due_day=self.days.add(self.day, DEADLINES[found.severity]),
            **settled,
        )
        self._tell(row, found)
        return row

    def _tell(self, row: Break, found: Difference) -> None:
        """The figures of this sight; when it was first seen stays."""
        row.symbol = found.symbol
        row.severity = found.severity.value
        row.ours, row.theirs = dict(found.ours), dict(found.theirs)
        row.difference, row.money = found.difference, _cents(found.money)
        row.suggested_cause = found.cause[:200]
        row.last_seen_at, row.last_run = self.now, self.run

    def _say(
        self, row: Break, before: BreakStatus | None, after: BreakStatus, *, note: str
    ) -> None:
        self._events.append(
            BreakEvent(
                break_of=row,
                at=self.now,
                from_status=before.value if before else "",
                to_status=after.value,
                note=note[:500],
                detail={"run": self.run.pk},
            )
        )

    def _note(self, row: Break, state: FindingState, *, rule: str = "") -> None:
        self._findings.append(
            Finding(
                run=self.run,
                break_of=row,
                state=state.value,
                rule=rule,
                ours=row.ours,
                theirs=row.theirs,
                difference=row.difference,
                money=row.money,
            )
        )
        kept = {
            FindingState.NEW: self.outcome.new,
            FindingState.CARRIED: self.outcome.carried,
            FindingState.AUTO_RESOLVED: self.outcome.auto_resolved,
        }
        kept[state].append(row)


def settle(run: ReconciliationRun, compared: Compared, now: datetime) -> Settled:
    """Write down what a run found, in the caller's transaction, under the account's
    lock.
    """
    ledger = Ledger(run, now)
    for found in compared.standing:
        ledger.stands(found)
    for found in compared.rounding:
        ledger.rounded(found)
    taken_in = {_key(found) for found in compared.taken_in}
    told = _settle_vanished(ledger, compared.looked, taken_in)
    for found in compared.taken_in:
        if _key(found) not in told:
            ledger.taken_in(found)
    outcome = ledger.write()
    _reckon_in_r(run, outcome.standing)
    return outcome


def _settle_vanished(
    ledger: Ledger, looked: frozenset[Source], taken_in: set[Key]
) -> set[Key]:
    """The breaks that were open and were not found; answers whose news came in."""
    for known in ledger.open.values():
        if _was_looked_for(known, looked):
            ledger.vanished(known, taken_in)
        else:
            ledger.not_compared(known)
    return ledger.open.keys() & taken_in


def _was_looked_for(known: Break, looked: frozenset[Source]) -> bool:
    needs = NEEDS[BreakKind(known.kind)]
    if not needs:  # a source that did not answer, or not freshly
        return Source(known.subject) in looked
    return needs <= looked


def is_final(settled: Break) -> bool:
    """Whether a person's word settles it though both sides stay as they are. A
    write-off that needs a second person counts once there is one.
    """
    if BreakKind(settled.kind) in LASTING:
        return True
    if settled.resolution != Resolution.WRITE_OFF.value:
        return False
    return not needs_approval(settled) or settled.verified_at is not None


def _awaits(settled: Break) -> bool:
    """Written off by one person, and standing until a second one agrees."""
    written_off = settled.resolution == Resolution.WRITE_OFF.value
    return written_off and not is_final(settled)


def needs_approval(settled: Break) -> bool:
    """Written off for more than the threshold, or for what nobody can reckon."""
    return settled.money is None or abs(settled.money) > WRITE_OFF_ALONE


# Money that one person may write off alone, in the account's currency.
WRITE_OFF_ALONE = Decimal(100)


def reopening() -> dict[str, object]:
    """The fields of a break that is open again."""
    return {
        "status": BreakStatus.OPEN.value,
        "resolution": "",
        "resolution_note": "",
        "resolved_at": None,
        "resolved_by": None,
        "verified_at": None,
        "verified_by": None,
    }


def settled_by(rule: Resolution, now: datetime) -> dict[str, object]:
    """The fields of a break that a rule settles."""
    return {
        "status": BreakStatus.RESOLVED.value,
        "resolution": rule.value,
        "resolved_at": now,
    }


def _key(found: Difference) -> Key:
    return found.kind.value, found.subject


def _key_of(row: Break) -> Key:
    return row.kind, row.subject


def _same(settled: Break, found: Difference) -> bool:
    return bool(
        settled.ours == dict(found.ours) and settled.theirs == dict(found.theirs)
    )


def _cents(money: Decimal | None) -> Decimal | None:
    """As the column holds it: products of quantity and price have more decimals."""
    return None if money is None else money.quantize(Decimal("0.00000001"))


def _reckon_in_r(run: ReconciliationRun, rows: Iterable[Break]) -> None:
    """What the standing breaks are worth in R of the newest entry of their symbol."""
    listed = list(rows)
    entries = Order.objects.filter(
        account=run.account,
        symbol__in={row.symbol for row in listed if row.symbol},
        risk_money__gt=0,
        filled_quantity__gt=0,
    )
    risks: dict[str, Decimal | None] = dict(
        entries.order_by("created_at").values_list("symbol", "risk_money")
    )
    for row in listed:
        risk = risks.get(row.symbol)
        row.risk_r = None
        if row.money is not None and risk is not None:
            row.risk_r = _cents(abs(row.money) / risk)
    Break.objects.bulk_update(listed, ["risk_r"], batch_size=1000)
