"""When an order can trade, given what its venue is in now."""

from __future__ import annotations

from enum import Enum

from risk.facts.known import Facts
from risk.facts.words import Session, TimeInForce


class Timing(Enum):
    """NOW, at a LATER session, NEVER (it would be refused), or UNKNOWN."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"
    UNKNOWN = "unknown"


IMMEDIATE = frozenset({TimeInForce.IOC, TimeInForce.FOK})
AUCTIONS = frozenset({TimeInForce.OPG, TimeInForce.CLS})


def timing(facts: Facts) -> Timing:
    """When this order can trade."""
    session = facts.venue.session
    if session is None:
        return Timing.UNKNOWN
    if facts.order.time_in_force in AUCTIONS:
        return Timing.NEVER if auction_closed(facts) else Timing.LATER
    in_extended = session is Session.EXTENDED and facts.order.extended_hours
    if session is Session.REGULAR or in_extended:
        return Timing.NOW
    return Timing.LATER if _can_wait(facts) else Timing.NEVER


def auction_closed(facts: Facts) -> bool:
    """The venue says that it takes no more orders for the auction that is asked for."""
    takes = {
        TimeInForce.OPG: facts.venue.takes_opening_orders,
        TimeInForce.CLS: facts.venue.takes_closing_orders,
    }
    return takes.get(facts.order.time_in_force) is False


def waits_for_session(facts: Facts) -> bool:
    """It will wait for the next session, so the last session's quote is all there is."""
    closed = facts.venue.session is not Session.REGULAR
    return closed and timing(facts) is Timing.LATER


def _can_wait(facts: Facts) -> bool:
    keeps = facts.capabilities is None or facts.capabilities.queues_when_closed
    return keeps and facts.order.time_in_force not in IMMEDIATE
