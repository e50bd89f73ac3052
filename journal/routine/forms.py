"""What is typed about tasks, reminders and the routine."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from journal.domain.schedule import instant_of
from journal.models.routine import (
    HIGHEST_SCORE,
    LOWEST_SCORE,
    Bias,
    Priority,
    RecurrenceChoice,
    ReminderKind,
)


_DAYS = [("1", "Mo"), ("2", "Tu"), ("3", "We"), ("4", "Th"), ("5", "Fr"), ("6", "Sa"), ("7", "Su")]  # fmt: skip
_TIME = {"type": "time"}
_ZONES = {"list": "zones", "autocomplete": "off", "spellcheck": "false"}
# What a person may set by hand; a task's reminder is set with the task.
KINDS = [one for one in ReminderKind if one is not ReminderKind.TASK]


def time_field(label: str, *, required: bool = True) -> forms.TimeField:
    widget = forms.TimeInput(attrs=_TIME, format="%H:%M")
    return forms.TimeField(label=label, required=required, widget=widget)


class _ZoneForm(forms.Form):
    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"])
        if zone not in available_timezones():
            raise forms.ValidationError("Name a zone, as in Europe/Berlin.")
        return zone


class _RuleForm(_ZoneForm):
    """The rule by which something comes again; subclasses choose the recurrences."""

    recurrence = forms.ChoiceField(label="Comes", widget=forms.RadioSelect)
    weekdays = forms.MultipleChoiceField(
        label="On",
        choices=_DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=list("12345"),
    )
    month_day = forms.IntegerField(
        label="On day",
        required=False,
        min_value=1,
        max_value=31,
        initial=1,
        help_text="In a shorter month, its last day.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    at = time_field("At")
    zone = forms.CharField(
        label="By the clock of", max_length=64, widget=forms.TextInput(attrs=_ZONES)
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        recurrence = cleaned.get("recurrence")
        if recurrence == RecurrenceChoice.WEEKDAYS and not cleaned.get("weekdays"):
            self.add_error("weekdays", "Choose a day at least.")
        if recurrence == RecurrenceChoice.MONTHLY and not cleaned.get("month_day"):
            self.add_error("month_day", "Which day of the month?")
        return cleaned

    def rule(self) -> dict[str, Any]:
        """The fields of `journal.models.routine.Recurring`."""
        cleaned = self.cleaned_data
        return {
            "recurrence": cleaned["recurrence"],
            "weekdays": "".join(sorted(cleaned["weekdays"])),
            "month_day": cleaned["month_day"] or 1,
            "at": cleaned["at"],
            "zone": cleaned["zone"],
        }


class TemplateForm(_RuleForm):
    title = forms.CharField(label="Task", max_length=120)
    detail = forms.CharField(label="In a few words", max_length=300, required=False)
    priority = forms.TypedChoiceField(
        label="Priority", choices=Priority, coerce=int, initial=Priority.NORMAL
    )
    trading_days_only = forms.BooleanField(
        label="Only on trading days",
        required=False,
        initial=True,
        help_text="Holidays of the exchange are left out.",
    )
    remind = forms.BooleanField(label="Remind me at that time", required=False)
    by_email = forms.BooleanField(label="By email as well", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["recurrence"], _without(RecurrenceChoice.ONCE))

    def chosen(self) -> dict[str, Any]:
        names = ("title", "detail", "priority", "trading_days_only")
        return self.rule() | {name: self.cleaned_data[name] for name in names}


class ReminderForm(_RuleForm):
    kind = forms.ChoiceField(
        label="About", choices=[(one.value, one.label) for one in KINDS]
    )
    title = forms.CharField(label="In my own words", max_length=120, required=False)
    detail = forms.CharField(label="More", max_length=300, required=False)
    day = forms.DateField(
        label="On the day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    biases = forms.MultipleChoiceField(
        label="Which biases, in turn week by week",
        choices=Bias,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: all of them.",
    )
    by_email = forms.BooleanField(label="By email as well", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["recurrence"], list(RecurrenceChoice))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == ReminderKind.OWN and not cleaned.get("title"):
            self.add_error("title", "Say what you want to be reminded of.")
        if cleaned.get("recurrence") == RecurrenceChoice.ONCE and not cleaned.get(
            "day"
        ):
            self.add_error("day", "Choose the day.")
        return cleaned

    def chosen(self) -> dict[str, Any]:
        names = ("kind", "title", "detail", "day", "biases", "by_email")
        return self.rule() | {name: self.cleaned_data[name] for name in names}


class TaskForm(forms.Form):
    title = forms.CharField(
        label="What is to be done",
        max_length=120,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    detail = forms.CharField(label="More", max_length=300, required=False)
    day = forms.DateField(
        label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = time_field("Due at", required=False)
    priority = forms.TypedChoiceField(
        label="Priority", choices=Priority, coerce=int, initial=Priority.NORMAL
    )
    remind = forms.BooleanField(
        label="Remind me when it is due", required=False, help_text="Needs a time."
    )
    trade = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("remind") and not cleaned.get("at"):
            self.add_error("at", "A reminder needs a time.")
        return cleaned

    def due_at(self, zone: str) -> datetime | None:
        day: date = self.cleaned_data["day"]
        at: time | None = self.cleaned_data["at"]
        return None if at is None else instant_of(day, at, ZoneInfo(zone))


class RoutineForm(_ZoneForm):
    """Quiet hours, one's own band, and the symbol that stands for the market."""

    quiet_from = time_field("Quiet from", required=False)
    quiet_until = time_field("until", required=False)
    zone = forms.CharField(
        label="By the clock of", max_length=64, widget=forms.TextInput(attrs=_ZONES)
    )
    lowest_score = forms.IntegerField(
        label="I trade from", min_value=LOWEST_SCORE, max_value=HIGHEST_SCORE
    )
    highest_score = forms.IntegerField(
        label="up to", min_value=LOWEST_SCORE, max_value=HIGHEST_SCORE
    )
    market_symbol = forms.CharField(
        label="Symbol of the market",
        max_length=32,
        required=False,
        help_text="One that moves as the market does. Empty: SPY, or PEAK in practice.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_market_symbol(self) -> str:
        return str(self.cleaned_data["market_symbol"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_until", "Give both ends, or neither.")
        low, high = cleaned.get("lowest_score"), cleaned.get("highest_score")
        if low is not None and high is not None and low > high:
            self.add_error("highest_score", "The band ends before it begins.")
        return cleaned


def _without(left_out: RecurrenceChoice) -> list[RecurrenceChoice]:
    return [one for one in RecurrenceChoice if one is not left_out]


def _offer(field: forms.Field, offered: list[RecurrenceChoice]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = [(one.value, one.label) for one in offered]
    field.initial = RecurrenceChoice.WEEKDAYS
