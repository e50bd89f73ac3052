"""Writes that are compiled once, the counterpart of `tradedesk.reads`.

Django makes the SQL of every `save`, `create` and `update` anew. Here it is made once
for each set of columns. How a value goes into its column stays the field's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import DatabaseError, connections, router
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql import UpdateQuery

from tradedesk.compiled import Argument, StandIns, filled, shape_of


_Field = Field[Any, Any]


class Change:
    """A compare-and-set: `build` makes the queryset of the rows that may change, from
    values as `tradedesk.reads.Read` takes them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._compiled: dict[tuple[object, ...], _Changing] = {}

    def __call__(self, *values: Argument, **columns: object) -> int:
        """How many rows were changed. `columns` are the model's, with plain values."""
        key = (shape_of(values), tuple(columns))
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = _compile_change(self._build, values, tuple(columns))
            self._compiled[key] = compiled
        connection = connections[compiled.database]
        given = _prepared(compiled.fields, columns.values(), connection)
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, given + filled(compiled.params, values))
            changed: int = cursor.rowcount
        return changed


@dataclass(frozen=True, slots=True)
class _Changing:
    database: str
    sql: str
    fields: tuple[_Field, ...]
    params: tuple[Any, ...]


def _compile_change(
    build: Callable[..., QuerySet[Any]],
    values: Sequence[Argument],
    names: tuple[str, ...],
) -> _Changing:
    stand_ins = StandIns(values)
    rows = build(*stand_ins.arguments)
    database = router.db_for_write(rows.model)
    fields = tuple(_field(rows.model, name) for name in names)
    query = cast("UpdateQuery", rows.query.chain(UpdateQuery))
    new: Any = [(field, None, RawSQL("%s", (None,))) for field in fields]
    query.add_update_fields(new)
    sql, params = query.get_compiler(database).as_sql()
    return _Changing(
        database=database,
        sql=sql,
        fields=fields,
        params=stand_ins.placed(params[len(fields) :]),
    )


def save(row: Model, names: Iterable[str]) -> None:
    """Write these columns of a row that exists, as `row.save(update_fields=names)`.

    Raises:
        DatabaseError: there is no such row.
    """
    model = type(row)
    columns = tuple(sorted(set(names)))
    values = {name: getattr(row, _field(model, name).attname) for name in columns}
    if _by_key(model)(row.pk, **values) != 1:
        raise DatabaseError(f"There is no {model.__name__} {row.pk} to be changed.")


@cache
def _by_key(model: type[Model]) -> Change:
    return Change(lambda pk: model._default_manager.filter(pk=pk))


def insert(row: Model) -> None:
    """Write a new row, as `row.save(force_insert=True)`; it knows its key afterwards.

    The database gives the key.
    """
    inserting = _inserting(type(row), 1, returning=True)
    connection = connections[inserting.database]
    with connection.cursor() as cursor:
        cursor.execute(inserting.sql, _prepared_row(inserting.fields, row, connection))
        (row.pk,) = cursor.fetchone() or (None,)
    row._state.adding, row._state.db = False, inserting.database


def insert_unknown(rows: Sequence[Model]) -> None:
    """Write those of these new rows that break no constraint, in one statement."""
    if not rows:
        return
    inserting = _inserting(type(rows[0]), len(rows), returning=False)
    connection = connections[inserting.database]
    values = [
        one for row in rows for one in _prepared_row(inserting.fields, row, connection)
    ]
    with connection.cursor() as cursor:
        cursor.execute(inserting.sql, values)


@dataclass(frozen=True, slots=True)
class _Inserting:
    database: str
    sql: str
    fields: tuple[_Field, ...]


@cache
def _inserting(model: type[Model], rows: int, *, returning: bool) -> _Inserting:
    database = router.db_for_write(model)
    quoted = connections[database].ops.quote_name
    key = model._meta.pk
    fields = tuple(
        _field(model, one.name) for one in model._meta.concrete_fields if one is not key
    )
    columns = ", ".join(quoted(str(one.column)) for one in fields)
    places = ", ".join("%s" for _ in fields)
    values = ", ".join(f"({places})" for _ in range(rows))
    table, key_column = quoted(model._meta.db_table), quoted(str(key.column))
    end = f"RETURNING {key_column}" if returning else "ON CONFLICT DO NOTHING"
    return _Inserting(
        database=database,
        sql=f"INSERT INTO {table} ({columns}) VALUES {values} {end}",  # noqa: S608
        fields=fields,
    )


def _field(model: type[Model], name: str) -> _Field:
    """Raises TypeError for a column that is more than a place for its value."""
    field: Any = model._meta.get_field(name)
    if field.model is not model or hasattr(field, "get_placeholder"):
        raise TypeError(f"{model.__name__}.{name} is written by Django itself.")
    return cast("_Field", field)


def _prepared_row(fields: Sequence[_Field], row: Model, connection: Any) -> list[Any]:
    values = (field.pre_save(row, add=True) for field in fields)
    return _prepared(fields, values, connection)


def _prepared(
    fields: Sequence[_Field], values: Iterable[object], connection: Any
) -> list[Any]:
    return [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]
