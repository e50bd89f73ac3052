"""What the pages of notices take in."""

from __future__ import annotations

from django import forms

from tradedesk.notifications.models import NoticeKind, Severity


class FilterForm(forms.Form):
    kind = forms.ChoiceField(
        choices=[("", "All kinds"), *NoticeKind.choices], required=False, label="About"
    )
    severity = forms.ChoiceField(
        choices=[("", "Any"), *Severity.choices], required=False, label="Severity"
    )


class ReadAllForm(forms.Form):
    until = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])


class ChoicesForm(forms.Form):
    """The kinds that go by email as well as into the page."""

    email = forms.MultipleChoiceField(choices=NoticeKind.choices, required=False)
