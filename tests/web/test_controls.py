"""Controls that are written by hand are what Django's own templates write."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from tradedesk.web.controls import ControlRenderer


BY_TEMPLATE, BY_HAND = DjangoTemplates(), ControlRenderer()
HOSTILE = "\"><script>alert('x')</script>&amp;"
PLAIN = [("", "Any"), ("buy", "Buy"), (7, 7), (Decimal("0.10"), HOSTILE)]
GROUPED = [("Firsts", [("a", "A")]), ("b", "B")]
CASES = [
    (forms.TextInput(), HOSTILE),
    (forms.TextInput(), ""),
    (forms.TextInput(attrs={"required": True, "disabled": False}), None),
    (forms.TextInput(attrs={"list": "known", "maxlength": 20, "title": HOSTILE}), "x"),
    (forms.TextInput(attrs={"title": mark_safe("a &amp; b")}), mark_safe("a &amp; b")),
    (forms.NumberInput(attrs={"step": Decimal("0.01")}), Decimal("1234.50")),
    (forms.DateInput(attrs={"type": "date"}), "2026-03-02"),
    (forms.EmailInput(), "a@b.test"),
    (forms.HiddenInput(), "7"),
    (forms.PasswordInput(render_value=False), "secret"),
    (forms.TimeInput(), "10:30"),
    (forms.Select(choices=PLAIN), "buy"),
    (forms.Select(choices=PLAIN, attrs={"class": "select", "id": "s"}), "7"),
    (forms.Select(choices=[]), None),
    (forms.Select(choices=GROUPED), "a"),
    (forms.SelectMultiple(choices=PLAIN), ["buy", "7"]),
    (forms.Textarea(attrs={"rows": 3}), HOSTILE),
    (forms.CheckboxInput(), True),
    (forms.RadioSelect(choices=PLAIN), "buy"),
]


@pytest.mark.parametrize(("widget", "value"), CASES)
def test_a_control_is_the_same_to_the_letter(widget, value):
    shown = [widget.render(HOSTILE, value, None, one) for one in (BY_TEMPLATE, BY_HAND)]
    assert shown[0] == shown[1]
    assert "<script>" not in shown[1]
