"""Check 2: the venue is open for this order, or will keep it until it is."""

from __future__ import annotations

from risk.facts import (
    Acknowledgement,
    Check,
    DenialCode,
    Facts,
    Finding,
    Policy,
    Verdict,
    WayOut,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.timing import AUCTIONS, Timing, auction_closed, timing


CHECK = Check(
    number=2,
    name="session",
    title="Venue is open for this order",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    match timing(facts):
        case Timing.NOW:
            return CHECK.passed(_open(facts))
        case Timing.LATER:
            return _later(facts)
        case Timing.NEVER:
            # What the venue would refuse is refused for the way out as well: the
            # message names the order that does get out.
            return CHECK.blocked(_never(facts))
        case Timing.UNKNOWN:
            return CHECK.refused_unless(is_reducing(facts), _unknown(facts))


def _open(facts: Facts) -> Finding:
    return _finding(facts, DenialCode.VENUE_CLOSED, "The venue is open for this order.")


def _later(facts: Facts) -> Verdict:
    if facts.order.time_in_force in AUCTIONS:
        auction = facts.order.time_in_force.value.upper()
        message = f"The order waits for its auction ({auction})."
        return CHECK.warned(_finding(facts, DenialCode.VENUE_QUEUES, message))
    reopening = facts.venue.next_open
    when = "" if reopening is None else f" ({reopening:%a %d %b, %H:%M} UTC)"
    message = (
        f"The venue is not open for this order: it will queue for the next session"
        f"{when}, and the price may have moved by then."
    )
    ask = Acknowledgement.NONE if is_reducing(facts) else Acknowledgement.CONFIRM
    return CHECK.warned(_finding(facts, DenialCode.VENUE_QUEUES, message), ask)


def _never(facts: Facts) -> Finding:
    if auction_closed(facts):
        message = "The venue takes no more orders for this auction. Use DAY instead."
        return _finding(facts, DenialCode.VENUE_AUCTION_CLOSED, message)
    message = (
        "The venue is closed and this order cannot wait. Use DAY or GTC, or send it "
        "when the venue is open."
    )
    return _finding(facts, DenialCode.VENUE_CLOSED, message)


def _unknown(facts: Facts) -> Finding:
    message = "The venue's clock could not be read. Try again in a moment."
    return _finding(facts, DenialCode.VENUE_UNKNOWN, message)


def _finding(facts: Facts, code: DenialCode, message: str) -> Finding:
    session = facts.venue.session
    value = "unknown" if session is None else session.value
    return Finding(code=code, message=message, value=word(value), limit=word("open"))
