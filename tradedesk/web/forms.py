"""Rendering of form controls: classes, and the ties between a field and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import BoundField
    from django.utils.safestring import SafeString


def widget(field: BoundField, css: str, attributes: Mapping[str, str]) -> SafeString:
    """The control with `aria-invalid` and `aria-describedby`; underscores become dashes."""
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    described = _described_by(field)
    own: dict[str, str | bool] = {"class": css, **named}
    if described:
        own["aria-describedby"] = described
    if field.errors:
        own["aria-invalid"] = "true"
    return field.as_widget(attrs=own)


def _described_by(field: BoundField) -> str:
    words = []
    if field.help_text:
        words.append(f"{field.auto_id}_help")
    if field.errors:
        words.append(f"{field.auto_id}_error")
    return " ".join(words)
