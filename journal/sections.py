"""The tabs of the journal's three sections; a page that does not exist is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tradedesk.web.navigation import address


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    name: str
    label: str
    url: str
    current: bool


# URL name and label, in the order of a trader's day.
_SECTIONS = {
    "journal": (
        ("journal", "Trades"),
        ("calendar", "Calendar"),
        ("debrief", "Debrief"),
        ("notes", "Notes"),
        ("tasks", "Tasks"),
        ("imports", "Import"),
        ("demo", "Demo"),
    ),
    "analytics": (
        ("analytics", "Performance"),
        ("breakdowns", "Breakdowns"),
        ("behaviour", "Behaviour"),
        ("tax_lots", "Tax lots"),
        ("sizing_lab", "Sizing lab"),
    ),
    "plan": (
        ("plan", "Plan"),
        ("playbooks", "Playbooks"),
        ("worst_cases", "Worst cases"),
        ("reminders", "Reminders"),
    ),
}


def tabs(section: str, current: str) -> Sequence[Tab]:
    """Of one section: journal, analytics or plan; `current` is a URL's name."""
    found = (
        Tab(name=name, label=label, url=address(name), current=name == current)
        for name, label in _SECTIONS[section]
    )
    return [tab for tab in found if tab.url]
