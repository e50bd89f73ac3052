"""The ways in which a request, its answer or a stream's message goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    DROP = "drop"  # the connection is reset, nothing is answered
    ANSWER = "answer"  # `status` with `body`, or an HTML page, in place of the answer
    GARBAGE = "garbage"  # 200 with bytes that are no JSON
    TRUNCATE = (
        "truncate"  # the first half of the answer, then the end of the connection
    )
    HANG = "hang"  # nothing for `seconds` (0: for ever), then the connection is closed
    DELAY = "delay"  # the proper answer, `seconds` late
    OMIT = "omit"  # a list without one of its rows, or without those `find` matches
    REPEAT = "repeat"  # a list with one of its rows twice, as when pages shift
    EMPTY = "empty"  # a list without any row
    REWRITE = "rewrite"  # what `find` matches in the answer reads `put`
    ZONE = "zone"  # every instant, written with an offset of `seconds` from UTC
    SKEW = "skew"  # every instant moved by `seconds`: a clock that is wrong


class Moment(StrEnum):
    """When the exchange acts upon the request, seen from the fault."""

    BEFORE = "before"  # the fault comes before: the exchange never hears of it
    AFTER = "after"  # the exchange has acted
    LATER = "later"  # it acts `seconds` after the answer (0: when released)


class StreamKind(StrEnum):
    """What becomes of a message of the trade-updates stream."""

    DROP = "drop"  # it is never sent
    TWICE = "twice"  # it is sent twice
    HOLD = "hold"  # it is sent `seconds` late (0: when released)
    SWAP = "swap"  # it is sent after the one that follows it
    ECHO = "echo"  # it is sent, and once more after the one that follows it
    SILENCE = "silence"  # this connection says nothing more and answers no ping
    CUT = "cut"  # this connection is reset, without a close frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a rule strikes among what it matches.

    The first `after` pass, then each `every`-th strikes with `probability` (0 to 1),
    at most `times` times (0: no limit).
    """

    name: str
    seconds: float = 0
    after: int = 0
    every: int = 1
    times: int = 0
    probability: float = 1

    def __post_init__(self) -> None:
        if self.every < 1 or self.after < 0 or self.times < 0:
            raise ValueError("every must be >= 1, after and times >= 0")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must be between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule(Schedule):
    """One way in which requests go wrong.

    `method` and `path` are shell patterns ("*" is any). `retry_after` is in seconds, 0
    for no such header. `find` is a regular expression.
    """

    kind: FaultKind
    moment: Moment = Moment.AFTER
    method: str = "*"
    path: str = "*"
    status: int = 504
    body: str = ""
    retry_after: int = 0
    find: str = ""
    put: str = ""

    def matches(self, method: str, path: str) -> bool:
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRule(Schedule):
    """One way in which the trade-updates stream goes wrong.

    `event` (as "fill" or "*fill") and `symbol` are shell patterns.
    """

    kind: StreamKind
    event: str = "*"
    symbol: str = "*"

    def matches(self, event: str, symbol: str) -> bool:
        return fnmatchcase(event, self.event) and fnmatchcase(symbol, self.symbol)


Rule = FaultRule | StreamRule
