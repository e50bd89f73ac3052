"""Several short lists in one query: a page that shows a little of many things would
otherwise go to the database once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DecimalField, F, Field, QuerySet, TextField
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Cast, JSONObject


def gathered(
    of: QuerySet[Any],
    lists: Mapping[str, QuerySet[Any]],
    values: Mapping[str, BaseExpression] | None = None,
) -> dict[str, Any]:
    """The rows of each of `lists`, in their order, and `values`, under their names.

    `of` finds one row, the person's. Rows are whole or as `only` and `defer` leave
    them, and carry their annotations; `select_related` is passed over, and what holds
    bytes or vectors is to be left out.
    """
    arrays = {name: ArraySubquery(_as_json(rows)) for name, rows in lists.items()}
    found: dict[str, Any] = of.values(**arrays, **(values or {})).get()
    for name, rows in lists.items():
        found[name] = [_row(rows, told) for told in found[name] or ()]
    return found


def _as_json(rows: QuerySet[Any]) -> QuerySet[Any]:
    """JSON would make a decimal a float, so decimals go as text."""
    columns = {
        name: Cast(name, TextField()) if isinstance(kind, DecimalField) else F(name)
        for name, kind in (*_columns(rows), *_annotations(rows))
    }
    return rows.values(gathered_row=JSONObject(**columns))


def _columns(rows: QuerySet[Any]) -> Iterator[tuple[str, Field[Any, Any]]]:
    names, deferred = rows.query.deferred_loading
    for one in rows.model._meta.concrete_fields:
        if one.primary_key or (one.name in names) != deferred:
            yield one.attname, one


def _annotations(rows: QuerySet[Any]) -> Iterator[tuple[str, Field[Any, Any]]]:
    for name, expression in rows.query.annotation_select.items():
        yield name, expression.output_field


def _row(rows: QuerySet[Any], told: Mapping[str, Any]) -> Any:
    columns = dict(_columns(rows))
    values = [kind.to_python(told[name]) for name, kind in columns.items()]
    row = rows.model.from_db(rows.db, list(columns), values)
    for name, kind in _annotations(rows):
        setattr(row, name, kind.to_python(told[name]))
    return row
