"""The 44 faults that the desk must survive, as data.

`docs/faults.md` is written from these rows, `tests/faults` holds a test for each, and
the practice exchange takes those that it can provoke alone by name: `--fault NAME`, or
`{"row": NAME}` to `/control/faults`.
"""

from __future__ import annotations

from brokers.sim.faults import beyond, in_the_desk, in_the_news, on_the_way
from brokers.sim.faults.row import Row


ROWS: tuple[Row, ...] = (
    *on_the_way.ROWS,
    *in_the_desk.ROWS,
    *in_the_news.ROWS,
    *beyond.ROWS,
)


def row_of(name: str) -> Row:
    """A row by its name or number.

    Raises:
        ValueError: there is none.
    """
    for row in ROWS:
        if name in {row.name, str(row.number)}:
            return row
    raise ValueError(f"{name} is no row of the fault matrix")


def rule_names() -> list[str]:
    """The names of the rows that the exchange can provoke alone."""
    return [row.name for row in ROWS if row.rules]
