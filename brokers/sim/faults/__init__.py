"""Which requests and stream messages go wrong, and how: rules as data.

`kinds` are the ways to go wrong, `plan` decides by seed and without chance, `answers`
and `delivery` say what becomes of an answer and of a stream, and `matrix` lists the 44
faults that the desk must survive.
"""

from __future__ import annotations

from brokers.sim.faults.kinds import (
    FaultKind,
    FaultRule,
    Moment,
    StreamKind,
    StreamRule,
)
from brokers.sim.faults.plan import FaultCount, FaultPlan


__all__ = [
    "FaultCount",
    "FaultKind",
    "FaultPlan",
    "FaultRule",
    "Moment",
    "StreamKind",
    "StreamRule",
]
