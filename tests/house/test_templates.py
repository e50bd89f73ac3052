"""Every template compiles, is used, and keeps to the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.house.source import PRODUCT, PROJECT, python_files, templates


NAME = re.compile(r"""["']([\w./-]+\.html)(?:#[\w-]+)?["']""")
# A template of a library that is replaced by name: nothing of ours mentions it.
REPLACES = ("account/", "admin/", "usersessions/", "registration/")
INLINE = {
    "a style attribute": re.compile(r"<[^>{]*\sstyle=", re.DOTALL),
    "a handler attribute": re.compile(r"<[^>{]*\son[a-z]+=", re.DOTALL),
    "a script without nonce": re.compile(r"<script(?![^>]*\bnonce=)"),
    "a style element without nonce": re.compile(r"<style(?![^>]*\bnonce=)"),
}


def name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - 1 - parts[::-1].index("templates") + 1 :])


def mentioned() -> set[str]:
    sources = [*python_files(*PRODUCT), *templates()]
    return {found for path in sources for found in NAME.findall(path.read_text())}


@pytest.mark.parametrize("path", templates(), ids=name)
def test_template_compiles(path):
    assert get_template(name(path))


def test_every_template_that_is_mentioned_exists():
    own = {name(path) for path in templates()}
    folders = {known.split("/")[0] for known in own}
    missing = {m for m in mentioned() - own if m.split("/")[0] in folders}
    assert {m for m in missing if not m.startswith(REPLACES)} == set()


def test_every_template_is_used():
    unused = {name(path) for path in templates()} - mentioned()
    assert {u for u in unused if not u.startswith(REPLACES)} == set()


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what):
    found = [
        str(path.relative_to(PROJECT))
        for path in templates()
        if INLINE[what].search(path.read_text()) and not is_letter(path, what)
    ]
    assert found == []


def is_letter(path: Path, what: str) -> bool:
    """No policy governs a letter, and mail clients know no other way to style one."""
    return what == "a style attribute" and path.parent.name == "mail"
