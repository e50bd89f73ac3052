"""The words of a report, the same on the page, in the letter, in the PDF and the CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from brokers.domain.breaks import BreakKind, BreakStatus, Resolution, RunResult
from brokers.reconciliation.reports import Report, RunSection
from brokers.reconciliation.sources import Source
from tradedesk.web import formatting


KINDS: Mapping[BreakKind, str] = MappingProxyType(
    {
        BreakKind.MISSING_AT_BROKER: "Missing at the broker",
        BreakKind.MISSING_LOCALLY: "Missing in our book",
        BreakKind.QTY_MISMATCH: "Quantity differs",
        BreakKind.SIDE_MISMATCH: "Opposite sides",
        BreakKind.COST_BASIS: "Average price differs",
        BreakKind.CASH: "Cash differs",
        BreakKind.UNMATCHED_FILL_OURS: "Fill only in our book",
        BreakKind.UNMATCHED_FILL_THEIRS: "Fill only at the broker",
        BreakKind.DUPLICATE_FILL: "Fill listed twice",
        BreakKind.FEE: "Fee differs",
        BreakKind.ORDER_STATE: "Order state differs",
        BreakKind.OVERFILL: "Filled beyond the order",
        BreakKind.CORPORATE_ACTION: "Corporate action suspected",
        BreakKind.STALE_DATA: "Broker's answer too old",
        BreakKind.NOT_RECONCILED: "Not reconciled",
    }
)
STATUSES: Mapping[BreakStatus, str] = MappingProxyType(
    {
        BreakStatus.OPEN: "Open",
        BreakStatus.INVESTIGATING: "Investigating",
        BreakStatus.AWAITING_BROKER: "Awaiting broker",
        BreakStatus.RESOLVED: "Resolved",
        BreakStatus.VERIFIED: "Verified",
    }
)
RESOLUTIONS: Mapping[Resolution, str] = MappingProxyType(
    {
        Resolution.ADJUSTMENT: "Adjusted by a compensating entry",
        Resolution.TIMING: "Timing",
        Resolution.ERROR_THEIRS: "Broker's error",
        Resolution.ERROR_OURS: "Our error",
        Resolution.WRITE_OFF: "Written off",
        Resolution.TAKEN_IN: "Taken in by this run",
        Resolution.CLEARED: "Cleared by a later run",
        Resolution.ROUNDING: "Rounding within tolerance",
    }
)
SOURCES: Mapping[Source, str] = MappingProxyType(
    {
        Source.ORDERS: "orders",
        Source.FILLS: "fills",
        Source.POSITIONS: "positions",
        Source.CASH: "cash",
    }
)
LONGEST = 120
_CASES = {"average_price": "average price", "occurred_at": "at"}


def counted(count: int, noun: str) -> str:
    """As in "1 break" and "2 breaks"."""
    return f"{count} {noun}{'s'[: count != 1]}"


def listed(words: Iterable[str]) -> str:
    """As in "cash", "fills and cash" and "orders, fills and cash"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def unanswered(run: RunSection) -> list[str]:
    """The questions that this run's broker did not answer."""
    return [SOURCES[line.source] for line in run.sources if not line.answered]


def headline(report: Report) -> str:
    """What the result word means today, in one or two sentences."""
    standing = report.counts.standing
    if report.result is RunResult.INCOMPLETE:
        return f"{_what_is_missing(report)} {_told_so_far(standing)}"
    if report.result is RunResult.RUNNING:
        return "The comparison is still going on."
    if report.result is RunResult.CLEAN:
        return "Every order, fill, position and balance agrees with the broker."
    critical = report.counts.critical
    worst = f", {critical} of them critical" if critical else ""
    differ = "differs" if standing == 1 else "differ"
    return f"{counted(standing, 'figure')} {differ} from the broker{worst}."


def _told_so_far(standing: int) -> str:
    if not standing:
        return "What could be compared agrees; the rest is not known."
    return f"{counted(standing, 'break')} found in what could be compared."


def _what_is_missing(report: Report) -> str:
    said = [
        f"{run.account} was not compared in {listed(gaps)}."
        for run in report.runs
        if (gaps := unanswered(run))
    ]
    if report.missing:
        verb = "has" if len(report.missing) == 1 else "have"
        said.append(f"{listed(report.missing)} {verb} no run of this day.")
    return " ".join(said) or "Not everything could be compared."


def side(words: Mapping[str, str]) -> str:
    """One side of a difference: "100 @ 150.00", "status working, filled 20", "none"."""
    if not words:
        return "none"
    left = dict(words)
    parts = []
    if "quantity" in left and "average_price" in left:
        quantity, price = left.pop("quantity"), left.pop("average_price")
        parts.append(f"{figure(quantity)} @ {_price(price)}")
    elif "quantity" in left and "price" in left:
        quantity, price = left.pop("quantity"), left.pop("price")
        parts.append(f"{figure(quantity)} @ {_price(price)}")
    if set(left) == {"cash"}:
        parts.append(_money(left.pop("cash")))
    parts += [f"{_word(name)} {said(text)}" for name, text in left.items() if text]
    return ", ".join(parts) or "none"


def _word(name: str) -> str:
    return _CASES.get(name, name.replace("_", " "))


def failure(text: str) -> str:
    """A broker's refusal in a line: a web page that it sent instead is left out."""
    words, page, _ = text.partition("<")
    told = words.strip(" :") or "No answer"
    told = f"{told}, a web page instead of an answer" if page else told
    return (
        told
        if len(told) <= LONGEST
        else f"{told[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
    )


def said(text: str) -> str:
    """A value of one side: a figure, or words of at most a line."""
    return failure(figure(text))


def figure(text: str) -> str:
    """A figure as the desk writes it; other words as they are."""
    known = _decimal(text)
    return text.replace("_", " ") if known is None else formatting.quantity(known)


def _price(text: str) -> str:
    known = _decimal(text)
    return text if known is None else formatting.price(known)


def _money(text: str) -> str:
    known = _decimal(text)
    return text if known is None else formatting.money(known)


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def apart(difference: Decimal | None, kind: BreakKind) -> str:
    """The broker's figure less ours, in the decimals of its kind."""
    if difference is None:
        return ""
    if kind in {BreakKind.CASH, BreakKind.FEE}:
        return formatting.signed_money(difference)
    if kind is BreakKind.COST_BASIS:
        return f"{formatting.signed_price(difference)} a unit"
    return formatting.quantity(difference, signed=True)


def took(duration: timedelta | None) -> str:
    """How long a run took, to the tenth of a second below a minute."""
    if duration is None:
        return "not finished"
    seconds = duration.total_seconds()
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{int(seconds * 10) / 10:.1f} s"
    minutes, left = divmod(int(seconds), 60)
    return f"{minutes} min {left} s"


def aged(days: int) -> str:
    return "today" if days == 0 else f"{days} d"
