"""What the code may never do, whoever writes it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import (
    PRODUCT,
    PROJECT,
    functions,
    module,
    nodes,
    python_files,
    where,
)


# The outermost loops of processes, which must outlive any error; each says so itself.
OUTERMOST_LOOPS: frozenset[str] = frozenset()
# Order rows change status here, command rows there, and nowhere else.
ASSIGNS_ORDER_STATUS = {"brokers.orders.transitions"}
UPDATES_COMMAND_STATUS = {"brokers.orders.commands"}
# The practice exchange has orders of its own, which are not rows of the desk; letters
# have a status and are neither.
OTHER_ORDERS = ("brokers.sim.", "tradedesk.notifications.")
BYPASSES = {"force", "skip", "bypass", "dry_run"}
NAMELESS = {"utils", "util", "helpers", "common", "base", "manager", "managers", "misc"}


def product() -> list[Path]:
    return python_files(*PRODUCT)


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    for node in nodes(path, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield node, node.func.attr
        elif isinstance(node.func, ast.Name):
            yield node, node.func.id


def test_money_is_never_a_float():
    found = [
        where(path, node)
        for path in product()
        for node, name in calls(path)
        if name == "FloatField"
    ]
    assert found == []


def test_orders_change_status_in_one_module():
    found = {
        module(path)
        for path in product()
        for node in nodes(path, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "status"
        if not (isinstance(target.value, ast.Name) and target.value.id == "self")
        if not module(path).startswith(OTHER_ORDERS)
    }
    assert found == ASSIGNS_ORDER_STATUS


def test_commands_change_status_in_one_module():
    found = {
        module(path)
        for path in product()
        for node, name in calls(path)
        if name in {"update", "bulk_update", "update_or_create", "_moved"}
        if any(keyword.arg == "status" for keyword in node.keywords)
        if not module(path).startswith(OTHER_ORDERS)
    }
    assert found == UPDATES_COMMAND_STATUS


def test_locked_rows_may_still_be_referred_to():
    """A plain FOR UPDATE makes whoever inserts a row that refers to the locked one wait
    until its commit, when it holds the head of the audit chain: a deadlock.
    """
    found = [
        where(path, node)
        for path in product()
        for node, name in calls(path)
        if name == "select_for_update"
        if not any(keyword.arg == "no_key" for keyword in node.keywords)
    ]
    assert found == []


def arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    given = node.args
    return {a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)}


def test_nothing_can_be_told_to_look_away():
    found = [
        f"{where(path, node)} {name}"
        for path in product()
        for node in functions(path)
        for name in arguments(node)
        if name in BYPASSES or name.startswith(("skip_", "bypass_", "force_"))
    ]
    assert found == []


def test_no_error_is_caught_blindly():
    found = {
        module(path)
        for path in product()
        for node in nodes(path, ast.ExceptHandler)
        if node.type is None
        or (
            isinstance(node.type, ast.Name)
            and node.type.id in {"Exception", "BaseException"}
        )
    }
    assert found == OUTERMOST_LOOPS


def test_a_code_is_checked_through_the_call_that_locks():
    """`device.verify_token()` can be replayed in parallel; `django_otp`'s cannot."""
    found = [
        where(path, node)
        for path in product()
        for node, name in calls(path)
        if name == "verify_token"
        and not (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "django_otp"
        )
    ]
    assert found == []


def test_every_module_has_a_name_that_says_where_it_belongs():
    found = [str(p.relative_to(PROJECT)) for p in product() if p.stem in NAMELESS]
    assert found == []


def test_the_linter_watches_over_time_and_errors():
    """Naive datetimes (DTZ), blind excepts (BLE) and security (S) stay on."""
    ruff = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["ruff"][
        "lint"
    ]
    assert ruff["select"] == ["ALL"]
    assert not [r for r in ruff["ignore"] if r.startswith(("DTZ", "BLE", "C9"))]
    assert {"S", "DTZ", "BLE"}.isdisjoint(ruff["ignore"])
