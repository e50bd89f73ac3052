"""What people type on the pages of notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from journal.models import NoteImage, NoteTag, NoteTemplate
from journal.models.note import BODY_LENGTH, SYMBOL_LENGTH, TAG_LENGTH, TITLE_LENGTH
from journal.notes import labels
from journal.notes.drafts import Typed


# All below the blank but line feed and tab: no note needs them, and searching marks
# what it found with two of them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ALT_LENGTH = 300
_ALT_PREFIX = "alt-"


class _TextField(forms.CharField):
    """Line ends are line feeds, and there are no control characters."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def _line(label: str, *, most: int, **attributes: str) -> _TextField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attributes})
    return _TextField(label=label, required=False, max_length=most, widget=widget)


def _day(label: str, *, required: bool) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class NoteForm(forms.Form):
    """A note; `alts` are what its pictures show, by their key."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    title = _line("Title", most=TITLE_LENGTH)
    body = _TextField(
        label="Note",
        required=False,
        max_length=BODY_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
    )
    day = _day("Day it is about", required=True)
    tags = _line("Tags", most=500, placeholder="idea, earnings", list="tag-names")
    symbols = _line(
        "Symbols", most=500, placeholder="ACME", autocapitalize="characters"
    )

    def clean_tags(self) -> list[str]:
        return self._labels("tags", labels.typed_tags)

    def clean_symbols(self) -> list[str]:
        return self._labels("symbols", labels.typed_symbols)

    def _labels(self, name: str, read: Callable[[str], list[str]]) -> list[str]:
        try:
            return read(self.cleaned_data[name])
        except labels.UnusableLabelError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = f"{cleaned.get('title', '')}{cleaned.get('body', '')}".strip()
        if not said and "body" not in self.errors:
            self.add_error("body", "Write something first: a title or a few words.")
        return cleaned

    def typed(self) -> Typed:
        """The fields as they stand, right or wrong, for a draft."""
        held = {
            name: str(self.data.get(name, "")) for name in Typed.__dataclass_fields__
        }
        limits = {"title": TITLE_LENGTH, "body": BODY_LENGTH, "day": 20}
        return Typed(
            **{
                name: _CONTROLS.sub("", text.replace("\r\n", "\n"))[: limits.get(name, 500)]
                for name, text in held.items()
            }
        )  # fmt: skip

    def alts(
        self, shown: Iterable[NoteImage], beside: dict[str, str]
    ) -> dict[str, str]:
        """The words of each picture: typed, else beside it in the text, else as before."""
        found = {}
        for image in shown:
            key = str(image.key)
            typed = self.data.get(f"{_ALT_PREFIX}{key}", image.alt)
            words = _CONTROLS.sub("", typed).strip() or beside.get(key, "")
            found[key] = words[:ALT_LENGTH]
        return found


class NoteFilterForm(forms.Form):
    """The list's filters; days are included."""

    q = _line("Search", most=200, placeholder="Words, “a phrase”, $ACME, #idea, -not")
    tag = forms.ChoiceField(label="Tag", required=False)
    symbol = _line("Symbol", most=SYMBOL_LENGTH, placeholder="Any")
    first = _day("From", required=False)
    last = _day("Until", required=False)
    linked = forms.ChoiceField(
        label="Trade",
        required=False,
        choices=[("", "Any"), ("trade", "With a trade"), ("none", "Without")],
    )

    def __init__(self, *args: Any, tags: Iterable[NoteTag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [tag.name for tag in tags]
        chosen = str(self.data.get("tag", ""))
        if chosen and chosen not in names:
            names.append(chosen[:TAG_LENGTH])
        tag_field = self.fields["tag"]
        assert isinstance(tag_field, forms.ChoiceField)  # noqa: S101 - for the checker
        tag_field.choices = [("", "Any"), *((name, f"#{name}") for name in names)]

    def clean_symbol(self) -> str:
        text = self.cleaned_data["symbol"]
        try:
            return labels.symbol(text) if text else ""
        except labels.UnusableLabelError as error:
            raise forms.ValidationError(str(error)) from error

    def given(self) -> dict[str, str]:
        """What narrows, as it stands in the address."""
        held = {name: str(self.data.get(name, "")).strip() for name in self.fields}
        return {name: text for name, text in held.items() if text}


class NoteTemplateForm(forms.ModelForm[NoteTemplate]):
    class Meta:
        model = NoteTemplate
        fields = ("name", "title", "body")
        labels = {"title": "Title of the note", "body": "Text"}
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}
