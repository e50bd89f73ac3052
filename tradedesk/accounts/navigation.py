"""The tabs of the settings pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from tradedesk.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    url: str
    label: str
    current: bool


def tabs(user: User, current: str) -> list[Tab]:
    """People is for owners; `current` is a URL name."""
    pages = [
        ("settings", "Profile"),
        ("settings_notices", "Notices"),
        ("settings_security", "Security"),
        ("behaviour_limits", "Your limits"),
    ]
    if user.is_owner:
        pages.append(("settings_people", "People"))
    return [
        Tab(url=reverse(name), label=label, current=name == current)
        for name, label in pages
    ]
