"""What people type on the page of a trade."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from journal.book.corrected import Correctable
from journal.book.corrections import LABELS, Correction
from journal.book.reviewing import Blunder, Review
from journal.models import TagFamily


_ANSWERS = (("", "Not said"), ("yes", "Yes"), ("no", "No"))
_RATINGS = (("", "None"), *((str(n), str(n)) for n in range(1, 6)))
_LARGEST_R = Decimal(10000)


def _radios(label: str, options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=options, required=False, widget=forms.RadioSelect
    )


def _name(label: str, hint: str, names: str) -> forms.CharField:
    attributes = {"placeholder": hint, "autocomplete": "off", "list": names}
    return forms.CharField(
        label=label, max_length=40, widget=forms.TextInput(attrs=attributes)
    )


def _r(label: str, hint: str) -> forms.DecimalField:
    attributes = {"inputmode": "decimal", "autocomplete": "off", "placeholder": hint}
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=12,
        decimal_places=4,
        min_value=-_LARGEST_R,
        max_value=_LARGEST_R,
        widget=forms.TextInput(attrs=attributes),
    )


class ReviewForm(forms.Form):
    """Saving it is the review; `reviewed` can be taken off again."""

    followed_plan = _radios("Did you follow your plan?", _ANSWERS)
    emotion = _radios("Calm (1) to driven (5)", _RATINGS)
    confidence = _radios("Confidence at the entry", _RATINGS)
    reviewed = forms.BooleanField(label="Reviewed", required=False)

    def said(self) -> Review:
        given = self.cleaned_data
        return Review(
            followed_plan={"yes": True, "no": False}.get(given["followed_plan"]),
            emotion=_rating(given["emotion"]),
            confidence=_rating(given["confidence"]),
            reviewed=given["reviewed"],
        )


def _rating(text: str) -> int | None:
    return int(text) if text else None


class TagForm(forms.Form):
    """A setup or another tag; a mistake has a form of its own."""

    family = forms.ChoiceField(
        choices=[(TagFamily.SETUP.value, "Setup"), (TagFamily.OTHER.value, "Tag")]
    )
    name = _name("Name", "Breakout", "tag-names")


class MistakeForm(forms.Form):
    """What the plan would have made is better than a guess; both at once is neither."""

    name = _name("Mistake", "Chased the entry", "mistake-names")
    planned_r = _r("R that the plan would have made", "1.5")
    cost_r = _r("or your estimate of its cost in R", "-0.5")
    note = forms.CharField(
        label="What happened",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("planned_r") is not None and given.get("cost_r") is not None:
            self.add_error("cost_r", "Give one of the two: the plan's R or a cost.")
        return given

    def blunder(self) -> Blunder:
        given = self.cleaned_data
        return Blunder(
            name=given["name"],
            planned_r=given["planned_r"],
            cost_r=given["cost_r"],
            note=given["note"],
        )


class CorrectionForm(forms.Form):
    """Without a value the correction of the field is taken back."""

    field = forms.ChoiceField(
        label="What", choices=[(one.value, label) for one, label in LABELS.items()]
    )
    value = forms.DecimalField(
        label="Right is",
        required=False,
        max_digits=20,
        decimal_places=8,
        help_text="Empty takes the last correction back.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def correction(self) -> Correction:
        given = self.cleaned_data
        return Correction(
            field=Correctable(given["field"]),
            value=given["value"],
            reason=given["reason"],
        )
