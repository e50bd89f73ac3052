"""What a row of the fault matrix says, and what its rules are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from brokers.sim.faults.kinds import FaultKind, FaultRule, Rule


class Place(StrEnum):
    """Where a fault strikes."""

    WAY = "way to the broker"
    ANSWER = "broker's answer"
    BOOK = "broker's book"
    STREAM = "stream"
    PROCESS = "process"
    DATABASE = "database"
    QUEUE = "queue"
    CLOCK = "clock"
    PERSON = "person"
    ACCOUNTS = "two accounts"


class Means(StrEnum):
    """What provokes it."""

    RULE = "fault rules"
    OPERATOR = "operator's verbs"
    FAILPOINT = "failpoint"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault. `rules` are what the exchange needs to provoke it alone; `by` says
    what provokes it in words, `waits` which part of it is not there yet.
    """

    number: int
    name: str
    title: str
    place: Place
    means: Means
    by: str
    outcome: str
    rules: tuple[Rule, ...] = field(default=())
    waits: str = ""


# What the rows' rules start from: each replaces name, kind and the like.
ANY = FaultRule(name="any", kind=FaultKind.DROP, path="/v2/*")
SUBMIT = FaultRule(name="submit", kind=FaultKind.DROP, method="POST", path="/v2/orders")
REPLACE = FaultRule(
    name="replace", kind=FaultKind.DROP, method="PATCH", path="/v2/orders/*"
)
ORDERS = FaultRule(name="orders", kind=FaultKind.OMIT, method="GET", path="/v2/orders")
LOOKS = FaultRule(name="looks", kind=FaultKind.DROP, method="GET", path="/v2/orders*")
FILLS = FaultRule(
    name="fills",
    kind=FaultKind.OMIT,
    method="GET",
    path="/v2/account/activities/FILL",
)
POSITIONS = FaultRule(
    name="positions", kind=FaultKind.EMPTY, method="GET", path="/v2/positions"
)
