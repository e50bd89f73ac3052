"""What people type on the pages of the plan, its worst cases and playbooks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from journal.analytics.market_type import Direction, Volatility
from journal.models import PlaybookVersion, WorstCaseCard
from journal.plans.playbooks import MOST_ITEMS, RULES, Missed, PlaybookTerms
from journal.plans.sections import Field, Kind, Section, Values
from journal.plans.worst_cases import CardTerms
from journal.plans.writing import LONGEST, section_digest


MARKET_TYPES = [
    (one.value, str(one.value).capitalize()) for one in (*Direction, *Volatility)
]
_LONGEST_ITEM = 120


def _text(
    label: str, *, most: int, rows: int = 3, hint: str = "", required: bool = False
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "placeholder": hint})
    return forms.CharField(
        label=label, max_length=most, required=required, widget=widget
    )


def _line(
    label: str, *, most: int, hint: str = "", required: bool = False
) -> forms.CharField:
    widget = forms.TextInput(attrs={"placeholder": hint, "autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=most, required=required, widget=widget
    )


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


def _figure(
    label: str, *, places: int, hint: str = "", least: Decimal | None = None
) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=16,
        decimal_places=places,
        min_value=least,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "placeholder": hint}
        ),
    )


def _days(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=730,
        initial=90,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class SectionForm(forms.Form):
    """The fields of one section; `seen` is the digest of what it said when drawn."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, section: Section, values: Values, data: Any = None) -> None:
        initial = {**values, "seen": section_digest(values)}
        super().__init__(data, initial=initial, auto_id=f"id_{section.key}_%s")
        for field in section.fields:
            self.fields[field.key] = _field(field)

    def values(self) -> dict[str, str]:
        """What was typed, as the plan keeps it."""
        return {
            name: _plain(value)
            for name, value in self.cleaned_data.items()
            if name != "seen"
        }


def _field(field: Field) -> forms.Field:
    if field.kind is Kind.FIGURE:
        return _figure(field.label, places=2, hint=field.hint, least=Decimal(0))
    most = LONGEST[field.kind]
    if field.kind is Kind.LINE:
        return _line(field.label, most=most, hint=field.hint)
    return _text(field.label, most=most, rows=4, hint=field.hint)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


class PublishForm(forms.Form):
    reason = _line("What changed, and why", most=200, hint="optional, for later")


class ReviewForm(forms.Form):
    note = _line("What the review found", most=500, hint="optional")
    every_days = _days("Read it again after days")


class CardForm(forms.Form):
    category = forms.ChoiceField(label="Kind", choices=WorstCaseCard.Category.choices)
    trigger = _line("What happens", most=300, required=True)
    action = _text("What is done at once", most=2000, rows=4, required=True)
    phone = _line("Telephone", most=80, hint="of the broker's desk, say")
    responsible = _line("Who acts", most=80, hint="you, or who is told")
    drill_days = _days("Rehearse every days")
    next_drill_on = _day("Next rehearsal")

    def terms(self) -> CardTerms:
        return CardTerms(**self.cleaned_data)


class DrillForm(forms.Form):
    on = _day("Rehearsed on")
    note = _line("What it taught", most=500, hint="optional")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(
                "A rehearsal that is still to come is no drill."
            )
        return day


class PlaybookForm(forms.Form):
    """`checklist` is one question a line."""

    name = _line("Name", most=60, required=True)
    thesis = _text(
        "Thesis",
        most=2000,
        hint="Why this should make money, and who is on the other side",
    )
    market_types = forms.MultipleChoiceField(
        label="Market types",
        choices=MARKET_TYPES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    entry = _text("Entry", most=4000, rows=4, hint="What has to be seen before you act")
    stop = _text(
        "Stop", most=4000, hint="Where it is wrong, and where the first stop lies"
    )
    management = _text(
        "Management",
        most=4000,
        hint="What moves the stop, what adds and what takes off",
    )
    exit = _text("Exit", most=4000, hint="Target, time, or what the chart says")
    checklist = _text(
        "Checklist",
        most=2000,
        rows=5,
        hint="One question a line, answered at the ticket",
    )
    max_risk_percent = _figure(
        "Most risk per trade, % of equity", places=3, hint="optional"
    )
    reason = _line("What changed, and why", most=200, hint="optional, for later")

    def clean_max_risk_percent(self) -> Decimal | None:
        value: Decimal | None = self.cleaned_data["max_risk_percent"]
        if value is not None and not 0 < value <= 100:  # noqa: PLR2004 - per cent
            raise forms.ValidationError("More than 0 and at most 100 per cent.")
        return value

    def clean_checklist(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["checklist"].splitlines()]
        items = [line for line in lines if line]
        if len(items) > MOST_ITEMS:
            raise forms.ValidationError(f"{MOST_ITEMS} questions are the most.")
        if any(len(item) > _LONGEST_ITEM for item in items):
            raise forms.ValidationError(f"Keep each to {_LONGEST_ITEM} letters.")
        return items

    def terms(self) -> PlaybookTerms:
        typed = self.cleaned_data
        return PlaybookTerms(
            name=typed["name"],
            thesis=_lines(typed["thesis"]),
            market_types=typed["market_types"],
            rules={key: _lines(typed[key]) for key in RULES if typed[key]},
            checklist=typed["checklist"],
            max_risk_percent=typed["max_risk_percent"],
        )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def playbook_initial(version: PlaybookVersion) -> dict[str, Any]:
    """A version as the form that revises it."""
    risk = version.max_risk_percent
    return {
        "name": version.name,
        "thesis": version.thesis,
        "market_types": version.market_types,
        **version.rules,
        "checklist": "\n".join(version.checklist),
        "max_risk_percent": "" if risk is None else format(risk.normalize(), "f"),
    }


class RetireForm(forms.Form):
    reason = _line("Why it rests", most=200, hint="optional")


class MissedForm(forms.Form):
    symbol = _line("Symbol", most=32, required=True)
    missed_on = _day("When")
    why = _line("Why missed", most=300, required=True)
    missed_r = _figure("Would have made, in R", places=4, hint="if known")

    def clean_missed_r(self) -> Decimal | None:
        value: Decimal | None = self.cleaned_data["missed_r"]
        if value is not None and abs(value) >= 100_000:  # noqa: PLR2004 - of the column
            raise forms.ValidationError("That is no R-multiple.")
        return value

    def missed(self) -> Missed:
        return Missed(
            symbol=self.cleaned_data["symbol"].upper(),
            missed_on=self.cleaned_data["missed_on"],
            why=self.cleaned_data["why"],
            missed_r=self.cleaned_data["missed_r"],
        )
