"""Files that leave this machine name neither it nor where its packages came from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import PROJECT, tracked


# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a registry's host": re.compile(
        "py" r"pi\.org|python" r"hosted|npm" r"js\.(org|com)"
    ),
    "a home folder": re.compile(r"/ro" r"ot/|/ho" r"me/[a-z]+/|/Us" r"ers/[a-z]+/"),
    "this machine": re.compile("/wo" r"rk/(main|shared)|/op" "t/"),
    "a promise for later": re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b"),
}
SHARED = re.compile(r"\.\./sha" "red")
NOT_OURS = ("static/vendor/", "static/fonts/")


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        name = str(path.relative_to(PROJECT))
        if name.startswith(NOT_OURS):
            continue
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what):
    found = [
        f"{path.relative_to(PROJECT)}: {match[0]}"
        for path, text in texts()
        for match in FORBIDDEN[what].finditer(text)
    ]
    assert found == []


def test_only_tests_know_the_folder_next_door():
    found = [
        str(path.relative_to(PROJECT))
        for path, text in texts()
        if SHARED.search(text) and "tests" not in path.parts
    ]
    assert found == []
