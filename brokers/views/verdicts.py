"""Verdicts as the lists of checks want them: finished words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from risk.facts import Acknowledgement, Assessment, Figure, Outcome, Unit, Verdict
from tradedesk.web import display, formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check; `asks` for warnings that have to be answered. A nudge speaks of one's
    own behaviour: its `words` are told where it is answered.
    """

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


def _money(amount: Decimal) -> str:
    hidden = display.current().hide_money
    return formatting.HIDDEN if hidden else formatting.money(amount)


def _with_unit(unit: str) -> Callable[[Decimal], str]:
    return lambda amount: f"{formatting.quantity(amount)} {unit}"


_TEXTS: dict[Unit, Callable[[Decimal], str]] = {
    Unit.MONEY: _money,
    Unit.PRICE: formatting.price,
    Unit.PERCENT: formatting.percent,
    Unit.SECONDS: _with_unit("s"),
    Unit.ATR: _with_unit("ATR"),
    Unit.RATIO: _with_unit("times"),
    Unit.R: formatting.r_multiple,
}


def _text(figure: Figure) -> str:
    if figure.amount is None:
        return figure.word
    return _TEXTS.get(figure.unit, formatting.quantity)(figure.amount)


def check_rows(verdicts: Iterable[Verdict]) -> list[CheckRow]:
    return [
        CheckRow(
            outcome=verdict.outcome.value,
            title=verdict.title,
            value=_text(verdict.value),
            limit=_text(verdict.limit),
            message="" if is_nudge(verdict) else verdict.message,
            code=verdict.code.value,
            asks=verdict.acknowledgeable and verdict.outcome is Outcome.WARN,
            asks_reason=verdict.acknowledgement is Acknowledgement.REASON,
            is_nudge=is_nudge(verdict),
            words=verdict.message,
        )
        for verdict in verdicts
    ]


def is_nudge(verdict: Verdict) -> bool:
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


def context_of(assessment: Assessment) -> dict[str, object]:
    """The three lists and their sum, for `brokers/checks.html`."""
    return {
        "blocks": check_rows(assessment.blocks),
        "warnings": check_rows(assessment.warnings),
        "passes": check_rows(assessment.passes),
        "checks_summary": summary(assessment),
        "is_blocked": assessment.blocked,
    }
