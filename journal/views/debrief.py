"""The daily debrief: were the rules followed? Only then the results."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from journal.book import days
from journal.book.days import DayFigures, Debrief, Debriefed
from journal.book.filtering import EVERYTHING
from journal.book.reading import bring_up_to_date
from journal.models import Followed
from journal.notes.reading import of_day
from journal.routine.days import exchange_day
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


NOTE_LENGTH, TOMORROW_LENGTH = 4000, 2000
WAITING_SHOWN = 10
NOTHING = Decimal(0)


@require_http_methods(["GET", "POST"])
@trading_role_required
def debrief(request: DeskRequest) -> HttpResponse:
    """`?day=2026-11-20`; without it, the newest day that waits, else today."""
    now = SYSTEM_CLOCK.now()
    today = exchange_day(now)
    if request.method == "POST":
        return _said(request, today, now)
    bring_up_to_date(request.user, EVERYTHING, clock=SYSTEM_CLOCK)
    waiting = days.waiting_days(request.user, today)
    text = request.GET.get("day", "")
    newest = waiting[0].day if waiting else today
    day = _day(text) if text else newest
    found = days.debriefed(request.user, day, {"notes": of_day(request.user, day)})
    answer = found.review.followed_rules if found.review else ""
    context: dict[str, Any] = {
        "tabs": tabs("journal", "debrief"),
        "found": found,
        "day": found.day,
        "answer": answer,
        "answers": Followed.choices,
        "is_future": found.day > today,
        "around": found.around,
        "waiting": waiting[:WAITING_SHOWN],
        "waiting_more": max(len(waiting) - WAITING_SHOWN, 0),
        "notes": found.besides["notes"],
        "note_length": NOTE_LENGTH,
        "tomorrow_length": TOMORROW_LENGTH,
    }
    if answer:
        context |= _results(found, answer)
    return render(request, "journal/debrief.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"“{text[:20]}” is no day.", field="day") from error


def _results(found: Debriefed, answer: str) -> dict[str, Any]:
    """What is shown once the question is answered."""
    figures = _figures(found)
    costs = [
        mistake.cost_r
        for mistakes in found.mistakes.values()
        for mistake in mistakes
        if mistake.cost_r is not None
    ]
    return {
        "figures": figures,
        "rows": [(one, found.mistakes.get(one.pk, ())) for one in found.trades],
        "currencies": sorted({trade.currency for trade in found.trades}),
        "mistakes": sum(map(len, found.mistakes.values())),
        "mistake_cost": sum(costs, NOTHING) if costs else None,
        "verdict": _verdict(answer, figures),
    }


def _figures(found: Debriefed) -> DayFigures:
    trades = found.trades
    return DayFigures(
        day=found.day,
        trades=len(trades),
        net=_sum([trade.net for trade in trades]),
        r=_sum([trade.r_multiple for trade in trades]),
        with_r=sum(trade.r_multiple is not None for trade in trades),
        kept=sum(trade.followed_plan is True for trade in trades),
        answered=sum(trade.followed_plan is not None for trade in trades),
        mistaken=len(found.mistakes),
    )


def _sum(values: list[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), NOTHING)


def _verdict(answer: str, told: DayFigures) -> str:
    """Praise is for the process: after Van K. Tharp, most of all on a losing day."""
    if answer == Followed.YES:
        if told.mistaken:
            return "You followed your rules, and a trade carries a mistake: look again."
        if told.net < 0:
            return (
                "You lost money and followed your rules. That is a good day's work, and "
                "deserves the most praise of all."
            )
        return "You followed your rules. Whatever the result, that is the job."
    if told.net > 0:
        return (
            "A profit from a broken rule is still a mistake, and the most dangerous "
            "one: it teaches the wrong thing. What made you leave the rule?"
        )
    return "Which rule was it, what led up to it, and what will you do at that moment?"


def _said(request: DeskRequest, today: date, now: datetime) -> HttpResponse:
    day = _day(request.POST.get("day", ""))
    said = Debrief(
        followed=_followed(request.POST.get("followed")),
        note=_text(request.POST.get("note"), NOTE_LENGTH),
        tomorrow=_text(request.POST.get("tomorrow"), TOMORROW_LENGTH),
    )
    days.debrief(request.user, day, said, today=today, actor=actor_of(request), now=now)
    if said.note is not None:
        messages.success(request, "The debrief is kept.")
    return HttpResponseRedirect(f"{reverse('debrief')}?day={day.isoformat()}")


def _followed(text: str | None) -> Followed | None:
    if text is None:
        return None
    try:
        return Followed(text)
    except ValueError as error:
        raise InvalidInputError(
            "Answer yes, partly or no.", field="followed"
        ) from error


def _text(text: str | None, most: int) -> str | None:
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > most:
        raise InvalidInputError(f"This is longer than {most} characters.")
    return text
