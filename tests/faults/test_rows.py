"""The matrix is whole, its page is fresh, and every row of it has a test."""

from __future__ import annotations

import ast
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from brokers.management.commands.write_faults import PATH, page
from brokers.sim.faults import FaultPlan
from brokers.sim.faults.matrix import ROWS, row_of, rule_names
from brokers.sim.faults.row import Means


TESTS = Path(__file__).resolve().parent.parent


def marked() -> Iterator[int]:
    """The numbers in every `@row(n)` of the tests."""
    files = [*TESTS.glob("faults/test_*.py"), *TESTS.glob("race/test_*.py")]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "row":
                yield from (ast.literal_eval(one) for one in node.args)


def test_there_are_44_rows_in_order_with_a_name_each():
    assert [one.number for one in ROWS] == list(range(1, 45))
    assert len({one.name for one in ROWS}) == 44


def test_every_row_has_a_test():
    counted = Counter(marked())
    assert set(counted) == {one.number for one in ROWS}


def test_what_the_exchange_provokes_alone_has_rules_and_nothing_else_has():
    alone = {one.name for one in ROWS if one.means is Means.RULE}
    assert alone == set(rule_names())


def test_no_two_rules_of_the_matrix_share_a_name():
    plan = FaultPlan()
    rules = [rule for one in ROWS for rule in one.rules]
    for rule in rules:
        plan.add(rule)
    assert len(plan.rules) == len(rules)


def test_a_row_is_found_by_name_and_by_number():
    assert row_of("answer-dropped") is row_of("1")
    with pytest.raises(ValueError, match="no row"):
        row_of("45")


def test_the_page_is_what_the_rows_would_write():
    assert (settings.BASE_DIR / PATH).read_text() == page()


def test_the_command_writes_the_page(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    call_command("write_faults", stdout=io.StringIO())
    assert (tmp_path / PATH).read_text() == page()
