"""What a trader's own recent trading asks for, as the journal writes it down.

Nothing known is no history: whoever has not traded yet is neither warned nor held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from risk.facts.words import DenialCode, Unit


# Steps of the ladder that a warning may stand on; above them an order is held.
TOLD, CONFIRMED, REASONED = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that the trader's own history says of an order that adds risk.

    It speaks until `until`, and where `usual_risk` (money) is known only of an order
    that risks at least `least_ratio` times as much. `level` is the step of the ladder.
    In `words` stand `{ago}` for the time since `since` and `{ratio}` for the order's
    risk over the usual one. `value` and `limit`, in `unit`, are what a page shows.
    """

    code: DenialCode
    level: int
    words: str
    value: Decimal | None = None
    limit: Decimal | None = None
    unit: Unit = Unit.COUNT
    since: datetime | None = None
    until: datetime | None = None
    usual_risk: Decimal | None = None
    least_ratio: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourFacts:
    """`unit_risks` is the planned risk of one unit of each open position, by symbol.

    Until `cooling_until` and `locked_until` nothing that adds risk goes; `why` says
    what led there.
    """

    cooling_until: datetime | None = None
    locked_until: datetime | None = None
    why: str = ""
    signals: tuple[Signal, ...] = ()
    unit_risks: Mapping[str, Decimal] = field(default_factory=dict)

    def holds(self, now: datetime) -> bool:
        """A cooling-off or a lock runs."""
        ends = (self.cooling_until, self.locked_until)
        return any(until is not None and until > now for until in ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseFacts:
    """What the market has just done, for a ticket that is being filled in.

    `move` is signed money per unit over the last half hour, None where no bars say it.
    `planned_entry` is the plan's; `expected`: the trader has a plan for this order or
    watches the symbol.
    """

    move: Decimal | None = None
    planned_entry: Decimal | None = None
    expected: bool = False
