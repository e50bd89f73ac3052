"""Verdicts and shifts as the components of a page want them: finished words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from risk.facts import Assessment, Figure, Outcome, Unit, Verdict
from tradedesk.desk.ticket.preview import Preview, Shift
from tradedesk.web import display, formatting


HUNDRED = Decimal(100)
WARN_AT = Decimal(80)
MINUTES_FROM = 120  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One line of the guardrails."""

    outcome: str
    title: str
    value: str
    limit: str
    message: str
    code: str
    asks: bool
    asks_reason: bool
    is_nudge: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """One line of before, change, after; `share` and `added` fill its meter."""

    label: str
    before: str
    change: str
    after: str
    note: str = ""
    share: Decimal | None = None
    added: Decimal | None = None
    warn_at: Decimal | None = None
    css: str = ""
    words: str = ""


def _seconds(amount: Decimal) -> str:
    if amount >= MINUTES_FROM:
        return formatting.age(timedelta(seconds=float(amount)))
    return f"{formatting.number(amount, places=1)} s"


def _atr(amount: Decimal) -> str:
    return f"{formatting.number(amount, places=2)} ATR"


def _ratio(amount: Decimal) -> str:
    return f"{formatting.number(amount, places=2)} times"


_TEXTS: dict[Unit, Callable[[Decimal], str]] = {
    Unit.MONEY: lambda amount: _private(formatting.money(amount)),
    Unit.PRICE: formatting.price,
    Unit.PERCENT: lambda amount: formatting.percent(amount, places=3),
    Unit.SECONDS: _seconds,
    Unit.ATR: _atr,
    Unit.RATIO: _ratio,
    Unit.R: formatting.r_multiple,
}


def figure_text(figure: Figure) -> str:
    """A figure with its unit, as a trader reads it."""
    if figure.amount is None:
        return figure.word
    return _TEXTS.get(figure.unit, formatting.quantity)(figure.amount)


def _private(text: str) -> str:
    """Money only for who wants to see it."""
    return formatting.HIDDEN if display.current().hide_money else text


# Checks whose limit is the least that is allowed, not the most.
_FLOORS = frozenset({"quantity", "minimum_notional"})


def _value(verdict: Verdict) -> str:
    text = figure_text(verdict.value)
    if verdict.check in _FLOORS and verdict.limit.amount is not None:
        return f"{text}, at least {figure_text(verdict.limit)}"
    return text


def _limit(verdict: Verdict) -> str:
    """What the value is "of": a figure beside a figure, nothing beside a word."""
    figures = verdict.value.amount is not None and verdict.limit.amount is not None
    if verdict.check in _FLOORS or not figures:
        return ""
    return figure_text(verdict.limit)


def check_rows(verdicts: Iterable[Verdict]) -> list[CheckRow]:
    return [
        CheckRow(
            outcome=verdict.outcome.value,
            title=verdict.title,
            value=_value(verdict),
            limit=_limit(verdict),
            # A warning of its own kind is told where it is answered.
            message="" if _is_nudge(verdict) else verdict.message,
            code=verdict.code.value,
            asks=verdict.acknowledgeable and verdict.outcome is Outcome.WARN,
            asks_reason=verdict.acknowledgement.value == "reason",
            is_nudge=_is_nudge(verdict),
            words=verdict.message,
        )
        for verdict in verdicts
    ]


def _is_nudge(verdict: Verdict) -> bool:
    return verdict.check == "own_behaviour" and verdict.acknowledgeable


def summary(assessment: Assessment) -> str:
    """How many pass, warn and block, as in "24 pass, 1 warning"."""
    counts = (
        (len(assessment.passes), "pass", "pass"),
        (len(assessment.warnings), "warning", "warnings"),
        (len(assessment.blocks), "block", "blocks"),
    )
    return ", ".join(
        f"{count} {one if count == 1 else many}" for count, one, many in counts if count
    )


def shift_rows(preview: Preview) -> list[ShiftRow]:
    return [
        ShiftRow(
            label=f"{preview.spec.symbol} position",
            before=formatting.quantity(preview.position.before),
            change=formatting.quantity(preview.position.change, signed=True),
            after=formatting.quantity(preview.position.after),
            note=_direction(preview.position),
        ),
        _heat(preview.heat),
        _money("Buying power", preview.buying_power),
        _money("Cash", preview.cash),
    ]


def _direction(shift: Shift) -> str:
    before, after = shift.before or Decimal(0), shift.after or Decimal(0)
    if after == before:
        return "unchanged"
    if after == 0:
        return "closes"
    if before == 0:
        return "opens long" if after > 0 else "opens short"
    if before * after < 0:
        return "turns around"
    return "adds" if abs(after) > abs(before) else "reduces"


def _heat(shift: Shift) -> ShiftRow:
    return ShiftRow(
        label="Portfolio heat",
        before=_percent(shift.before),
        change=formatting.percent(shift.change, signed=True),
        after=_percent(shift.after),
        note="of equity to the stops",
    )


def _percent(value: Decimal | None) -> str:
    return formatting.percent(value)


def _money(label: str, shift: Shift) -> ShiftRow:
    return ShiftRow(
        label=label,
        before=_private(formatting.money(shift.before)),
        change=_private(formatting.signed_money(shift.change)),
        after=_private(formatting.money(shift.after)),
        note="below zero" if shift.after is not None and shift.after < 0 else "",
    )
