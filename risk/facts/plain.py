"""Verdicts and limits as plain data for JSON, and back, without losing a digit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from risk.facts.policy import LIMITS, Limit
from risk.facts.verdicts import Figure, Verdict
from risk.facts.words import Acknowledgement, DenialCode, Outcome, Unit


def plain_verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "check": verdict.check,
        "title": verdict.title,
        "code": verdict.code.value,
        "outcome": verdict.outcome.value,
        "message": verdict.message,
        "value": _plain_figure(verdict.value),
        "limit": _plain_figure(verdict.limit),
        "acknowledgement": verdict.acknowledgement.value,
    }


def verdict_of(plain: Mapping[str, Any]) -> Verdict:
    """The verdict that `plain_verdict` wrote."""
    return Verdict(
        check=plain["check"],
        title=plain["title"],
        code=DenialCode(plain["code"]),
        outcome=Outcome(plain["outcome"]),
        message=plain["message"],
        value=_figure_of(plain["value"]),
        limit=_figure_of(plain["limit"]),
        acknowledgement=Acknowledgement(plain["acknowledgement"]),
    )


def plain_limits(limits: Mapping[str, Limit]) -> dict[str, str | bool | None]:
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in sorted(limits.items())
    }


def limits_of(plain: Mapping[str, str | bool | None]) -> dict[str, Limit]:
    """The limits that `plain_limits` wrote; names that are no longer known are left out."""
    return {
        name: Decimal(value) if isinstance(value, str) else value
        for name, value in plain.items()
        if name in LIMITS
    }


def _plain_figure(figure: Figure) -> dict[str, str]:
    if figure.amount is None:
        return {"unit": figure.unit.value, "word": figure.word}
    return {"unit": figure.unit.value, "amount": str(figure.amount)}


def _figure_of(plain: Mapping[str, str]) -> Figure:
    amount = plain.get("amount")
    return Figure(
        unit=Unit(plain["unit"]),
        amount=None if amount is None else Decimal(amount),
        word=plain.get("word", ""),
    )
