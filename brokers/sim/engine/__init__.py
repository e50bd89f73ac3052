"""The matching engine of the practice exchange: deterministic, pure, in memory."""

from __future__ import annotations

from brokers.sim.engine.accounts import (
    AccountConfiguration,
    AccountFlags,
    AccountView,
    Activity,
    ActivityFilter,
    ActivityType,
    PortfolioHistory,
    PositionView,
)
from brokers.sim.engine.config import ExchangeConfig, FeeSchedule
from brokers.sim.engine.exchange import Exchange
from brokers.sim.engine.journal import JournalEntry
from brokers.sim.engine.orders import (
    CancelOutcome,
    CloseOutcome,
    Event,
    EventKind,
    OrderFilter,
    OrderRequest,
    ReplaceRequest,
    SimOrder,
    SimStatus,
)
from brokers.sim.engine.rejection import Rejection


__all__ = [
    "AccountConfiguration",
    "AccountFlags",
    "AccountView",
    "Activity",
    "ActivityFilter",
    "ActivityType",
    "CancelOutcome",
    "CloseOutcome",
    "Event",
    "EventKind",
    "Exchange",
    "ExchangeConfig",
    "FeeSchedule",
    "JournalEntry",
    "OrderFilter",
    "OrderRequest",
    "PortfolioHistory",
    "PositionView",
    "Rejection",
    "ReplaceRequest",
    "SimOrder",
    "SimStatus",
]
