"""What an answer reads after a fault has been at it: text in, text out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone

from brokers.sim.faults.kinds import FaultKind, FaultRule


# RFC 3339; the fraction is kept as it is written.
_INSTANT = re.compile(
    r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)"', re.ASCII
)


Change = Callable[[list[object], float], list[object]]


def _on_rows(text: str, change: Change, choice: float) -> str:
    """Lists are changed; any other answer passes as it is."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if not isinstance(value, list):
        return text
    return json.dumps(change(value, choice))


def _none(_rows: list[object], _choice: float) -> list[object]:
    return []


def _without(rows: list[object], choice: float) -> list[object]:
    chosen = int(choice * len(rows))
    return rows[:chosen] + rows[chosen + 1 :]


def _without_matching(find: str) -> Change:
    def change(rows: list[object], _choice: float) -> list[object]:
        return [row for row in rows if not re.search(find, json.dumps(row))]

    return change


def _with_twice(rows: list[object], choice: float) -> list[object]:
    chosen = int(choice * len(rows))
    return rows[: chosen + 1] + rows[chosen:]


def _in_zone(at: re.Match[str], seconds: float) -> str:
    zone = timezone(timedelta(seconds=seconds))
    return _written(_moment(at).astimezone(zone), at[2])


def _moved(at: re.Match[str], seconds: float) -> str:
    return _written(_moment(at) + timedelta(seconds=seconds), at[2])


def _moment(at: re.Match[str]) -> datetime:
    return datetime.fromisoformat(at[1] + at[3])


def _written(moment: datetime, fraction: str | None) -> str:
    whole = moment.strftime("%Y-%m-%dT%H:%M:%S")
    offset = "Z" if moment.tzinfo is UTC else moment.isoformat()[-6:]
    return f'"{whole}{fraction or ""}{offset}"'


EDITS: Mapping[FaultKind, Callable[[str, FaultRule, float], str]] = {
    FaultKind.OMIT: lambda text, rule, choice: _on_rows(
        text, _without_matching(rule.find) if rule.find else _without, choice
    ),
    FaultKind.REPEAT: lambda text, _, choice: _on_rows(text, _with_twice, choice),
    FaultKind.EMPTY: lambda text, _, choice: _on_rows(text, _none, choice),
    FaultKind.REWRITE: lambda text, rule, _: re.sub(rule.find, rule.put, text),
    FaultKind.ZONE: lambda text, rule, _: _INSTANT.sub(
        lambda at: _in_zone(at, rule.seconds), text
    ),
    FaultKind.SKEW: lambda text, rule, _: _INSTANT.sub(
        lambda at: _moved(at, rule.seconds), text
    ),
}


def edited(text: str, rule: FaultRule, choice: float) -> str:
    """The answer after the rule; `choice` in [0, 1) picks the row that it falls on."""
    edit = EDITS.get(rule.kind)
    return text if edit is None else edit(text, rule, choice)
