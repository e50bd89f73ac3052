"""A value against a soft and a hard ceiling, for the rules that have both."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from risk.facts.numbers import shown
from risk.facts.verdicts import Check, Figure, Finding, Verdict, figure, word
from risk.facts.words import Acknowledgement, DenialCode, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Above `warn` a value is asked about, above `block` denied; None: no ceiling.

    `subject` starts the sentence ("The order's value"), `remedy` ends it.
    """

    code: DenialCode
    unit: Unit
    subject: str
    remedy: str
    warn: Decimal | None
    block: Decimal | None


def graded(check: Check, ceiling: Ceiling, value: Decimal) -> Verdict:
    """Passes at a ceiling exactly; exceeds it by the smallest step above."""
    if ceiling.block is not None and value > ceiling.block:
        return check.blocked(_above(ceiling, value, ceiling.block))
    if ceiling.warn is not None and value > ceiling.warn:
        finding = _above(ceiling, value, ceiling.warn)
        return check.warned(finding, Acknowledgement.CONFIRM)
    return check.passed(_within(ceiling, value))


def _above(ceiling: Ceiling, value: Decimal, limit: Decimal) -> Finding:
    return Finding(
        code=ceiling.code,
        message=(
            f"{ceiling.subject} is {shown(value, 4)}, above the limit of "
            f"{shown(limit, 4)}. {ceiling.remedy}"
        ),
        value=figure(value, ceiling.unit),
        limit=figure(limit, ceiling.unit),
    )


def _within(ceiling: Ceiling, value: Decimal) -> Finding:
    return Finding(
        code=ceiling.code,
        message=f"{ceiling.subject} is within the limit.",
        value=figure(value, ceiling.unit),
        limit=_lowest(ceiling),
    )


def _lowest(ceiling: Ceiling) -> Figure:
    limits = [x for x in (ceiling.warn, ceiling.block) if x is not None]
    return figure(min(limits), ceiling.unit) if limits else word("no limit")
