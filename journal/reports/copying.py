"""Rows of a query as arrays, by PostgreSQL's binary COPY.

Every field is eight bytes and never null, so that the rows can be read where they lie;
100,000 of them become arrays without a Python object for any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql


# https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format": a header, then
# for each row a count of fields and for each field its length and its bytes, and a mark
# at the end.
_HEADER = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`columns` are names and what they are made of in SQL, `floats` the names of those
    that are no whole numbers; `rest` begins with FROM. All of it literals of ours.
    """

    columns: Mapping[str, str]
    floats: frozenset[str]
    rest: str

    @property
    def statement(self) -> str:
        fields = ", ".join(
            f"({made})::{'float8' if name in self.floats else 'int8'}"
            for name, made in self.columns.items()
        )
        return f"COPY (SELECT {fields} {self.rest}) TO STDOUT (FORMAT BINARY)"

    @property
    def row(self) -> np.dtype[Any]:
        return np.dtype([("count", ">i2"), *self._fields()])

    def _fields(self) -> Iterable[tuple[str, str]]:
        for name in self.columns:
            yield f"length of {name}", ">i4"
            yield name, ">f8" if name in self.floats else ">i8"


def copied(query: Query, given: Mapping[str, object]) -> dict[str, npt.NDArray[Any]]:
    """The columns; `given` are the values that the statement names in braces.

    COPY takes no parameters from outside, so psycopg writes them in as literals.
    """
    values = {name: sql.Literal(value) for name, value in given.items()}
    composed = sql.SQL(query.statement).format(**values)
    with connection.cursor() as cursor:
        statement = composed.as_string(cursor.connection)
        with cursor.copy(statement) as copy:
            told = b"".join(copy)
    row = query.row
    count = (len(told) - _HEADER) // row.itemsize
    table = np.frombuffer(told, dtype=row, count=count, offset=_HEADER)
    return {
        name: table[name].astype(np.float64 if name in query.floats else np.int64)
        for name in query.columns
    }
