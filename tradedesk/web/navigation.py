"""The rail's entries; an entry whose page does not exist yet is left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry: `foot` puts it at the rail's end, `key` is typed after "g"."""

    section: str
    label: str
    icon: str
    url: str
    key: str = ""
    foot: bool = False
    count: int = 0

    @property
    def everyday(self) -> bool:
        """Whether it has a place of its own at the foot of a phone."""
        return self.section in _EVERYDAY


# What a thumb reaches on a phone; the rest stands behind "More".
_EVERYDAY = frozenset({"today", "desk", "orders", "positions", "journal"})
# section, label, icon, URL name, key after "g", at the foot of the rail
_PAGES = (
    ("today", "Today", "today", "today", "t", False),
    ("desk", "Desk", "desk", "desk", "d", False),
    ("orders", "Orders", "orders", "orders", "o", False),
    ("positions", "Positions", "positions", "positions", "p", False),
    ("journal", "Journal", "journal", "journal", "j", False),
    ("analytics", "Analytics", "analytics", "analytics", "a", False),
    ("plan", "Plan", "plan", "plan", "l", False),
    ("accounts", "Accounts", "accounts", "accounts", "c", False),
    ("reconciliation", "Reconcile", "balance", "reconciliation", "r", False),
    ("system", "System", "sliders", "system", "y", True),
    ("styleguide", "Help", "help", "styleguide", "", True),
    ("settings", "Settings", "settings", "settings", "s", True),
)


def items(shell: Mapping[str, object]) -> Sequence[NavItem]:
    """`shell["nav"]` where the desk gives one, else the pages that resolve."""
    given = shell.get("nav")
    return given if isinstance(given, list | tuple) else default_items()


def default_items() -> Sequence[NavItem]:
    return _pages_of(*_addresses())


@cache
def _pages_of(_urls: str, _prefix: str) -> Sequence[NavItem]:
    pages = [
        NavItem(
            section=section,
            label=label,
            icon=icon,
            url=address(name),
            key=key,
            foot=foot,
        )
        for section, label, icon, name, key, foot in _PAGES
    ]
    return tuple(page for page in pages if page.url)


def address(name: str) -> str:
    """The path of a named page, "" while it does not exist."""
    return _address(name, *_addresses())


def _addresses() -> tuple[str, str]:
    """What decides where pages are: the map of them, and what stands before it."""
    return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


@cache
def _address(name: str, _urls: str, _prefix: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
