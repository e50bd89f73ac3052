"""The page of denials says what the rules say."""

from __future__ import annotations

import io

from django.conf import settings
from django.core.management import call_command

from risk.engine import RULES
from risk.facts import DenialCode
from risk.management.commands.write_denials import PATH, codes_of, page


def test_the_page_is_what_the_rules_would_write():
    assert (settings.BASE_DIR / PATH).read_text() == page()


def test_every_code_belongs_to_a_rule():
    named = {code for rule in RULES for code in codes_of(rule)}
    assert named == set(DenialCode)


def test_the_command_writes_the_page(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    call_command("write_denials", stdout=io.StringIO())
    assert (tmp_path / PATH).read_text() == page()
