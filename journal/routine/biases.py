"""The library of biases: what each does to a trader, a question, what the desk does.

The list is after Van K. Tharp, "Trade Your Way to Financial Freedom", chapter 2; the
words are our own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from journal.models.routine import Bias


class Stage(StrEnum):
    """When the bias bites."""

    DEVELOPING = "while finding a system"
    TESTING = "while testing it"
    TRADING = "while trading it"


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasCard:
    """`hook` is what the desk does against it; `page` the name of that page's URL."""

    bias: Bias
    stage: Stage
    text: str
    question: str
    hook: str
    page: str = ""

    @property
    def name(self) -> str:
        return str(self.bias.label)


def _card(bias: Bias, stage: Stage, *words: str, page: str = "") -> BiasCard:
    text, question, hook = words
    return BiasCard(
        bias=bias, stage=stage, text=text, question=question, hook=hook, page=page
    )


LIBRARY: Sequence[BiasCard] = (
    _card(
        Bias.REPRESENTATION,
        Stage.DEVELOPING,
        "A bar, an indicator, a headline stands for the market and is not it. We trade "
        "the drawing and forget what it leaves out.",
        "What does this chart not show me that could still cost me money?",
        "Every figure of the desk says when it was told and by whom.",
        page="desk",
    ),
    _card(
        Bias.RELIABILITY,
        Stage.DEVELOPING,
        "A number on a screen looks true. Ticks are wrong, feeds lag, splits are missed, "
        "and a system built on them fits the errors.",
        "If this price were wrong, how would I notice before I had sent the order?",
        "Quotes show their age, stale ones are marked, and the books are compared nightly.",
        page="reconciliation",
    ),
    _card(
        Bias.LOTTO,
        Stage.DEVELOPING,
        "Picking the right entry feels like control, as choosing one's own lottery "
        "numbers does. What earns or loses the money is the exit and the size.",
        "Have I given as many minutes to the exits and the size as to the entry?",
        "The ticket gives stop and target as much room as the entry, and sizes from risk.",
        page="desk",
    ),
    _card(
        Bias.SMALL_NUMBERS,
        Stage.DEVELOPING,
        "Four wins in a row are an anecdote. With few cases luck looks like skill, and "
        "a bad week looks like a broken system.",
        "How many trades stand behind what I believe about this setup?",
        "Figures from fewer than 30 trades carry a mark of a low sample.",
        page="analytics",
    ),
    _card(
        Bias.CONSERVATISM,
        Stage.DEVELOPING,
        "Once a view is formed, what speaks for it is collected and what speaks against "
        "it is explained away.",
        "What would I have to see to give this idea up, and have I looked for it?",
        "A playbook's live figures stand beside what its plan expected.",
        page="playbooks",
    ),
    _card(
        Bias.RANDOMNESS,
        Stage.DEVELOPING,
        "We find patterns in noise, and expect noise to look more even than it is: long "
        "runs of losses come by chance to every good system.",
        "How long a run of losses does chance alone give me in a hundred trades?",
        "The sizing lab shows how likely runs of losses are at your own win rate.",
        page="sizing_lab",
    ),
    _card(
        Bias.UNDERSTANDING,
        Stage.DEVELOPING,
        "A reason feels safer than a rule. The story arrives after the move, and waiting "
        "for it, or trusting it, costs more than not knowing.",
        "Would I take this trade if nobody had told me why it should work?",
        "A note keeps the thesis apart from the rule, so that each can be judged later.",
        page="notes",
    ),
    _card(
        Bias.DEGREES_OF_FREEDOM,
        Stage.TESTING,
        "Each further condition makes the past fit better and the future worse. Four or "
        "five choices are about as many as a system can carry.",
        "Which rule of this playbook could I strike out and lose nothing?",
        "A playbook lists its rules one by one, so that their number is plain.",
        page="playbooks",
    ),
    _card(
        Bias.POSTDICTIVE,
        Stage.TESTING,
        "A test that uses the day's high at noon knows what no trader knew. It need not "
        "be a blunder in code: remembering how a chart went on is enough.",
        "At the minute of this entry, which of these facts were known?",
        "Replay hides the future of a trade while you decide.",
        page="journal",
    ),
    _card(
        Bias.PROTECTION,
        Stage.TESTING,
        "A test ends at the worst that happened in it. The market owes no such limit, "
        "and a system without a way out has not been tested at all.",
        "Where am I out if everything I believe about this trade is wrong?",
        "An entry wants a stop; a position without one comes first in every list.",
        page="positions",
    ),
    _card(
        Bias.GAMBLERS_FALLACY,
        Stage.TRADING,
        "After a run of losses a win seems due, and the next size grows. The market "
        "does not know the last result.",
        "Would this be my size if the last trade had been a winner?",
        "A larger size soon after a loss is pointed out on the ticket.",
        page="behaviour",
    ),
    _card(
        Bias.PROFITS_AND_LOSSES,
        Stage.TRADING,
        "A small gain is taken to be sure of it, a loss is left to come back. Together "
        "they turn a good system around: small wins, large losses.",
        "Am I closing this because of my rule, or because of what I paid?",
        "Positions are read in R to the stop; the behaviour report measures the effect.",
        page="behaviour",
    ),
    _card(
        Bias.MUST_WIN,
        Stage.TRADING,
        "This trade becomes the one that has to be right, and the stop starts to move. "
        "It is one of the next hundred, and nothing more.",
        "If this one loses what I planned to lose, what changes about my system?",
        "Moving a stop away is asked about, and is kept in the trade's history.",
        page="positions",
    ),
)
_CARDS = {card.bias: card for card in LIBRARY}


def card_of(bias: str) -> BiasCard:
    """Raises ValueError for a bias that the library does not have."""
    return _CARDS[Bias(bias)]


def in_turn(day: date, chosen: Collection[str] = ()) -> BiasCard:
    """The card of a day's week: another one each week, of the chosen or of all."""
    cards = [card for card in LIBRARY if card.bias.value in chosen] or list(LIBRARY)
    week = (day.toordinal() - 1) // 7  # day 1 was a Monday: weeks begin on Mondays
    return cards[week % len(cards)]
