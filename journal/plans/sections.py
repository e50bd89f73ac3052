"""What a trading plan says, section by section; the order is that of the page.

The list follows what Van K. Tharp's business plan for traders asks for (domain notes
2.9: vision, objectives, self-assessment, big picture, beliefs, procedures, discipline,
budget, systems, worst case); words and prompts are our own. Worst cases are cards of
their own, since each has a drill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


Values = Mapping[str, str]
Sections = Mapping[str, Values]


class Kind(StrEnum):
    """How a field is typed: words, one line of them, or a figure with its unit."""

    TEXT = "text"
    LINE = "line"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`hint` shows in the empty field and is never stored."""

    key: str
    label: str
    hint: str = ""
    kind: Kind = Kind.TEXT
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    key: str
    title: str
    question: str
    fields: Sequence[Field]


def _figure(key: str, label: str, *, unit: str, hint: str) -> Field:
    return Field(key=key, label=label, unit=unit, hint=hint, kind=Kind.FIGURE)


def _system(number: int, title: str, question: str) -> Section:
    return Section(
        key=f"system_{number}",
        title=title,
        question=question,
        fields=(
            Field(
                key="name",
                label="Name",
                kind=Kind.LINE,
                hint="What you call it, and its playbook if it has one",
            ),
            Field(
                key="fits",
                label="Market it is for",
                hint="Which direction and which volatility, and how you would notice that they have gone",
            ),
            Field(
                key="rules",
                label="Rules",
                hint="Setup, entry, first stop, management, exit: so that another person would take the same trades",
            ),
            Field(
                key="sizing",
                label="Sizing",
                hint="Risk per trade and in all, what makes it smaller, what makes it larger and from when on",
            ),
            Field(
                key="expected",
                label="What you expect of it",
                hint="Expectancy in R, trades a month, losing run to be ready for, and how many trades that rests on",
            ),
        ),
    )


SECTIONS: Sequence[Section] = (
    Section(
        key="vision",
        title="Vision",
        question="What will trading look like when it works?",
        fields=(
            Field(
                key="vision",
                label="In five years",
                hint="Your day, your results and your place beside the rest of life, as if it were so already",
            ),
        ),
    ),
    Section(
        key="purpose",
        title="Purpose",
        question="Why do you trade at all?",
        fields=(
            Field(
                key="purpose",
                label="Purpose",
                hint="What it is for beyond the money, and what would make you stop",
            ),
        ),
    ),
    Section(
        key="objectives",
        title="Objectives",
        question="What is to be reached, by which measure, and when has it failed?",
        fields=(
            _figure(
                "return_target",
                "Return target",
                unit="% a year",
                hint="what it should earn",
            ),
            _figure(
                "largest_drawdown",
                "Largest drawdown bearable",
                unit="%",
                hint="where you would stop",
            ),
            _figure("capital", "Capital", unit="", hint="what trading has to itself"),
            _figure(
                "living_costs",
                "Living costs drawn from it",
                unit="a year",
                hint="0 if none",
            ),
            _figure("hours", "Hours for it", unit="a week", hint="honestly"),
            Field(
                key="failure",
                label="How you will know that a system has failed",
                hint="A figure and a number of trades: what would be beyond bad luck, and what you do then",
            ),
            Field(
                key="progress",
                label="Other objectives",
                hint="Skills to gain, process to hold: things that you decide, not the market",
            ),
        ),
    ),
    Section(
        key="self_assessment",
        title="Self-assessment",
        question="Who is it that trades? Write from your own records.",
        fields=(
            Field(
                key="strengths",
                label="Strengths",
                hint="What your journal shows that you do well",
            ),
            Field(
                key="weaknesses",
                label="Weaknesses",
                hint="Which mistakes return, and what each has cost in R",
            ),
            Field(
                key="distractions",
                label="Distractions",
                hint="What takes you from it on trading days, and what you do about it",
            ),
        ),
    ),
    Section(
        key="big_picture",
        title="The big picture",
        question="What moves your markets now, and how do you keep watch of it?",
        fields=(
            Field(
                key="forces",
                label="Forces at work",
                hint="Three to six of them, each with what would show that it has ended",
            ),
            Field(
                key="watch",
                label="How you watch them",
                hint="Which figures, how often, and what a change of market type does to your systems",
            ),
        ),
    ),
    Section(
        key="beliefs",
        title="Beliefs",
        question="What do you hold true of markets, and of yourself in them?",
        fields=(
            Field(
                key="market",
                label="About the market",
                hint="You trade your beliefs: each system should follow from some of these",
            ),
            Field(
                key="useful",
                label="Beliefs under test",
                hint="Which might be untrue, and what would change your mind",
            ),
        ),
    ),
    Section(
        key="procedures",
        title="Procedures",
        question="What do you do, in which order, on a day, a week and a month?",
        fields=(
            Field(
                key="daily",
                label="Before, during and after the session",
                hint="State of mind first, then the market, then ideas; when you are done for the day",
            ),
            Field(
                key="state",
                label="Coming back to a good state",
                hint="What you do when tired, angry or elated, before the next order",
            ),
            Field(
                key="research",
                label="How a system is researched",
                hint="From an idea to a playbook: how it is tested, and on how many trades",
            ),
        ),
    ),
    Section(
        key="discipline",
        title="Discipline",
        question="How do you make it likely that you do what stands here?",
        fields=(
            Field(
                key="rules",
                label="Rules that hold always",
                hint="Few, checkable, and each with what follows when it was broken",
            ),
            Field(
                key="support",
                label="What keeps you to them",
                hint="Limits of the desk, another person, a break: set outside the session",
            ),
        ),
    ),
    Section(
        key="budget",
        title="Budget",
        question="What does the business cost, and what may it cost?",
        fields=(
            _figure("data", "Data and software", unit="a year", hint="subscriptions"),
            _figure(
                "machines",
                "Machines and lines",
                unit="a year",
                hint="with spares",
            ),
            _figure(
                "learning",
                "Learning and help",
                unit="a year",
                hint="books, a mentor",
            ),
            Field(
                key="cash_flow",
                label="Cash flow",
                hint="What comes in and goes out by month, and how long it lasts without a profit",
            ),
            Field(
                key="back_office",
                label="Back office",
                hint="Records, taxes, backups: who does them and when",
            ),
        ),
    ),
    _system(1, "First system", "The one that trades most of the time."),
    _system(2, "Second system", "For a market in which the first one rests."),
    _system(3, "Third system", "For when the big picture changes."),
    Section(
        key="review",
        title="Review",
        question="When is this plan read again, and by what is it judged?",
        fields=(
            Field(
                key="measures",
                label="What is looked at",
                hint="R by system, mistakes and their cost, rules kept: weekly, monthly, each quarter",
            ),
            Field(
                key="changes",
                label="How it may be changed",
                hint="Never within a session; after how many trades, on whose word",
            ),
        ),
    ),
)
BY_KEY: Mapping[str, Section] = {section.key: section for section in SECTIONS}


def written(section: Section, values: Values) -> int:
    """How many of the section's fields say something."""
    return sum(1 for field in section.fields if values.get(field.key, "").strip())
