"""What a reconciliation report says, as data: page, letter, PDF and CSV render this.

Money is in the account's currency; instants are aware UTC; `as_of` and `day` are the
exchange's. Everything here was read when the report was built and changes no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from brokers.domain.breaks import (
    BreakKind,
    BreakSeverity,
    BreakStatus,
    FindingState,
    Resolution,
    RunResult,
    RunTrigger,
)
from brokers.reconciliation.ageing import AgeBucket
from brokers.reconciliation.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One question to the broker: when it was answered, or what it said instead.

    `compared` counts the rows that were held against each other.
    """

    source: Source
    as_of: datetime | None
    failure: str = ""
    compared: int = 0

    @property
    def answered(self) -> bool:
        return self.as_of is not None and not self.failure


@dataclass(frozen=True, slots=True, kw_only=True)
class TieOut:
    """One account's cash and result on both sides; None where a side cannot say.

    `difference` is the broker's less ours. `fills`, `activities`, `adjustments` and
    `opening` are the parts that our cash is the sum of.
    """

    account: str
    currency: str
    our_cash: Decimal | None
    their_cash: Decimal | None
    difference: Decimal | None
    opening: Decimal | None
    fills: Decimal | None
    activities: Decimal | None
    adjustments: Decimal | None
    realised: Decimal | None
    their_equity: Decimal | None
    their_day_change: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSection:
    """One account's run: the header of its part."""

    run_id: int
    run_key: str
    account_id: int
    account: str
    mode: str
    broker: str
    currency: str
    trading_day: date
    trigger: RunTrigger
    requested_by: str
    result: RunResult
    started_at: datetime
    finished_at: datetime | None
    duration: timedelta | None
    code_version: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakLine:
    """One break as the run said it; status, assignee and cause are those of now.

    `ours` and `theirs` map a word ("quantity", "average_price", "status") to its text.
    `difference` is the broker's figure less ours, in `difference_unit`.
    """

    break_id: int
    run_id: int
    account: str
    kind: BreakKind
    subject: str
    symbol: str
    severity: BreakSeverity
    status: BreakStatus
    state: FindingState
    ours: Mapping[str, str]
    theirs: Mapping[str, str]
    difference: Decimal | None
    difference_unit: str
    money: Decimal | None
    risk_r: Decimal | None
    first_seen_at: datetime
    first_seen_day: date
    age_days: int
    age: AgeBucket
    assignee: str
    due_day: date | None
    suggested_cause: str
    resolution: Resolution | None
    resolution_note: str
    resolved_by: str
    verified_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoResolvedLine:
    """A break or difference that a rule settled without a person, and which rule; for what
    a person had settled for good before, that person's resolution.
    """

    break_id: int
    account: str
    kind: BreakKind
    subject: str
    symbol: str
    rule: Resolution
    explanation: str
    ours: Mapping[str, str]
    theirs: Mapping[str, str]
    difference: Decimal | None
    money: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """How many breaks of one kind one account has, by age; `money` sums what can be
    told.
    """

    account: str
    kind: BreakKind
    by_age: Mapping[AgeBucket, int]
    count: int
    money: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    new: int
    carried: int
    auto_resolved: int
    resolved_today: int
    critical: int

    @property
    def standing(self) -> int:
        return self.new + self.carried


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprotected:
    """A holding that no working stop covers in full."""

    account: str
    symbol: str
    quantity: Decimal
    protected_quantity: Decimal
    market_value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OvernightLine:
    """What one account holds over night against the limit of its risk policy.

    `limit` is None where the policy sets none; `share` is exposure / limit.
    """

    account: str
    name: str
    exposure: Decimal | None
    limit: Decimal | None
    unit: str
    within: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One background job: when it last gave a sign of life, and whether that is fine."""

    name: str
    last_at: datetime | None
    healthy: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffLine:
    """Who stands for one resolved break; `verified_by` is "" until a second person."""

    break_id: int
    account: str
    kind: BreakKind
    subject: str
    resolution: Resolution
    resolved_by: str
    resolved_at: datetime
    verified_by: str
    verified_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The difference to the run before, break ids by what became of them.

    `previous_run_id` is None for the first run of an account.
    """

    account: str
    previous_run_id: int | None
    previous_at: datetime | None
    previous_result: RunResult | None
    appeared: tuple[int, ...]
    stayed: tuple[int, ...]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole report over one or more accounts of one person.

    `result` is the worst of the runs': INCOMPLETE before BREAKS before CLEAN, and
    INCOMPLETE where `missing` names an account without a run. `chain_head` is the
    digest of the audit log's last entry when this was built.
    """

    trading_day: date
    session: str
    revision: int
    owner: str
    result: RunResult
    built_at: datetime
    code_version: str
    chain_head: str
    runs: tuple[RunSection, ...]
    missing: tuple[str, ...]
    counts: Counts
    summary: tuple[SummaryRow, ...]
    ageing: Mapping[AgeBucket, int]
    money_exposure: Decimal
    risk_r_exposure: Decimal | None
    breaks: tuple[BreakLine, ...]
    auto_resolved: tuple[AutoResolvedLine, ...]
    unprotected: tuple[Unprotected, ...]
    overnight: tuple[OvernightLine, ...]
    tie_out: tuple[TieOut, ...]
    jobs: tuple[JobLine, ...]
    sign_off: tuple[SignOffLine, ...]
    changes: tuple[Changes, ...]

    @property
    def subject(self) -> str:
        """The subject of its letter: `[DESK] INCOMPLETE 2026-01-05 2 accounts, 5
        breaks`.
        """
        accounts, breaks = len(self.runs) + len(self.missing), self.counts.standing
        return (
            f"[DESK] {self.result.value.upper()} {self.trading_day}"
            f" {accounts} account{'' if accounts == 1 else 's'},"
            f" {breaks} break{'' if breaks == 1 else 's'}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLetter:
    """A person's report of one day that should be on its way; `missing` names the
    accounts whose run did not happen.
    """

    owner_id: int
    trading_day: date
    run_ids: tuple[int, ...]
    missing: tuple[str, ...]
