"""What is written beside the code agrees with it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PROJECT, nodes, python_files
from tradedesk.runtime.processes import Plan, desk_programs


PIN = re.compile(r"^[\w.-]+(\[[\w,]+\])?==\S+", re.MULTILINE)


def test_import_contracts_hold():
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-logo",
        "--no-cache",
    ]
    done = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-install.txt"]
)
def test_every_package_is_pinned_with_its_hashes_and_no_address(name):
    text = (PROJECT / name).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert "://" not in text
    assert [e for e in entries if not PIN.match(e) or "--hash=sha256:" not in e] == []


def test_every_dependency_says_why_it_is_here():
    lines = (PROJECT / "requirements.in").read_text().splitlines()
    assert [x for x in lines if x and not x.startswith("#") and "#" not in x] == []


def settings_read() -> set[str]:
    return {
        node.args[0].value
        for path in python_files("tradedesk")
        for node in nodes(path, ast.Call)
        if isinstance(node.func, ast.Attribute)
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "env"
        if node.args and isinstance(node.args[0], ast.Constant)
        if isinstance(node.args[0].value, str)
    }


def test_the_readme_explains_every_setting():
    readme = (PROJECT / "README.md").read_text()
    assert {name for name in settings_read() if f"`{name}`" not in readme} == set()


def test_the_procfile_names_the_processes_that_the_supervisor_starts():
    lines = (PROJECT / "Procfile").read_text().splitlines()
    named = {line.split(":")[0] for line in lines}
    plan = Plan(
        project=PROJECT, data=PROJECT, listener=3, practice_port=1, environment={},
        practice_keys={},
    )  # fmt: skip
    assert named == {program.name for program in desk_programs(plan)}


def test_every_decision_is_listed_once():
    numbers = [p.name.split("-")[0] for p in (PROJECT / "docs" / "adr").glob("*.md")]
    assert len(numbers) == len(set(numbers))
