"""The brokers under contract: how to start each one here, and the data it needs.

A further broker adds one Subject (and an emulator that speaks its protocol); the tests
of this folder are the same for all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from brokers.domain.capabilities import Capabilities
from brokers.registry import BROKERS, practice_endpoints
from tests.emulators.practice import PracticeExchange


@dataclass(frozen=True, kw_only=True)
class Venue:
    """A broker that runs on this machine, and the hands that move it.

    `credentials` is the JSON that a connection stores. `tick` lets some seconds pass at
    the venue, `set_price` moves a market, `lose_next_answer` makes the venue act upon
    the next order and drop the connection instead of answering.
    """

    endpoints: Mapping[str, str]
    credentials: str
    tick: Callable[[float], None]
    set_price: Callable[[str, Decimal], None]
    lose_next_answer: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """`symbol` is a liquid one, `other` another; both trade in whole and part shares."""

    slug: str
    environment: str
    symbol: str
    other: str
    start: Callable[[Path], AbstractContextManager[Venue]]

    @property
    def name(self) -> str:
        return f"{self.slug}-{self.environment}"

    @property
    def capabilities(self) -> Capabilities:
        return BROKERS[self.slug].capabilities


@dataclass(frozen=True)
class Connection:
    """What the desk would have stored to reach a venue."""

    slug: str
    environment: str
    credentials: str
    endpoints: Mapping[str, str]


@contextmanager
def practice(folder: Path) -> Iterator[Venue]:
    exchange = PracticeExchange(folder, options=PRACTICE_OPTIONS)
    with exchange.running():
        yield Venue(
            endpoints=practice_endpoints(exchange.port),
            credentials=json.dumps({"key": exchange.key, "secret": exchange.secret}),
            tick=exchange.advance,
            set_price=lambda symbol, price: exchange.set_price(symbol, str(price)),
            lose_next_answer=lambda: exchange.add_fault(
                "lost", kind="drop", method="POST", path="/v2/orders", times=1
            ),
        )


# A Wednesday before the venue opens, when it takes orders for both of its auctions.
PRACTICE_OPTIONS = ("--start", "2026-11-18T13:00:00+00:00")

SUBJECTS = (
    Subject(
        slug="practice",
        environment="practice",
        symbol="ACME",
        other="BRIO",
        start=practice,
    ),
    Subject(
        slug="alpaca",
        environment="paper",
        symbol="ACME",
        other="BRIO",
        start=practice,
    ),
)
