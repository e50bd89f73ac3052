"""Reads that are compiled once: the path of an order asks the same dozen questions.

Django compiles a queryset to SQL at every evaluation, and finds out anew how its
columns become values, which costs the processor more than the read itself. A `Read`
keeps both from its first evaluation and only puts new values into it, so that what is
read, and how it becomes rows, stays the queryset's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models import query as queries
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
)
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from tradedesk.compiled import Argument, StandIns, filled, shape_of


T = TypeVar("T")
_Make = Callable[[Sequence[Any]], Any]
_Converter = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled(Generic[T]):
    """`params` are the statement's: what stands fixed, or which value goes there;
    `converters` of a column's value, with its number and expression.
    """

    database: str
    sql: str
    params: tuple[Any, ...]
    locks: bool
    converters: tuple[tuple[int, tuple[_Converter, ...], Any], ...]
    make: _Make

    def ask(self, values: Sequence[Argument]) -> list[T]:
        connection = connections[self.database]
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked in a transaction only.")
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled(self.params, values))
            return self.made_of(cursor.fetchall(), connection)

    def made_of(self, found: Iterable[Sequence[Any]], connection: Any) -> list[T]:
        if self.converters:
            found = [self._converted(row, connection) for row in found]
        return [self.make(row) for row in found]

    def _converted(self, row: Sequence[Any], connection: Any) -> list[Any]:
        values = list(row)
        for column, converters, expression in self.converters:
            for convert in converters:
                values[column] = convert(values[column], expression, connection)
        return values


class Read(Generic[T]):
    """`build` makes the queryset from values: int, str, datetime, date, Decimal, a tuple
    of one of these, or None. It may only pass them on: what it decides by their types
    and lengths is decided once for each, and by anything else once for all.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self._build = build
        self._compiled: dict[tuple[object, ...], _Compiled[T]] = {}

    def __call__(self, *values: Argument) -> list[T]:
        """Every row.

        Raises:
            TransactionManagementError: it locks rows, and there is no transaction.
        """
        told = _told.get()
        if told is not None and (found := told.pop((self, values), None)) is not None:
            return found
        return self.compiled_for(values).ask(values)

    def first(self, *values: Argument) -> T | None:
        """The first row, or None. The queryset is to say which that is, or that it is
        the only one.
        """
        found = self(*values)
        return found[0] if found else None

    def of(self, *values: Argument) -> Question:
        """To be asked together with others."""
        return self, values

    def compiled_for(self, values: Sequence[Argument]) -> _Compiled[T]:
        shape = shape_of(values)
        compiled = self._compiled.get(shape)
        if compiled is None:
            compiled = self._compiled[shape] = _compile(self._build, values)
        return compiled


Question = tuple[Read[Any], tuple[Argument, ...]]
_told: ContextVar[dict[Question, list[Any]] | None] = ContextVar("told", default=None)


@contextmanager
def asked_together(questions: Sequence[Question]) -> Iterator[None]:
    """Ask all these in one round trip: within the block each read finds its answer here,
    once. What was not asked before is asked as ever.

    The database works on the next question while we make rows of the last
    (https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html). Meant for reads of
    one transaction that follow each other anyway, and that lock nothing.

    Raises:
        TransactionManagementError: there is no transaction, so that each would be one.
    """
    answers = _answers(questions) if questions else {}
    token = _told.set(answers)
    try:
        yield
    finally:
        _told.reset(token)


def _answers(questions: Sequence[Question]) -> dict[Question, list[Any]]:
    asked = [(one, one[0].compiled_for(one[1])) for one in questions]
    connection = connections[asked[0][1].database]
    if not connection.in_atomic_block:
        raise TransactionManagementError("Several are asked in a transaction only.")
    cursors = []
    with connection.wrap_database_errors, connection.connection.pipeline():
        for (_, values), compiled in asked:
            cursor = connection.cursor()
            cursor.execute(compiled.sql, filled(compiled.params, values))
            cursors.append(cursor)
        return {
            question: compiled.made_of(cursor.fetchall(), connection)
            for (question, compiled), cursor in zip(asked, cursors, strict=True)
        }


def _compile(
    build: Callable[..., QuerySet[Any, T]], values: Sequence[Argument]
) -> _Compiled[T]:
    stand_ins = StandIns(values)
    rows = build(*stand_ins.arguments)
    compiler: Any = rows.query.get_compiler(rows.db)
    sql, params = compiler.as_sql()
    columns = [one[0] for one in compiler.select[: compiler.col_count]]
    return _Compiled(
        database=rows.db,
        sql=sql,
        params=stand_ins.placed(params),
        locks=rows.query.select_for_update,
        converters=tuple(
            (column, tuple(converters), expression)
            for column, (converters, expression) in compiler.get_converters(
                columns
            ).items()
        ),
        make=_maker(rows, compiler),
    )


def _maker(rows: QuerySet[Any, Any], compiler: SQLCompiler) -> _Make:
    """What the queryset itself makes of a row (`django.db.models.query`)."""
    queryset: Any = rows
    kind = queryset._iterable_class
    beside = queryset._prefetch_related_lookups or queryset._known_related_objects
    if beside or compiler.has_extra_select:
        raise TypeError("A read is one statement, of the columns that it gives back.")
    if kind is ModelIterable:
        return _model_maker(compiler, rows.db)
    if kind is FlatValuesListIterable:
        return itemgetter(0)
    if kind is ValuesListIterable:
        return tuple
    raise TypeError(f"A read gives models or tuples, not {kind.__name__}.")


def _model_maker(compiler: Any, database: str) -> _Make:
    known = compiler.klass_info
    first, last = known["select_fields"][0], known["select_fields"][-1] + 1
    names = [one[0].target.attname for one in compiler.select[first:last]]
    populators: Any = queries.get_related_populators
    related = populators(known, compiler.select, database)
    beside = tuple((compiler.annotation_col_map or {}).items())
    model = known["model"]

    def make(row: Sequence[Any]) -> Any:
        made = model.from_db(database, names, row[first:last])
        for one in related:
            one.populate(row, made)
        for name, column in beside:
            setattr(made, name, row[column])
        return made

    return make
