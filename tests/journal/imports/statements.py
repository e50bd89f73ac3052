"""Statement files: our own beside this one, and real ones where the checkout has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from journal.imports.reader import read
from journal.imports.rows import Statement


OWN = Path(__file__).parent / "files"
PUBLISHED = Path(__file__).resolve().parents[4] / "shared" / "data"


def own(name: str) -> Statement:
    return read(name, (OWN / name).read_bytes())


def published(name: str) -> bytes:
    path = PUBLISHED / name
    if not path.exists():
        pytest.skip(f"The published {path.name} is not on this machine.")
    return path.read_bytes()


def figures(statement: Statement) -> list[tuple[str, str, str, str]]:
    """Symbol, side, quantity and price of the trades, as text."""
    return [
        (row.symbol, row.side.value, str(row.quantity), str(row.price))
        for row in statement.trades
    ]
