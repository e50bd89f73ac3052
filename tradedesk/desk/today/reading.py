"""Everything that the page of today shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache

from brokers.models import Account
from journal.models import Note, RoutineWishes
from journal.notes.search import query
from journal.routine.board import board_of, tasks_of
from journal.routine.days import exchange_day
from journal.routine.listing import next_today, open_card
from journal.routine.making import make_day
from journal.routine.matters import Matters, matters_of
from journal.routine.ratings import Comparison, compared, in_band, recent_ratings
from journal.routine.wishes import wishes_of
from tradedesk.accounts.models import User
from tradedesk.desk.today.drawing import rating_chart
from tradedesk.desk.today.market import market_type
from tradedesk.desk.today.risk import open_risk
from tradedesk.web.navigation import address


IDEAS_SHOWN = 4
# A comparison of fewer days says nothing.
FEWEST_RATED = 5
REMEMBERED_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One line of what waits for the trader, with the page that settles it."""

    icon: str
    title: str
    detail: str
    url: str
    action: str


def today_context(user: User, account: Account | None, now: datetime) -> dict[str, Any]:
    routine, today = wishes_of(user), exchange_day(now)
    make_day(user, routine, today, now=now)
    found = matters_of(user, now)
    board = board_of(tasks_of(user, today, today), today, now)
    return {
        "day": today,
        "now": now,
        "board": board,
        "account": account,
        "routine": routine,
        "risk": open_risk(user, account, now) if account else None,
        "market": market_type(account, routine.market_symbol, now) if account else None,
        "waiting": open_card(user),
        "matters": _waiting(found),
        "coming": next_today(user, now + timedelta(hours=24)),
        "ideas": ideas_of(user),
        "steps": _steps(account, found),
        **_rating(user, routine, today),
    }


def _rating(user: User, routine: RoutineWishes, today: date) -> dict[str, Any]:
    ratings = recent_ratings(user)
    mine = next((one for one in ratings if one.day == today), None)
    enough = len(ratings) >= FEWEST_RATED
    return {
        "rating": in_band(mine, routine) if mine else None,
        "ratings": ratings,
        "chart": rating_chart(ratings, routine) if ratings else None,
        "compared": _compared(user, routine) if enough else None,
        "scores": range(1, 9),
    }


def _compared(user: User, routine: RoutineWishes) -> Comparison:
    """Remembered for a minute: it runs over every rated day."""
    band = f"{routine.lowest_score}-{routine.highest_score}"
    key = f"self-rating:{user.pk}:{band}"
    known: Comparison | None = cache.get(key)
    if known is None:
        known = compared(user, routine)
        cache.set(key, known, REMEMBERED_SECONDS)
    return known


def ideas_of(user: User) -> Sequence[Note]:
    """The newest notes tagged #idea."""
    tagged = query("", tag="idea")
    if tagged is None:
        return []
    mine = Note.objects.for_user(user).live().filter(tagged.matching())
    return list(mine.order_by("-day", "-pk")[:IDEAS_SHOWN])


def _waiting(found: Matters) -> Sequence[Waiting]:
    lines = (
        (found.trades, "trade", "not reviewed", _REVIEW),
        (found.days, "day", "without a debrief", _DEBRIEF),
        (found.drills, "worst-case drill", "due", _DRILL),
        (found.plans, "plan", "to read again", _PLAN),
        (found.breaks, "break", "in the books for days", _BREAKS),
    )
    return [
        _line(f"{count} {noun}{'' if count == 1 else 's'} {words}", rest)
        for count, noun, words, rest in lines
        if count
    ]


# Icon, detail, the name of the page's URL, what its link says.
_Rest = tuple[str, str, str, str]
_REVIEW: _Rest = ("journal", "Of the last two weeks", "journal", "Review")
_DEBRIEF: _Rest = ("pencil", "First: did I follow my rules?", "debrief", "Debrief")
_DRILL: _Rest = ("plan", "Rehearse what you would do", "worst_cases", "Rehearse")
_BREAKS: _Rest = ("balance", "Settle them or say why", "breaks", "Look")
_PLAN: _Rest = ("plan", "Strike out what no longer holds", "plan", "Read")


def _line(title: str, rest: _Rest) -> Waiting:
    icon, detail, name, action = rest
    return Waiting(
        icon=icon, title=title, detail=detail, url=address(name), action=action
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of three things to begin with."""

    title: str
    text: str
    url: str
    action: str
    is_done: bool


def _steps(account: Account | None, found: Matters) -> Sequence[Step]:
    """Nothing once all three are done."""
    steps = [
        Step(
            title="Open an account",
            text="Practise with play money, or connect a broker.",
            url=address("welcome"),
            action="Begin",
            is_done=account is not None,
        ),
        Step(
            title="Take a checklist",
            text="The ten tasks of a trading day, to be changed as you like.",
            url=address("task_templates"),
            action="Choose",
            is_done=found.templates > 0,
        ),
        Step(
            title="Write down your plan",
            text="What you want, what you may lose, and what you do when it goes wrong.",
            url=address("plan"),
            action="Write",
            is_done=found.plans_in_force > 0,
        ),
    ]
    return [] if all(one.is_done for one in steps) else steps
