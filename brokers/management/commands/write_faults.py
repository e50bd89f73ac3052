"""Writes docs/faults.md from the fault matrix: manage.py write_faults"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from brokers.sim.faults.matrix import ROWS
from brokers.sim.faults.row import Row


PATH = "docs/faults.md"
HEAD = """\
# What may go wrong, and what then happens

Written by `manage.py write_faults` from `brokers/sim/faults`; change the rows, not this
page. Each row has at least one test in `tests/faults` or `tests/race`, marked with its
number; `make faults SEEDS=100` walks those that depend on a seed a hundred times.

In every row no order is lost, none is doubled, and the books end equal to the broker's.
Rows with a name in code letters can be provoked by the practice exchange alone:
`python -m brokers.sim.server ... --fault NAME`, or while it runs with `--control` by
`POST /control/faults` with `{"row": "NAME"}` ([practice-exchange.md](practice-exchange.md)).

| # | name | fault | where | provoked by | outcome |
|--:|---|---|---|---|---|
"""
TAIL = """
## What waits

"""


def page() -> str:
    """The whole page as text."""
    rows = "".join(f"{line}\n" for line in map(_line, ROWS))
    waits = "".join(f"{line}\n" for line in _waits())
    return f"{HEAD}{rows}{TAIL}{waits}"


def _line(row: Row) -> str:
    name = f"`{row.name}`" if row.rules else row.name
    provoked = f"{row.means}: {row.by}"
    cells = (str(row.number), name, row.title, row.place, provoked, row.outcome)
    return f"| {' | '.join(cells)} |"


def _waits() -> Iterator[str]:
    return (f"- Row {row.number}: {row.waits}." for row in ROWS if row.waits)


class Command(BaseCommand):
    help = "Write docs/faults.md from the fault matrix."

    def handle(self, *_args: Any, **_options: Any) -> None:
        (settings.BASE_DIR / PATH).write_text(page(), encoding="utf-8")
        self.stdout.write(f"{PATH} is up to date.")
