"""The rules in force, and which of them strikes: decisions without chance.

Whether `probability` strikes follows from the plan's seed, the rule's name and the
number of what it matched, so the same seed gives the same faults.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from brokers.sim.faults.kinds import FaultRule, Rule, StreamRule


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCount:
    """How many requests or messages a rule matched, and how many it struck."""

    matched: int = 0
    struck: int = 0


@dataclass(slots=True)
class FaultPlan:
    """The rules in force; the first that strikes decides."""

    seed: int = 0
    rules: dict[str, Rule] = field(default_factory=dict)
    counts: dict[str, FaultCount] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
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
            if not isinstance(rule, FaultRule) or not rule.matches(method, path):
                continue
            if self._strikes(rule):
                return rule
        return None

    def decide_message(self, event: str, symbol: str) -> StreamRule | None:
        """The rule that strikes this message of the stream, counted."""
        for rule in self.rules.values():
            if not isinstance(rule, StreamRule) or not rule.matches(event, symbol):
                continue
            if self._strikes(rule):
                return rule
        return None

    def choice(self, rule: Rule) -> float:
        """A figure in [0, 1) for this strike: which row is left out, for instance."""
        return self._draw(rule, f"{self.counts[rule.name].matched}:choice")

    def _strikes(self, rule: Rule) -> bool:
        count = self.counts[rule.name]
        number = count.matched + 1
        due = number > rule.after and (number - rule.after - 1) % rule.every == 0
        spent = bool(rule.times) and count.struck >= rule.times
        strikes = due and not spent and self._draw(rule, str(number)) < rule.probability
        self.counts[rule.name] = FaultCount(
            matched=number, struck=count.struck + strikes
        )
        return strikes

    def _draw(self, rule: Rule, what: str) -> float:
        """A figure in [0, 1) that depends on seed, rule and this alone."""
        key = f"{self.seed}:{rule.name}:{what}".encode()
        return int.from_bytes(hashlib.sha256(key).digest()[:8]) / 2**64
