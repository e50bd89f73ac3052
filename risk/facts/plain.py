"""Verdicts, limits and behaviour as plain data for JSON, and back, without losing a digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from risk.facts.behaviour import BehaviourFacts, Signal
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


_MONEY = ("value", "limit", "usual_risk", "least_ratio")


def plain_behaviour(facts: BehaviourFacts) -> dict[str, Any]:
    return {
        "cooling_until": _text(facts.cooling_until),
        "locked_until": _text(facts.locked_until),
        "why": facts.why,
        "signals": [_plain_signal(signal) for signal in facts.signals],
        "unit_risks": {
            symbol: str(risk) for symbol, risk in sorted(facts.unit_risks.items())
        },
    }


def behaviour_facts(plain: Mapping[str, Any]) -> BehaviourFacts:
    """The facts that `plain_behaviour` wrote."""
    return BehaviourFacts(
        cooling_until=_instant(plain["cooling_until"]),
        locked_until=_instant(plain["locked_until"]),
        why=plain["why"],
        signals=tuple(_signal_of(signal) for signal in plain["signals"]),
        unit_risks={
            symbol: Decimal(text) for symbol, text in plain["unit_risks"].items()
        },
    )


def _text(value: datetime | Decimal | None) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain_signal(signal: Signal) -> dict[str, Any]:
    plain = {one.name: getattr(signal, one.name) for one in fields(signal)}
    return {
        name: _text(value) if isinstance(value, datetime | Decimal) else value
        for name, value in plain.items()
    }


def _signal_of(plain: Mapping[str, Any]) -> Signal:
    amounts = {
        name: None if plain[name] is None else Decimal(plain[name]) for name in _MONEY
    }
    return Signal(
        code=DenialCode(plain["code"]),
        level=plain["level"],
        words=plain["words"],
        unit=Unit(plain["unit"]),
        since=_instant(plain["since"]),
        until=_instant(plain["until"]),
        **amounts,
    )
