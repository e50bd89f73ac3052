"""Records to JSON's own types and back, by their annotations."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar


RecordT = TypeVar("RecordT")
_Convert = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _copied(value: list[Any]) -> list[Any]:
    """A list of plain values, or of lists of them."""
    return [list(item) if isinstance(item, list) else item for item in value]


def _converters(kind: Any) -> tuple[_Convert, _Convert]:
    """How a value of one type is written and read."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return (lambda value: value.value), kind
    if kind in {datetime, date}:
        return (lambda value: value.isoformat()), kind.fromisoformat
    if kind is Decimal:
        return str, Decimal
    if typing.get_origin(kind) is list:
        return _copied, _copied
    return _same, _same


def _field(name: str, kind: Any) -> tuple[str, _Convert, _Convert]:
    if typing.get_origin(kind) in {types.UnionType, typing.Union}:
        (inner,) = (part for part in typing.get_args(kind) if part is not type(None))
        write, read = _converters(inner)
        if write is _same:
            return name, _same, _same
        return name, _unless_none(write), _unless_none(read)
    return name, *_converters(kind)


def _unless_none(convert: _Convert) -> _Convert:
    return lambda value: None if value is None else convert(value)


_PLANS: dict[type, tuple[tuple[str, _Convert, _Convert], ...]] = {}


def _plan(record: type[Any]) -> tuple[tuple[str, _Convert, _Convert], ...]:
    """Member by member, worked out once per type."""
    found = _PLANS.get(record)
    if found is None:
        kinds = typing.get_type_hints(record)
        names = (item.name for item in dataclasses.fields(record))
        found = _PLANS[record] = tuple(_field(name, kinds[name]) for name in names)
    return found


def encode(record: Any) -> dict[str, Any]:
    """A record as a JSON object."""
    return {
        name: write(getattr(record, name)) for name, write, _ in _plan(type(record))
    }


def decode(kind: type[RecordT], data: typing.Mapping[str, Any]) -> RecordT:
    """A record from a JSON object; members it does not know are passed over."""
    known = {name: read(data[name]) for name, _, read in _plan(kind) if name in data}
    return kind(**known)
