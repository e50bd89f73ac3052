"""Differences between texts, and the figures in rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.plans.comparing import Fate, compare_plans, pieces
from journal.plans.parameters import parameters
from journal.plans.sections import SECTIONS


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_from_their_difference(before, after):
    woven = pieces(before, after)
    assert "".join(p.text for p in woven if p.fate is not Fate.ADDED) == before
    assert "".join(p.text for p in woven if p.fate is not Fate.REMOVED) == after


def test_only_the_words_that_changed_are_marked():
    found = pieces("risk one percent a trade", "risk half a percent a trade")
    assert [(p.fate.value, p.text) for p in found] == [
        ("same", "risk "),
        ("removed", "one"),
        ("added", "half a"),
        ("same", " percent a trade"),
    ]


def test_a_section_that_is_gone_is_a_difference():
    before = {"vision": {"vision": "Calm"}}
    [gone] = compare_plans(before, {})
    assert (gone.title, gone.label) == ("Vision", "In five years")


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("Close above the 20-day high", ["20"]),
        ("stop 2 ATR below, out at 3R", ["2 ATR", "3R"]),
        ("RSI14 under 30 and over SMA200", ["RSI14", "30", "SMA200"]),
        ("volume 1.5x, gap under 2.5%", ["1.5x", "2.5%"]),
        ("1. wait for the 1st close\n2) then buy", []),
        ("from 10:30, in Q2", ["10:30"]),
        ("", []),
    ],
)
def test_figures_in_rules_are_counted(rule, found):
    assert parameters([rule]) == found


def test_every_section_and_field_has_a_name_of_its_own():
    assert len({section.key for section in SECTIONS}) == len(SECTIONS)
    for section in SECTIONS:
        assert len({field.key for field in section.fields}) == len(section.fields)
        assert all(field.hint for field in section.fields)
