"""The words for what a reconciliation finds, shared by the comparison and the models."""

from __future__ import annotations

from enum import StrEnum


class RunResult(StrEnum):
    """How a reconciliation ended. A source that did not answer is never "no breaks"."""

    RUNNING = "running"
    CLEAN = "clean"
    BREAKS = "breaks"
    INCOMPLETE = "incomplete"


class RunTrigger(StrEnum):
    NIGHTLY = "nightly"
    PERSON = "person"
    COMMAND = "command"


class BreakKind(StrEnum):
    """What disagrees. The first two are about positions: one side alone has it."""

    MISSING_AT_BROKER = "missing_at_broker"
    MISSING_LOCALLY = "missing_locally"
    QTY_MISMATCH = "qty_mismatch"
    SIDE_MISMATCH = "side_mismatch"
    COST_BASIS = "cost_basis"
    CASH = "cash"
    UNMATCHED_FILL_OURS = "unmatched_fill_ours"
    UNMATCHED_FILL_THEIRS = "unmatched_fill_theirs"
    DUPLICATE_FILL = "duplicate_fill"
    FEE = "fee"
    ORDER_STATE = "order_state"
    OVERFILL = "overfill"
    CORPORATE_ACTION = "corporate_action"
    STALE_DATA = "stale_data"
    NOT_RECONCILED = "not_reconciled"


class BreakSeverity(StrEnum):
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class BreakStatus(StrEnum):
    """`resolved` says why; `verified` is a second person's word that it is so."""

    OPEN = "open"
    INVESTIGATING = "investigating"
    AWAITING_BROKER = "awaiting_broker"
    RESOLVED = "resolved"
    VERIFIED = "verified"


UNSETTLED = frozenset(
    {BreakStatus.OPEN, BreakStatus.INVESTIGATING, BreakStatus.AWAITING_BROKER}
)


class Resolution(StrEnum):
    """Why a break is settled. The last three follow from a rule, without a person."""

    ADJUSTMENT = "adjustment"
    TIMING = "timing"
    ERROR_THEIRS = "error_theirs"
    ERROR_OURS = "error_ours"
    WRITE_OFF = "write_off"
    TAKEN_IN = "taken_in"  # this run's reading brought the missing news
    CLEARED = "cleared"  # a later run no longer finds it
    ROUNDING = "rounding"  # within tolerance


class FindingState(StrEnum):
    """What a run says of a break."""

    NEW = "new"
    CARRIED = "carried"
    AUTO_RESOLVED = "auto_resolved"
