"""Code that fits into a head: the budgets of CONTRIBUTING."""

from __future__ import annotations

from pathlib import Path
from statistics import median, quantiles

from tests.house.source import (
    PRODUCT,
    PROJECT,
    functions,
    python_files,
    templates,
    where,
)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def p90(values: list[int]) -> float:
    return quantiles(values, n=10)[-1]


def lengths(*folders: str, prefix: str = "") -> dict[str, int]:
    return {
        f"{where(path, node)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files(*folders)
        for node in functions(path)
        if node.name.startswith(prefix)
    }


def over(limit: int, found: dict[str, int]) -> dict[str, int]:
    return {name: length for name, length in found.items() if length > limit}


def test_functions_are_short():
    found = lengths(*PRODUCT)
    assert over(50, found) == {}
    assert median(found.values()) <= 8
    assert p90(list(found.values())) <= 25


def test_files_have_one_subject():
    found = {str(p.relative_to(PROJECT)): lines(p) for p in python_files(*PRODUCT)}
    assert over(400, found) == {}
    assert p90(list(found.values())) <= 215


def test_tests_fit_on_a_screen():
    found = lengths("tests", prefix="test_")
    assert over(50, found) == {}
    assert p90(list(found.values())) <= 20


def test_templates_are_short():
    found = {str(p.relative_to(PROJECT)): lines(p) for p in templates()}
    assert over(150, found) == {}
    assert p90(list(found.values())) <= 80
