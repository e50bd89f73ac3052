"""Beginnings of notes that every desk has, in our own words.

"{day}" and "{symbol}" are filled in; a blank stays where nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    slug: str
    name: str
    title: str
    body: str


_PRE_MARKET = """\
## How I am

Rested, calm, in a hurry, angry? Anything that should make me trade smaller today:

## The market

- Direction and how much it moves, in one line:
- Reports and speeches today, with their times:
- Levels that would change my mind:

## What I will trade

| Symbol | Why | Entry | Stop | Target |
| --- | --- | --- | --- | --- |
| {symbol} |  |  |  |  |

## What I will not do

- [ ] Read through my rules
- [ ] Limits for today are set
- [ ] I know what makes me stop for the day

#premarket
"""
_IDEA = """\
## The idea

In one sentence, what will happen and why others do not see it yet:

## Low risk?

- Entry, and what must happen before it:
- Stop, and why the idea is wrong there:
- Target, in R:
- What would make me leave earlier:

## Against it

The best reason not to take it:

$SYMBOL #idea
"""
_TRADE_REVIEW = """\
## The plan

What I wrote down before, in one line:

## What happened

- Entry: as planned, early, late?
- Stop: where it was put, and each time it moved, why?
- Exit: rule, or feeling?

## What I felt

Before, during, after:

## Verdict

- [ ] I followed my rules
- Cost of mistakes in R:
- What I would do again:
- What I would do otherwise:

#review
"""
_WEEKLY_REVIEW = """\
## The week in R

Made or lost, best and worst trade, and what the worst had in common with others:

## Rules

How often they were followed, and what broke them:

## Mistakes

| Mistake | How often | R it cost |
| --- | --- | --- |
|  |  |  |

## Market

What kind of market it was, and whether my systems are made for it:

## Next week

- One thing to keep:
- One thing to change:
- Worst case to rehearse:

#weekly-review
"""

SEEDS = (
    Seed(
        slug="pre-market",
        name="Pre-market",
        title="Pre-market, {day}",
        body=_PRE_MARKET,
    ),
    Seed(slug="idea", name="Idea", title="Idea: {symbol}", body=_IDEA),
    Seed(
        slug="trade-review",
        name="Trade review",
        title="Review: {symbol}",
        body=_TRADE_REVIEW,
    ),
    Seed(
        slug="weekly-review",
        name="Weekly review",
        title="Week to {day}",
        body=_WEEKLY_REVIEW,
    ),
)


def seed(slug: str) -> Seed | None:
    return next((one for one in SEEDS if one.slug == slug), None)


def filled(text: str, *, day: str, symbol: str) -> str:
    """The placeholders filled; a symbol that is not known leaves no "$" behind."""
    named = text.replace("$SYMBOL", f"${symbol}" if symbol else "")
    return named.replace("{day}", day).replace("{symbol}", symbol).strip() + "\n"
