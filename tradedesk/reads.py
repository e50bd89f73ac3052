"""Reads that are compiled once: the path of an order asks the same dozen questions.

Django compiles a queryset to SQL at every evaluation, which costs the processor more
than the read itself. A `Read` keeps the SQL of its first evaluation and only puts new
values into it, so that what is read, and how it becomes rows, stays the queryset's.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError


T = TypeVar("T")
_Value = int | str | datetime | Decimal
_Argument = _Value | tuple[_Value, ...] | None
# Stand for the values while the SQL is made, and occur in no query of ours.
_LONG_AGO = datetime(1871, 1, 1, tzinfo=UTC)
_STAND_IN: dict[type, Callable[[int], _Value]] = {
    int: lambda place: 1_987_650_000 + place,
    str: lambda place: f"stands for value {place}",
    datetime: lambda place: _LONG_AGO + timedelta(days=place),
    Decimal: lambda place: Decimal(1_987_650_000 + place),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value goes; `kind` is what the field has the driver see it as, a `bigint`
    for instance, or None.
    """

    number: int
    kind: Callable[[_Value], Any] | None

    def of(self, values: Sequence[_Value]) -> Any:
        value = values[self.number]
        return value if self.kind is None else self.kind(value)


@dataclass(frozen=True, slots=True)
class _Compiled(Generic[T]):
    """`params` are the statement's: what stands fixed, or which value goes there."""

    rows: QuerySet[Any, T]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    locks: bool

    def fill(self, values: Sequence[_Value]) -> QuerySet[Any, T]:
        """The rows for these values, not evaluated yet."""
        params = tuple(
            one.of(values) if isinstance(one, _Place) else one for one in self.params
        )
        compiler: Any = copy.copy(self.compiler)
        compiler.as_sql = lambda *_, **__: (self.sql, params)
        # A compiler remembers its connection, and each thread has its own.
        compiler.connection = connections[self.rows.db]
        found = self.rows.all()
        query: Any = found.query
        query.get_compiler = lambda *_, **__: compiler
        return found


class Read(Generic[T]):
    """`build` makes the queryset from values: int, str, datetime, Decimal, a tuple of
    one of these, or None. It may only pass them on: what it decides by their types and
    lengths is decided once for each, and by anything else once for all.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self._build = build
        self._compiled: dict[tuple[object, ...], _Compiled[T]] = {}

    def __call__(self, *values: _Argument) -> list[T]:
        """Every row.

        Raises:
            TransactionManagementError: it locks rows, and there is no transaction.
        """
        shape = tuple(
            (tuple, len(one), type(one[0]) if one else int)
            if isinstance(one, tuple)
            else type(one)
            for one in values
        )
        compiled = self._compiled.get(shape)
        if compiled is None:
            compiled = self._compiled[shape] = _compile(self._build, values)
        if compiled.locks and not connections[compiled.rows.db].in_atomic_block:
            raise TransactionManagementError("Rows are locked in a transaction only.")
        return list(compiled.fill(_flat(values)))

    def first(self, *values: _Argument) -> T | None:
        """The first row, or None. The queryset is to say which that is, or that it is
        the only one.
        """
        found = self(*values)
        return found[0] if found else None


def _flat(values: Sequence[_Argument]) -> list[_Value]:
    return [
        one
        for value in values
        for one in (value if isinstance(value, tuple) else (value,))
        if one is not None
    ]


def _compile(
    build: Callable[..., QuerySet[Any, T]],
    values: Sequence[_Argument],
) -> _Compiled[T]:
    stand_ins: list[_Value] = []

    def stand_in(value: _Value | None) -> _Value | None:
        if value is None:
            return None  # compared with IS NULL, which takes no parameter
        stand_ins.append(_STAND_IN[type(value)](len(stand_ins)))
        return stand_ins[-1]

    rows = build(
        *(
            tuple(map(stand_in, one)) if isinstance(one, tuple) else stand_in(one)
            for one in values
        )
    )
    compiler = rows.query.get_compiler(rows.db)
    sql, params = compiler.as_sql()
    placed = tuple(_place(one, stand_ins) for one in params)
    found = {one.number for one in placed if isinstance(one, _Place)}
    if lost := set(range(len(stand_ins))) - found:
        raise ValueError(
            f"Values {sorted(lost)} are changed before they are asked for."
        )
    return _Compiled(
        rows=rows,
        compiler=compiler,
        sql=sql,
        params=placed,
        locks=rows.query.select_for_update,
    )


def _place(param: Any, stand_ins: Sequence[_Value]) -> Any:
    for number, one in enumerate(stand_ins):
        if isinstance(param, type(one)) and param == one:
            kind = None if type(param) is type(one) else type(param)
            return _Place(number, kind)
    return param
