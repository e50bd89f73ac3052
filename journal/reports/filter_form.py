"""The filter of a page as fields to choose from and as words to take away again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from journal.book.filtering import EVERYTHING, NONE, TradeFilter
from journal.book.holding import HOLDING_BUCKETS
from journal.book.surroundings import (
    AFTER,
    DAY_PLACES,
    DISTANCES,
    HOUR_BEFORE,
    UNKNOWN_DISTANCE,
    Bucket,
)
from journal.models import TagFamily, TradeSource
from journal.reports.columns import Columns
from journal.reports.dimensions import WEEKDAYS
from journal.reports.names import Names
from journal.reports.selection import TRENDS, VOLATILITIES


LABELS = {
    "account": "Account",
    "netted": "Accounts taken for one",
    "symbol": "Symbol",
    "side": "Side",
    "setup": "Setup",
    "tag": "Tag",
    "mistake": "Mistake",
    "playbook": "Playbook",
    "weekday": "Weekday",
    "hour": "Hour",
    "holding": "Holding time",
    "previous": "After",
    "day_place": "Trade of the day",
    "hour_before": "Others within an hour",
    "distance": "Distance from average",
    "market": "Trend",
    "volatility": "Volatility",
    "since": "From",
    "until": "To",
    "net": "Outcome",
    "r_from": "At least",
    "r_below": "Below",
    "followed": "Rules followed",
    "reviewed": "Reviewed",
    "source": "Source",
}
MOST_SYMBOLS = 500
_SELECTED = " selected"
_CLOCK = [(str(hour), f"{hour:02d}:00") for hour in range(24)]
_ANSWERS = [("yes", "Yes"), ("no", "No"), ("unknown", "Not answered")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A select with its options, a symbol to type, or a date: `kind` says which."""

    name: str
    label: str
    value: str
    kind: str = "select"
    choices: Sequence[tuple[str, str]] = ()

    @property
    def options(self) -> SafeString:
        """Written here, as a template takes ten times as long for a hundred of them."""
        return mark_safe(  # noqa: S308 - values and labels are escaped here
            "".join(
                f'<option value="{escape(value)}"{_SELECTED * (value == self.value)}>'
                f"{escape(label)}</option>"
                for value, label in self.choices
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """One part of the filter in words, and the address without it."""

    words: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    label: str
    query: str
    current: bool


def fields(wanted: TradeFilter, names: Names, *, prefix: str = "") -> list[Field]:
    """`prefix` stands before the names of the fields, for a page with two filters."""
    given = wanted.parameters()

    def field(name: str, kind: str, choices: Sequence[tuple[str, str]] = ()) -> Field:
        return Field(
            name=f"{prefix}{name}",
            label=LABELS[name],
            value=given.get(name, ""),
            kind=kind,
            choices=choices,
        )

    selects = [
        field(name, "select", choices)
        for name, choices in _options(names).items()
        if choices
    ]
    return [
        field("symbol", "symbol"),
        *selects,
        field("since", "date"),
        field("until", "date"),
    ]


def symbols(columns: Columns) -> SafeString:
    """The options of a list of symbols to choose from while typing."""
    return _listed(columns.symbols[:MOST_SYMBOLS])


@lru_cache(maxsize=16)
def _listed(names: tuple[str, ...]) -> SafeString:
    return mark_safe(  # noqa: S308 - names are escaped here
        "".join(f'<option value="{escape(name)}">' for name in names)
    )


def _options(names: Names) -> dict[str, list[tuple[str, str]]]:
    setups = names.tags_of(TagFamily.SETUP)
    mistakes = names.tags_of(TagFamily.MISTAKE)
    return {
        "account": [(str(i), name) for i, name in names.accounts.items()],
        "side": [("long", "Long"), ("short", "Short")],
        "setup": _tags(setups, "Without a setup"),
        "tag": _tags(names.tags_of(TagFamily.OTHER)),
        "mistake": _tags(mistakes, "No mistake"),
        "playbook": _tags(names.playbooks.items(), "Without a playbook"),
        "weekday": [(str(n), day) for n, day in enumerate(WEEKDAYS[:5], start=1)],
        "hour": _CLOCK,
        "holding": [(one.name, one.label) for one in HOLDING_BUCKETS],
        "previous": [
            (name, label.removeprefix("After ").capitalize())
            for name, label in AFTER.items()
        ],
        "day_place": _named(DAY_PLACES),
        "hour_before": _named(HOUR_BEFORE),
        "distance": [*_named(DISTANCES), (UNKNOWN_DISTANCE, "Not known")],
        "market": [(str(one), one.capitalize()) for one in TRENDS],
        "volatility": [(str(one), one.capitalize()) for one in VOLATILITIES],
        "followed": _ANSWERS,
        "source": list(TradeSource.choices),
    }


def _named(buckets: Iterable[Bucket]) -> list[tuple[str, str]]:
    return [(one.name, one.label) for one in buckets]


def _tags(found: Iterable[tuple[int, str]], without: str = "") -> list[tuple[str, str]]:
    told = [(str(number), name) for number, name in found]
    return [*told, (str(NONE), without)] if told and without else told


def narrowed(wanted: TradeFilter, names: Names) -> list[Narrowed]:
    return [
        Narrowed(
            words=_words(name, text, wanted=wanted, names=names),
            query=wanted.query(**{name: getattr(EVERYTHING, name)}),
        )
        for name, text in wanted.parameters().items()
    ]


def said(wanted: TradeFilter, names: Names) -> str:
    """The whole filter in one line."""
    return (
        ", ".join(one.words for one in narrowed(wanted, names)) or "all closed trades"
    )


def _words(name: str, text: str, *, wanted: TradeFilter, names: Names) -> str:
    value: Any = getattr(wanted, name)
    label = LABELS[name]
    tables: dict[str, Mapping[Any, str]] = {
        "account": names.accounts,
        "setup": {NONE: "none", **names.tags},
        "tag": names.tags,
        "mistake": {NONE: "none", **names.tags},
        "playbook": {NONE: "none", **names.playbooks},
        "weekday": dict(enumerate(WEEKDAYS, start=1)),
        "hour": {hour: f"{hour:02d}:00" for hour in range(24)},
        "holding": {one.name: one.label for one in HOLDING_BUCKETS},
        "day_place": dict(_named(DAY_PLACES)),
        "hour_before": dict(_named(HOUR_BEFORE)),
        "distance": {**dict(_named(DISTANCES)), UNKNOWN_DISTANCE: "not known"},
        "source": dict(TradeSource.choices),
    }
    known = tables.get(name)
    if name == "netted":
        return label
    if name == "previous":
        return AFTER[text]
    if name in {"r_from", "r_below"}:
        return f"{label} {text}R"
    return f"{label}: {known.get(value, text) if known else text}"


def periods(wanted: TradeFilter, today: date) -> list[Period]:
    """Month and year to date, the last year, and all."""
    starts = (
        ("MTD", today.replace(day=1)),
        ("YTD", today.replace(month=1, day=1)),
        ("1 year", today - timedelta(days=365)),
        ("Max", None),
    )
    return [
        Period(
            label=label,
            query=wanted.query(since=start, until=None),
            current=wanted.since == start and wanted.until is None,
        )
        for label, start in starts
    ]
