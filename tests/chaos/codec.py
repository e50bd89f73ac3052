"""Reports as JSON and back. A member that is as its class has it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints


Report = TypeVar("Report")


def encode(report: Any) -> dict[str, Any]:
    """The members that are not the default."""
    values = {
        one.name: (getattr(report, one.name), one.default) for one in fields(report)
    }
    return {
        name: _plain(value)
        for name, (value, default) in values.items()
        if default is MISSING or value != default
    }


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case StrEnum() | str():
            return str(value)
        case Decimal():
            return str(value)
        case datetime():
            return value.isoformat()
        case tuple():
            return [encode(one) for one in value]
    raise TypeError(f"{type(value)} has no plain form")


def decode(kind: type[Report], data: Mapping[str, Any]) -> Report:
    return kind(**{name: _value(_type(kind, name), raw) for name, raw in data.items()})


@cache
def _type(kind: type, name: str) -> Any:
    """Of a member that may be None, its other type; of a tuple, that of its members."""
    hint = get_type_hints(kind)[name]
    inner = [one for one in get_args(hint) if one not in {NoneType, Ellipsis}]
    return inner[0] if inner else hint


def _value(kind: Any, raw: Any) -> Any:
    if raw is None or kind in {bool, int, str}:
        return raw
    if isinstance(raw, list):
        return tuple(decode(kind, one) for one in raw)
    return datetime.fromisoformat(raw) if kind is datetime else kind(raw)
