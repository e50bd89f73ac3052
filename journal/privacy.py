"""What this app holds of a person, for export and erasure."""

from __future__ import annotations

from journal.models import (
    BookMark,
    ColumnMapping,
    CoolingOff,
    DayReview,
    DemoYear,
    Drill,
    LotChoice,
    MissedTrade,
    Mistake,
    NamedLot,
    NettedMark,
    Note,
    NoteDraft,
    NoteImage,
    NoteLink,
    NoteTag,
    NoteTemplate,
    Nudge,
    OrderPlan,
    Plan,
    PlanVersion,
    Playbook,
    PlaybookVersion,
    Reminder,
    ReminderDelivery,
    RoutineWishes,
    SelfRating,
    StatementImport,
    StatementRow,
    StopMove,
    Tag,
    Task,
    TaskTemplate,
    Trade,
    TradeChange,
    TradeCorrection,
    TradeFill,
    TradeTag,
    WorstCaseCard,
)


# Records of orders and of what was decided with them: kept under a pseudonym when the
# person is erased, as the orders are.
KEPT = {
    OrderPlan: "owner",
    Plan: "owner",
    PlanVersion: "owner",
    Playbook: "owner",
    PlaybookVersion: "owner",
    Nudge: "owner",
    CoolingOff: "owner",
    StatementImport: "owner",
    StatementRow: "owner",
    Trade: "owner",
    TradeFill: "owner",
    StopMove: "owner",
    TradeCorrection: "owner",
    LotChoice: "owner",
    NamedLot: "owner",
}
# A person's own words and habits: exported, and erased with them.
ERASED = {
    Note: "owner",
    NoteImage: "owner",
    NoteDraft: "owner",
    NoteLink: "note__owner",
    NoteTag: "owner",
    NoteTemplate: "owner",
    Task: "owner",
    TaskTemplate: "owner",
    Reminder: "owner",
    ReminderDelivery: "owner",
    RoutineWishes: "owner",
    SelfRating: "owner",
    DayReview: "owner",
    Tag: "owner",
    TradeTag: "owner",
    Mistake: "owner",
    WorstCaseCard: "owner",
    Drill: "owner",
    MissedTrade: "owner",
    ColumnMapping: "owner",
    DemoYear: "owner",
}
# How far something was built: neither exported nor anybody's words.
MARKS = {
    BookMark: "account__owner",
    NettedMark: "owner",
    TradeChange: "owner",
}
# Model -> the lookup that leads from it to its person.
OWNED = KEPT | ERASED
