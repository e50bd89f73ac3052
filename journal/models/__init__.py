"""Rows and invariants of the trading journal."""

from __future__ import annotations

from journal.models.demo import DemoYear
from journal.models.mark import BookMark, NettedMark
from journal.models.note import (
    Note,
    NoteDraft,
    NoteImage,
    NoteLink,
    NoteSource,
    NoteTag,
    NoteTemplate,
)
from journal.models.nudge import CoolingOff, Level, Nudge, NudgeAnswer
from journal.models.plan import (
    Drill,
    OrderPlan,
    Plan,
    PlanVersion,
    WorstCaseCard,
)
from journal.models.playbook import MissedTrade, Playbook, PlaybookVersion
from journal.models.routine import (
    Bias,
    Reminder,
    ReminderDelivery,
    RoutineWishes,
    SelfRating,
    Task,
    TaskTemplate,
)
from journal.models.statement import (
    ColumnMapping,
    Fate,
    ImportState,
    RowKind,
    StatementImport,
    StatementRow,
)
from journal.models.tax import LotChoice, NamedLot
from journal.models.trade import (
    DayReview,
    Followed,
    Mistake,
    StopMove,
    Tag,
    TagFamily,
    Trade,
    TradeCorrection,
    TradeFill,
    TradeSource,
    TradeTag,
)
from journal.models.trade_change import TradeChange


__all__ = [
    "Bias",
    "BookMark",
    "ColumnMapping",
    "CoolingOff",
    "DayReview",
    "DemoYear",
    "Drill",
    "Fate",
    "Followed",
    "ImportState",
    "Level",
    "LotChoice",
    "MissedTrade",
    "Mistake",
    "NamedLot",
    "NettedMark",
    "Note",
    "NoteDraft",
    "NoteImage",
    "NoteLink",
    "NoteSource",
    "NoteTag",
    "NoteTemplate",
    "Nudge",
    "NudgeAnswer",
    "OrderPlan",
    "Plan",
    "PlanVersion",
    "Playbook",
    "PlaybookVersion",
    "Reminder",
    "ReminderDelivery",
    "RoutineWishes",
    "RowKind",
    "SelfRating",
    "StatementImport",
    "StatementRow",
    "StopMove",
    "Tag",
    "TagFamily",
    "Task",
    "TaskTemplate",
    "Trade",
    "TradeChange",
    "TradeCorrection",
    "TradeFill",
    "TradeSource",
    "TradeTag",
    "WorstCaseCard",
]
