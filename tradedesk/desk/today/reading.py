"""Everything that the page of today shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from brokers.models import Account
from journal.models import Note, RoutineWishes, SelfRating
from journal.notes.search import query
from journal.routine.board import board_of, tasks_of
from journal.routine.days import exchange_day
from journal.routine.listing import next_today, open_card, waiting_card
from journal.routine.making import make_day
from journal.routine.matters import Matters, counts_of
from journal.routine.ratings import Comparison, compared, in_band, recent_ratings
from journal.routine.wishes import or_defaults
from tradedesk.accounts.models import User
from tradedesk.desk.today.drawing import rating_chart
from tradedesk.desk.today.market import market_type
from tradedesk.desk.today.risk import open_risk, trades_of_today
from tradedesk.gathering import gathered
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
    today = exchange_day(now)
    found, matters = _gathered(user, account, now)
    routine, tasks = or_defaults(user, found["wishes"]), found["tasks"]
    if make_day(user, routine, today, now=now):
        tasks = tasks_of(user, today, today)
    trades = found.get("trades_of_today", ())
    return {
        "day": today,
        "now": now,
        "board": board_of(tasks, today, now),
        "has_templates": matters.templates > 0,
        "account": account,
        "routine": routine,
        "risk": open_risk(user, account, trades=trades, now=now) if account else None,
        "market": market_type(account, routine.market_symbol, now) if account else None,
        "waiting": open_card(found["waiting"]),
        "matters": _waiting(matters),
        "coming": found["coming"],
        "ideas": found["ideas"],
        "steps": _steps(account, matters),
        **_rating(routine, found["ratings"][::-1], today),
    }


def _gathered(
    user: User, account: Account | None, now: datetime
) -> tuple[dict[str, Any], Matters]:
    """One query: rows by name, and the counts of what waits."""
    today = exchange_day(now)
    lists: dict[str, QuerySet[Any]] = {
        "wishes": RoutineWishes.objects.for_user(user),
        "tasks": tasks_of(user, today, today),
        "waiting": waiting_card(user),
        "coming": next_today(user, now + timedelta(hours=24)),
        "ratings": recent_ratings(user),
        "ideas": ideas_of(user),
    }
    if account is not None:
        lists["trades_of_today"] = trades_of_today(user, account, now)
    counts = counts_of(user, now)
    found = gathered(User.objects.filter(pk=user.pk), lists, counts)
    return found, Matters(**{name: found[name] for name in counts})


def _rating(
    routine: RoutineWishes, ratings: Sequence[SelfRating], today: date
) -> dict[str, Any]:
    """`ratings` oldest first."""
    mine = next((one for one in ratings if one.day == today), None)
    enough = len(ratings) >= FEWEST_RATED
    return {
        "rating": in_band(mine, routine) if mine else None,
        "ratings": ratings,
        "chart": rating_chart(ratings, routine) if ratings else None,
        "compared": _compared(routine) if enough else None,
        "scores": range(1, 9),
    }


def _compared(routine: RoutineWishes) -> Comparison:
    """Remembered for a minute: it runs over every rated day."""
    band = f"{routine.lowest_score}-{routine.highest_score}"
    key = f"self-rating:{routine.owner_id}:{band}"
    known: Comparison | None = cache.get(key)
    if known is None:
        known = compared(routine)
        cache.set(key, known, REMEMBERED_SECONDS)
    return known


def ideas_of(user: User) -> QuerySet[Note]:
    """The newest notes tagged #idea."""
    tagged = query("", tag="idea")
    if tagged is None:
        return Note.objects.none()
    mine = Note.objects.for_user(user).live().filter(tagged.matching())
    shown = mine.only("title", "plain", "labels", "day")
    return shown.order_by("-day", "-pk")[:IDEAS_SHOWN]


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
