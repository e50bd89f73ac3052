"""A break's life as a timeline, from the steps and what each run said of it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from brokers.domain.breaks import FindingState
from brokers.models import BreakEvent, Finding
from brokers.reconciliation.paper import wording
from brokers.views.reconciliation_rows import resolution_words, status_words
from brokers.views.timeline import Event
from tradedesk.accounts.models import User
from tradedesk.web.formatting import HIDDEN


_MARKS = {
    "open": ("is-warn", "warning"),
    "investigating": ("is-done", "search"),
    "awaiting_broker": ("is-done", "clock"),
    "resolved": ("is-done", "check"),
    "verified": ("is-done", "shield"),
}
_SEEN = {
    FindingState.NEW: "Found by a run",
    FindingState.CARRIED: "Seen again",
    FindingState.AUTO_RESOLVED: "No longer found",
}


def events_of(
    steps: Iterable[BreakEvent],
    findings: Iterable[Finding],
    viewer: User,
    *,
    hides_sides: bool,
) -> list[Event]:
    """Oldest first; at the same instant a run's finding comes before its effect."""
    told = [
        (one.run.started_at, 0, _finding(one, hides_sides=hides_sides))
        for one in findings
    ]
    told += [(step.at, 1, _step(step, viewer)) for step in steps]
    return [event for *_, event in sorted(told, key=itemgetter(0, 1))]


def _finding(one: Finding, *, hides_sides: bool) -> Event:
    ours, theirs = (
        HIDDEN if hides_sides else wording.side(words)
        for words in (one.ours, one.theirs)
    )
    return Event(
        at=one.run.started_at,
        title=_SEEN[FindingState(one.state)],
        icon="history",
        who=f"run {one.run_id}",
        detail=f"Ours {ours}; theirs {theirs}.",
    )


def _step(step: BreakEvent, viewer: User) -> Event:
    css, icon = _MARKS[step.to_status]
    same = step.from_status == step.to_status
    title = "Assigned" if same and "assignee" in step.detail else ""
    return Event(
        at=step.at,
        title=title or status_words(step.to_status),
        icon="person" if title else icon,
        css="is-done" if title else css,
        who=_who(step, viewer),
        detail=_detail(step),
    )


def _who(step: BreakEvent, viewer: User) -> str:
    if step.by is None:
        return "a rule"
    return "you" if step.by_id == viewer.pk else step.by.get_full_name()


def _detail(step: BreakEvent) -> str:
    reason = resolution_words(str(step.detail.get("resolution") or ""))
    said = step.note[:1].upper() + step.note[1:]
    parts = [part for part in (reason, said) if part]
    entry = step.detail.get("entry")
    if entry:
        parts.append(f"Ledger entry {entry}")
    return ". ".join(part.rstrip(".") for part in parts) + "." if parts else ""
