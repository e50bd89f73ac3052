"""A report as JSON's own types, for programs; described in docs/reconciliation.md.

Figures are strings of digits, so that no reader makes a binary fraction of them;
instants are ISO 8601 in UTC; what is unknown is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from brokers.reconciliation.differences import text
from brokers.reconciliation.reports import Report


FORMAT = 1


def report(made: Report) -> dict[str, Any]:
    """Its members by name, with `format`, the number of this description."""
    return {"format": FORMAT, **_object(made)}


def _object(value: Any) -> dict[str, Any]:
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return _composed(value)


def _composed(value: Any) -> Any:
    if is_dataclass(value):
        return _object(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return value
