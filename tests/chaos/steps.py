"""What happens to the processes and at the exchange, from a run's seed alone.

Everything is tied to the number of orders confirmed so far instead of to seconds, so
that a seed means the same on a slow machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from random import Random

from tests.chaos.servers import DATABASE, QUEUE
from tradedesk.core.failpoints import Failpoint


class Act(StrEnum):
    FAILPOINT = "failpoint"
    KILL = "kill"
    REFUSE = "refuse connections"
    FLUSH = "flush the queue"
    BUST = "bust a trade"
    CORRECT = "correct a trade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens to a target once `at` orders are confirmed.

    `delay` is in seconds after that. Steps of one target happen one after another.
    `with_exchange`: the exchange is killed at the moment the failpoint is reached.
    `choice`, from 0 to 1, is which account and which trade.
    """

    at: int
    target: str
    act: Act
    delay: float
    choice: float
    failpoint: Failpoint | None = None
    with_exchange: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    act: Act
    failpoint: Failpoint | None = None
    with_exchange: bool = False


# Which process passes which point; the exchange is the one without any of ours.
FAILPOINTS = {
    "web": (Failpoint.CONFIRM_BEFORE_COMMIT, Failpoint.CONFIRM_AFTER_COMMIT),
    "worker": (
        Failpoint.SEND_BEFORE_CLAIM,
        Failpoint.SEND_AFTER_CLAIM,
        Failpoint.SEND_AFTER_ANSWER,
        Failpoint.SEND_AFTER_INGEST,
        Failpoint.SETTLE_BEFORE_LOOKUP,
        Failpoint.SETTLE_AFTER_LOOKUP,
    ),
    "stream": (Failpoint.STREAM_BEFORE_INGEST, Failpoint.STREAM_AFTER_INGEST),
}
SETTLING = (Failpoint.SETTLE_BEFORE_LOOKUP, Failpoint.SETTLE_AFTER_LOOKUP)
BOTH_WORKERS = "both workers"
OPERATOR = "operator"
# One after another; both workers at once count as the two kills that they are.
TARGETS = (
    "worker", "web", "stream", "exchange", BOTH_WORKERS, DATABASE, QUEUE, "beat",
)  # fmt: skip
COSTS = {BOTH_WORKERS: 2}
# The exchange dies together with a process at this many of the points.
TOGETHER = 2
ORDERS_PER_OPERATION = 100


def steps(
    seed: int, orders: int, *, kills: int, failpoints: bool
) -> dict[str, list[Step]]:
    """What happens to each target, in order, between the first tenth and the last.

    `kills` is how many processes are killed in all; there are at least as many as
    there are failpoints.
    """
    random = Random(f"{seed}:steps")
    wanted: dict[str, list[Wanted]] = {}
    left = kills
    if failpoints:
        left -= _at_failpoints(wanted, random)
    for name in _targets(left):
        wanted.setdefault(name, []).append(Wanted(act=Act.KILL))
    if kills:
        refusals, flushes = max(1, kills // 8), 1 + kills // 50
        wanted.setdefault("port", []).extend([Wanted(act=Act.REFUSE)] * refusals)
        wanted.setdefault("tasks", []).extend([Wanted(act=Act.FLUSH)] * flushes)
    times = max(1, orders // ORDERS_PER_OPERATION)
    wanted[OPERATOR] = [Wanted(act=Act.BUST), Wanted(act=Act.CORRECT)] * times
    return {name: _spread(name, acts, orders, random) for name, acts in wanted.items()}


def _at_failpoints(wanted: dict[str, list[Wanted]], random: Random) -> int:
    """Each point once; how many kills that takes."""
    points = [(name, one) for name, many in FAILPOINTS.items() for one in many]
    together = random.sample(points, TOGETHER)
    for name, point in points:
        step = Wanted(
            act=Act.FAILPOINT,
            failpoint=point,
            with_exchange=(name, point) in together,
        )
        wanted.setdefault(name, []).append(step)
    return len(points) + TOGETHER


def _targets(kills: int) -> Iterator[str]:
    """Whom to kill, until no kill is left."""
    for name in cycle(TARGETS):
        cost = COSTS.get(name, 1)
        if kills < 1:
            return
        if cost <= kills:
            kills -= cost
            yield name


def _spread(name: str, acts: list[Wanted], orders: int, random: Random) -> list[Step]:
    random.shuffle(acts)
    first, last = max(1, orders // 20), max(2, orders * 8 // 10)
    when = sorted(random.randint(first, last) for _ in acts)
    return [
        Step(
            at=at,
            target=name,
            act=wanted.act,
            delay=random.random(),
            choice=random.random(),
            failpoint=wanted.failpoint,
            with_exchange=wanted.with_exchange,
        )
        for at, wanted in zip(when, acts, strict=True)
    ]
