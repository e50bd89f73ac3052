"""Writes docs/denials.md from the rules themselves: manage.py write_denials"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from risk.engine import RULES, Rule
from risk.facts import DenialCode


PATH = "docs/denials.md"
HEAD = """\
# Why an order is denied

Written by `manage.py write_denials` from the rules; change the rules, not this page.

Every order is judged by every rule, and all verdicts are shown at once: blocks, then
warnings, then passes. What is unknown blocks what adds risk and never blocks the way
out of a position. An order that can only reduce a position is *exempt* from a rule,
only *told* of it by a warning, or *held* by it like any other order: because it would
certainly be refused, would trade at once at any price, would exceed the position, or
would trade in the wrong account.

| check | rule | a reducing order is | codes |
|--:|---|---|---|
"""


def page() -> str:
    """The whole page as text."""
    return HEAD + "".join(f"{row}\n" for row in _rows())


def _rows() -> Iterator[str]:
    for rule in sorted(RULES, key=lambda rule: (rule.CHECK.number, rule.CHECK.name)):
        check = rule.CHECK
        codes = ", ".join(f"`{code}`" for code in codes_of(rule))
        yield f"| {check.number} | {_summary(rule)} | {check.way_out} | {codes} |"


def codes_of(rule: Rule) -> list[DenialCode]:
    """The codes that the source of a rule names, in their own order."""
    source = inspect.getsource(_module(rule))
    named = set(re.findall(r"DenialCode\.([A-Z_]+)", source))
    return [code for code in DenialCode if code.name in named]


def _summary(rule: Rule) -> str:
    text = (_module(rule).__doc__ or "").split("\n\n")[0]
    return " ".join(text.split()).partition(": ")[2].rstrip(".")


def _module(rule: Rule) -> ModuleType:
    return sys.modules[f"risk.rules.{rule.CHECK.name}"]


class Command(BaseCommand):
    help = "Write docs/denials.md from the risk rules."

    def handle(self, *_args: Any, **_options: Any) -> None:
        (settings.BASE_DIR / PATH).write_text(page(), encoding="utf-8")
        self.stdout.write(f"{PATH} is up to date.")
