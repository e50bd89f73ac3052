"""Type x class x time in force x outcome, walked by Alpaca's own client.

720 cells, none skipped: those that the venue refuses are held against the refusal's
code and words. Every answer on the way is held against Alpaca's document.
"""

from __future__ import annotations

import json

import pytest

from tests.emulators.practice import PracticeExchange
from tests.sim.server.clients import trading_client
from tests.sim.server.conftest import NOON
from tests.sim.server.order_table import CELLS, Cell, Told, expected
from tests.sim.server.order_walk import walk_all


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[Cell, Told]:
    """What the venue told in each cell; an account for each of them."""
    folder = tmp_path_factory.mktemp("table")
    keys = {cell: f"PK{number}" for number, cell in enumerate(CELLS)}
    exchange = PracticeExchange(folder / "data")
    rich = {"secret": exchange.secret, "cash": "1000000000"}
    accounts = folder / "accounts.json"
    accounts.write_text(json.dumps([{"key": key} | rich for key in keys.values()]))
    exchange.options = ["--start", NOON, "--accounts", str(accounts)]
    with exchange.running():
        return walk_all(exchange, trading_client(exchange), keys)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_each_cell_ends_as_alpacas_rules_say(
    told: dict[Cell, Told], cell: Cell
) -> None:
    assert told[cell] == expected(cell)


def test_the_table_is_whole() -> None:
    assert len(CELLS) == len(set(CELLS)) == 5 * 4 * 6 * 6
