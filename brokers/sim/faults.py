"""Which requests go wrong, and how: rules as data, decisions without chance.

A rule names requests by method and path, says when it strikes among them and what
happens. Whether `probability` strikes follows from the plan's seed, the rule's name and
the number of the matching request, so the same seed gives the same faults.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    DROP = "drop"  # the connection is reset, nothing is answered
    ANSWER = "answer"  # `status` with an HTML page in place of the answer
    GARBAGE = "garbage"  # 200 with bytes that are no JSON
    TRUNCATE = (
        "truncate"  # the first half of the answer, then the end of the connection
    )
    HANG = "hang"  # nothing for `seconds` (0: for ever), then the connection is closed
    DELAY = "delay"  # the proper answer, `seconds` late


class Moment(StrEnum):
    """Before the exchange acts upon the request, or after it has."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One way to go wrong.

    `method` and `path` are shell patterns ("*" is any). Of the requests that match, the
    first `after` pass, then each `every`-th strikes with `probability` (0 to 1), at
    most `times` times (0: no limit). `retry_after` is in seconds, 0 for no such header.
    """

    name: str
    kind: FaultKind
    moment: Moment = Moment.AFTER
    method: str = "*"
    path: str = "*"
    status: int = 504
    retry_after: int = 0
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

    def matches(self, method: str, path: str) -> bool:
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCount:
    """How many requests a rule matched, and how many of them it struck."""

    matched: int = 0
    struck: int = 0


@dataclass(slots=True)
class FaultPlan:
    """The rules in force; the first that strikes decides."""

    seed: int = 0
    rules: dict[str, FaultRule] = field(default_factory=dict)
    counts: dict[str, FaultCount] = field(default_factory=dict)

    def add(self, rule: FaultRule) -> None:
        """Put a rule in force; one of the same name is replaced and counted anew."""
        self.rules[rule.name] = rule
        self.counts[rule.name] = FaultCount()

    def remove(self, name: str) -> None:
        """Take a rule out of force; its counts stay readable."""
        self.rules.pop(name, None)

    def clear(self) -> None:
        self.rules.clear()
        self.counts.clear()

    def decide(self, method: str, path: str) -> FaultRule | None:
        """The rule that strikes this request, counted."""
        for rule in self.rules.values():
            if rule.matches(method, path) and self._strikes(rule):
                return rule
        return None

    def _strikes(self, rule: FaultRule) -> bool:
        count = self.counts[rule.name]
        number = count.matched + 1
        due = number > rule.after and (number - rule.after - 1) % rule.every == 0
        spent = bool(rule.times) and count.struck >= rule.times
        strikes = due and not spent and self._draw(rule, number) < rule.probability
        self.counts[rule.name] = FaultCount(
            matched=number, struck=count.struck + strikes
        )
        return strikes

    def _draw(self, rule: FaultRule, number: int) -> float:
        """A figure in [0, 1) that depends on seed, rule and number alone."""
        key = f"{self.seed}:{rule.name}:{number}".encode()
        return int.from_bytes(hashlib.sha256(key).digest()[:8]) / 2**64
