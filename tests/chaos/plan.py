"""What a run does, from its seed alone: the orders and the exchange's faults.

Faults are tied to the number of the request instead of to seconds, so that a seed means
the same on a slow machine. What happens to the processes is in `steps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from random import Random
from typing import Any
from uuid import UUID


class Shape(StrEnum):
    """What is sent. Simple orders have symbols of their own: with an exit working on
    the other side the venue would refuse them, and rightly. So have those that fill
    and have no exit, until one is placed for what they brought.
    """

    MARKET_WITH_STOP = "market with stop"
    MARKET_BRACKET = "market bracket"
    LIMIT_WITH_STOP = "resting limit with stop"
    CROSSING_LIMIT = "crossing limit with stop"
    STOP_ENTRY = "stop entry with stop"
    LIMIT_ALONE = "resting limit"
    LIMIT_GTC = "resting limit until cancelled"
    STOP_LIMIT_ENTRY = "stop-limit entry with stop-limit"
    MARKET_ALONE = "market"
    MONEY = "market for an amount of money"
    LIMIT_IOC = "crossing limit, at once or cancelled"


class Route(StrEnum):
    SERVICES = "services"
    PAGES = "pages"


class Afterwards(StrEnum):
    NOTHING = "nothing"
    CANCEL = "cancel"
    AMEND = "amend"
    CLOSE = "close the position"
    CLOSE_PART = "close a part of the position"
    ONE_OF_TWO = "target and stop of which one cancels the other, then close"
    TRAIL = "trailing stop, then close"
    TIDY = "cancel all in the symbol and close it"


PROTECTED_SYMBOLS = ("ACME", "BRIO", "CRUX", "DUNE", "ELMS", "KITE", "LARK")
ALONE_SYMBOLS = ("FERN", "GALE", "JADE", "OPAL")
BARE_SYMBOLS = ("HAZE", "IRIS", "NOVA", "PEAK")
ALL_SYMBOLS = PROTECTED_SYMBOLS + ALONE_SYMBOLS + BARE_SYMBOLS
ALONE = (Shape.LIMIT_ALONE, Shape.LIMIT_GTC)
BARE = (Shape.MARKET_ALONE, Shape.MONEY, Shape.LIMIT_IOC)
# What the ticket's page has no fields for.
BY_SERVICES_ALONE = (*BARE, Shape.STOP_LIMIT_ENTRY)
_WEIGHTS = {
    Shape.MARKET_WITH_STOP: 24,
    Shape.MARKET_BRACKET: 10,
    Shape.LIMIT_WITH_STOP: 10,
    Shape.CROSSING_LIMIT: 8,
    Shape.STOP_ENTRY: 6,
    Shape.STOP_LIMIT_ENTRY: 4,
    Shape.LIMIT_ALONE: 18,
    Shape.LIMIT_GTC: 8,
    Shape.MARKET_ALONE: 6,
    Shape.MONEY: 3,
    Shape.LIMIT_IOC: 3,
}
_AFTERWARDS = {
    Shape.MARKET_WITH_STOP: (
        Afterwards.NOTHING,
        Afterwards.NOTHING,
        Afterwards.NOTHING,
        Afterwards.CLOSE,
        Afterwards.CLOSE_PART,
    ),
    Shape.LIMIT_WITH_STOP: (Afterwards.CANCEL, Afterwards.NOTHING),
    Shape.STOP_ENTRY: (Afterwards.CANCEL, Afterwards.NOTHING),
    Shape.STOP_LIMIT_ENTRY: (Afterwards.CANCEL, Afterwards.NOTHING),
    Shape.LIMIT_ALONE: (Afterwards.CANCEL, Afterwards.AMEND, Afterwards.NOTHING),
    Shape.LIMIT_GTC: (Afterwards.AMEND, Afterwards.CANCEL),
    Shape.MARKET_ALONE: (Afterwards.ONE_OF_TWO, Afterwards.TRAIL),
    Shape.LIMIT_IOC: (Afterwards.ONE_OF_TWO, Afterwards.TRAIL),
}


def symbols_of(shape: Shape) -> tuple[str, ...]:
    if shape in BARE:
        return BARE_SYMBOLS
    return ALONE_SYMBOLS if shape in ALONE else PROTECTED_SYMBOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """One order to bring to a confirmation; `pause` is in seconds, before `afterwards`.

    `seed` is that of the run: the ids that its attempts use follow from it.
    """

    number: int
    trader: int
    symbol: str
    shape: Shape
    quantity: int
    route: Route
    afterwards: Afterwards
    pause: float
    seed: str

    def intents(self) -> Iterator[UUID]:
        random = Random(f"{self.seed}:intents:{self.number}")
        while True:
            yield UUID(int=random.getrandbits(128), version=4)


# Of so many orders one is followed by tidying up, so that what works stays bounded.
TIDY_EVERY = 8
BY_PAGES = 0.15


def ideas(seed: int, *, traders: int) -> Iterator[Idea]:
    """One after another without an end: a run takes as many as it needs."""
    random = Random(f"{seed}:orders")
    shapes, weights = list(_WEIGHTS), list(_WEIGHTS.values())
    for number in count(1):
        shape = random.choices(shapes, weights)[0]
        yield Idea(
            number=number,
            trader=random.randrange(traders),
            symbol=random.choice(symbols_of(shape)),
            shape=shape,
            quantity=random.randint(1, 4),
            route=_route(random, shape),
            afterwards=_afterwards(random, shape),
            pause=random.random(),
            seed=str(seed),
        )


def _route(random: Random, shape: Shape) -> Route:
    by_pages = random.random() < BY_PAGES and shape not in BY_SERVICES_ALONE
    return Route.PAGES if by_pages else Route.SERVICES


def _afterwards(random: Random, shape: Shape) -> Afterwards:
    chosen = random.choice(_AFTERWARDS.get(shape, (Afterwards.NOTHING,)))
    return Afterwards.TIDY if random.random() < 1 / TIDY_EVERY else chosen


def faults(seed: int, orders: int) -> list[dict[str, Any]]:
    """Rules of `brokers.sim.faults` that hold for the whole run."""
    random = Random(f"{seed}:faults")
    submit = {"method": "POST", "path": "/v2/orders"}
    change = {"method": "[DP][EA][LT]*", "path": "/v2/orders/*"}  # DELETE and PATCH
    look = {"method": "GET", "path": "/v2/orders*"}
    rules: list[dict[str, Any]] = [
        {"name": "answer dropped", "kind": "drop", **submit, "every": 13},
        {"name": "not received", "kind": "drop", "moment": "before", **submit},
        *(
            {"name": f"{status} after acceptance", "kind": "answer", "status": status}
            | submit
            for status in (502, 503, 504)
        ),
        {"name": "429", "kind": "answer", "status": 429, "moment": "before",
         "retry_after": 1, **submit, "every": 17},
        {"name": "garbage", "kind": "garbage", **submit},
        {"name": "truncated", "kind": "truncate", **submit},
        {"name": "hang", "kind": "hang", "seconds": 14, **submit,
         "times": max(1, orders // 100)},
        {"name": "late", "kind": "delay", "seconds": 1.5, **submit, "every": 11},
        {"name": "answer to a change dropped", "kind": "drop", **change, "every": 6},
        {"name": "503 after a change", "kind": "answer", "status": 503, **change,
         "every": 9},
        {"name": "429 to a change", "kind": "answer", "status": 429, "moment": "before",
         "retry_after": 1, **change, "every": 8},
        {"name": "look-up dropped", "kind": "drop", **look, "every": 19},
        {"name": "look-up 500", "kind": "answer", "status": 500, **look, "every": 23},
        {"name": "look-up garbage", "kind": "garbage", **look, "every": 29},
        {"name": "look-up truncated", "kind": "truncate", **look, "every": 31},
    ]  # fmt: skip
    return [
        {"every": 29, "after": random.randrange(min(12, orders)), **rule}
        for rule in rules
    ]
