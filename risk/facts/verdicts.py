"""What a rule says, and what all of them say together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

from risk.facts.words import Acknowledgement, DenialCode, Outcome, Unit, WayOut


# Quotients are reckoned with more digits than anybody wants to keep.
READABLE = Context(prec=28, Emax=MAX_EMAX, Emin=MIN_EMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with its unit kept apart, so that a page formats it its own way.

    `word` stands in where no number says it ("halted", "unknown"); `amount` is then
    None.
    """

    unit: Unit
    amount: Decimal | None = None
    word: str = ""


def figure(amount: Decimal | None, unit: Unit) -> Figure:
    """The amount with its unit; an unknown or unreadable one in a word."""
    if amount is None:
        return word("unknown")
    if not amount.is_finite():
        return word("not a number")
    return Figure(unit=unit, amount=READABLE.plus(amount))


def word(text: str) -> Figure:
    return Figure(unit=Unit.WORD, word=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found: which condition, in plain words, with value and limit."""

    code: DenialCode
    message: str
    value: Figure
    limit: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One rule's answer. `check` is the rule's stable name, `title` its human one.

    `code` names the condition that `outcome` speaks of; on a pass the one that did not
    occur.
    """

    check: str
    title: str
    code: DenialCode
    outcome: Outcome
    message: str
    value: Figure
    limit: Figure
    acknowledgement: Acknowledgement = Acknowledgement.NONE

    @property
    def acknowledgeable(self) -> bool:
        """The trader has to answer this warning before the order may go on."""
        return self.acknowledgement is not Acknowledgement.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The identity of a rule; makes its verdicts.

    `number` is the rule's place in the desk's list of pre-trade checks.
    """

    number: int
    name: str
    title: str
    way_out: WayOut

    def passed(self, finding: Finding) -> Verdict:
        return self._verdict(Outcome.PASS, finding, Acknowledgement.NONE)

    def warned(
        self, finding: Finding, ask: Acknowledgement = Acknowledgement.NONE
    ) -> Verdict:
        return self._verdict(Outcome.WARN, finding, ask)

    def blocked(self, finding: Finding) -> Verdict:
        return self._verdict(Outcome.BLOCK, finding, Acknowledgement.NONE)

    def refused_unless(self, reducing: bool, finding: Finding) -> Verdict:  # noqa: FBT001 - reads as a sentence
        """Blocks what adds risk; the way out of a position is only told about it."""
        return self.warned(finding) if reducing else self.blocked(finding)

    def exempt(self, code: DenialCode) -> Verdict:
        """A pass: what lets no more be lost is not held to this limit."""
        return self.passed(
            Finding(
                code=code,
                message="Not limited: no more can be lost by this than now.",
                value=word("reducing"),
                limit=word("exempt"),
            )
        )

    def _verdict(
        self, outcome: Outcome, finding: Finding, ask: Acknowledgement
    ) -> Verdict:
        return Verdict(
            check=self.name,
            title=self.title,
            code=finding.code,
            outcome=outcome,
            message=finding.message,
            value=finding.value,
            limit=finding.limit,
            acknowledgement=ask,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All verdicts on one order: blocks, then warnings, then passes.

    `reducing`: the order can only bring the position closer to zero, so it needs no
    step-up and is exempt from limits. `policy_versions` are the rows that were in
    force. `worst_notional` is what it could use of the buying power, None if unknown.
    """

    verdicts: tuple[Verdict, ...]
    reducing: bool
    policy_versions: tuple[int, ...] = ()
    worst_notional: Decimal | None = None

    @property
    def blocks(self) -> tuple[Verdict, ...]:
        return self._with(Outcome.BLOCK)

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        return self._with(Outcome.WARN)

    @property
    def passes(self) -> tuple[Verdict, ...]:
        return self._with(Outcome.PASS)

    @property
    def blocked(self) -> bool:
        return bool(self.blocks)

    @property
    def outcome(self) -> Outcome:
        if self.blocked:
            return Outcome.BLOCK
        return Outcome.WARN if self.warnings else Outcome.PASS

    @property
    def to_acknowledge(self) -> tuple[Verdict, ...]:
        """The warnings that wait for an answer."""
        return tuple(v for v in self.warnings if v.acknowledgeable)

    def _with(self, outcome: Outcome) -> tuple[Verdict, ...]:
        return tuple(v for v in self.verdicts if v.outcome is outcome)
