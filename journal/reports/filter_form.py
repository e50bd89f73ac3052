"""The filter of a page as fields to choose from and as words to take away again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from journal.book.filtering import EVERYTHING, NONE, TradeFilter
from journal.book.holding import HOLDING_BUCKETS
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
_CLOCK = [(str(hour), f"{hour:02d}:00") for hour in range(24)]
_ANSWERS = [("yes", "Yes"), ("no", "No"), ("unknown", "Not answered")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A select, or a date where it has no choices."""

    name: str
    label: str
    value: str
    choices: Sequence[Choice] = ()


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


def fields(
    wanted: TradeFilter, names: Names, columns: Columns | None, *, prefix: str = ""
) -> list[Field]:
    """`prefix` stands before the names of the fields, for a page with two filters.

    Without `columns` there is no list of symbols to choose from.
    """
    given = wanted.parameters()

    def field(name: str, options: Iterable[tuple[str, str]] = ()) -> Field:
        value = given.get(name, "")
        return Field(
            name=f"{prefix}{name}",
            label=LABELS[name],
            value=value,
            choices=[
                Choice(value=one, label=label, chosen=one == value)
                for one, label in options
            ],
        )

    found = [field(name, options) for name, options in _options(names, columns).items()]
    return [one for one in found if one.choices] + [field("since"), field("until")]


def _options(names: Names, columns: Columns | None) -> dict[str, list[tuple[str, str]]]:
    setups = names.tags_of(TagFamily.SETUP)
    mistakes = names.tags_of(TagFamily.MISTAKE)
    return {
        "account": [(str(i), name) for i, name in names.accounts.items()],
        "symbol": [(one, one) for one in columns.symbols] if columns else [],
        "side": [("long", "Long"), ("short", "Short")],
        "setup": _tags(setups, "Without a setup"),
        "tag": _tags(names.tags_of(TagFamily.OTHER)),
        "mistake": _tags(mistakes, "No mistake"),
        "playbook": _tags(names.playbooks.items(), "Without a playbook"),
        "weekday": [(str(n), day) for n, day in enumerate(WEEKDAYS[:5], start=1)],
        "hour": _CLOCK,
        "holding": [(one.name, one.label) for one in HOLDING_BUCKETS],
        "market": [(str(one), one.capitalize()) for one in TRENDS],
        "volatility": [(str(one), one.capitalize()) for one in VOLATILITIES],
        "followed": _ANSWERS,
        "source": list(TradeSource.choices),
    }


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
        "source": dict(TradeSource.choices),
    }
    known = tables.get(name)
    if name == "netted":
        return label
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
