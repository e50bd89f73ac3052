"""Check 1: the instrument exists, is tradable and is not halted."""

from __future__ import annotations

from risk.facts import Check, DenialCode, Facts, Finding, Policy, Verdict, WayOut, word
from risk.facts.exposure import is_reducing


CHECK = Check(
    number=1,
    name="instrument",
    title="Instrument can be traded",
    way_out=WayOut.TOLD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    problem = _problem(facts)
    if problem is not None:
        return CHECK.refused_unless(is_reducing(facts), problem)
    return CHECK.passed(
        Finding(
            code=DenialCode.INSTRUMENT_NOT_TRADABLE,
            message=f"{facts.order.symbol} is tradable.",
            value=word("tradable"),
            limit=word("tradable"),
        )
    )


def _problem(facts: Facts) -> Finding | None:
    symbol, known = facts.order.symbol, facts.instrument
    if known.exists is None or known.tradable is None or known.halted is None:
        return _finding(
            DenialCode.INSTRUMENT_UNKNOWN,
            "unknown",
            f"Whether {symbol} can be traded is not known. Wait for the broker's list.",
        )
    if not known.exists:
        return _finding(
            DenialCode.INSTRUMENT_UNKNOWN,
            "not listed",
            f"The broker does not list {symbol}. Check the symbol.",
        )
    if not known.tradable:
        return _finding(
            DenialCode.INSTRUMENT_NOT_TRADABLE,
            "not tradable",
            f"The broker does not take orders for {symbol} now.",
        )
    if known.halted:
        return _finding(
            DenialCode.INSTRUMENT_HALTED,
            "halted",
            f"Trading in {symbol} is halted. Wait until it resumes.",
        )
    return None


def _finding(code: DenialCode, value: str, message: str) -> Finding:
    return Finding(
        code=code, message=message, value=word(value), limit=word("tradable")
    )
