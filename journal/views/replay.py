"""A trade played again: a page holds what was known then, and nothing that came later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from brokers.domain.reports import BarInterval
from journal.book.reading import trade_of
from journal.models import Trade
from journal.reports import replay as player
from journal.reports.replay import Choice, Script
from journal.reports.replay_chart import draw
from journal.reports.replay_facts import Stored, ask_for_bars, script_of, stored
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


WORDS = {
    Choice.LONG: "Go long",
    Choice.SHORT: "Go short",
    Choice.WAIT: "Stay out",
    Choice.HOLD: "Hold",
    Choice.ADD: "Add",
    Choice.REDUCE: "Take part off",
    Choice.EXIT: "Get out",
}
DONE = {
    Choice.LONG: "went long",
    Choice.SHORT: "went short",
    Choice.WAIT: "stayed out",
    Choice.HOLD: "held",
    Choice.ADD: "added",
    Choice.REDUCE: "took part off",
    Choice.EXIT: "got out",
}


@require_GET
def replay(request: DeskRequest, trade_id: int) -> HttpResponse:
    """`?at=70` is the bar shown last, `&guess=1` asks before it goes on; `?part=stage`
    is the stage alone.
    """
    try:
        trade = trade_of(request.user, trade_id)
    except Trade.DoesNotExist:
        raise Http404 from None
    if trade.account_id is not None:
        request.account_in_view = trade.account_id
    found = stored(trade)
    interval = _interval(request, found)
    script = script_of(request.user, found, interval) if interval else None
    context: dict[str, Any] = {
        "tabs": tabs("journal", "journal"),
        "trade": trade,
        "script": script,
        "zone_name": settings.EXCHANGE_TIME_ZONE,
    }
    if script is None or interval is None:
        context["is_fetching"] = ask_for_bars(found, SYSTEM_CLOCK.now())
        return render(request, "journal/replay.html", context)
    asked = _asked(request, script)
    context |= _stage(trade, script, asked, interval=interval)
    context["intervals"] = [
        {
            "label": one.value,
            "url": _url(trade, one, guess=asked.guessing),
            "current": one is interval,
        }
        for one in found.intervals
    ]
    part = "#stage" if request.GET.get("part") == "stage" else ""
    return render(request, f"journal/replay.html{part}", context)


def _interval(request: DeskRequest, found: Stored) -> BarInterval | None:
    """The one asked for, else the finest that is stored."""
    text = request.GET.get("interval", "")
    if text and text not in {one.value for one in found.intervals}:
        raise InvalidInputError("No bars of this interval are stored for this trade.")
    if text:
        return BarInterval(text)
    return found.intervals[0] if found.intervals else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How far the page may look, and the guesses so far."""

    place: int
    guessing: bool
    guesses: dict[int, Choice]


def _asked(request: DeskRequest, script: Script) -> Asked:
    text = request.GET.get("at", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 7):  # noqa: PLR2004 - more bars than any trade has
        raise InvalidInputError("The bar to show is a whole number.")
    place = min(max(int(text or 0), script.start), script.last)
    guessing = request.GET.get("guess") == "1"
    if not guessing:
        return Asked(place=place, guessing=False, guesses={})
    guesses = player.read_guesses(request.GET.get("g", "")[:4000])
    place = player.allowed(script, guesses, place)
    choice = request.GET.get("choice", "")
    if choice:
        held = player.frame(script, place).held
        if choice not in player.choices(held):
            raise InvalidInputError("Choose one of the answers.")
        if player.asks(script, place) and place not in guesses:
            guesses[place] = Choice(choice)
            place += 1
    return Asked(place=place, guessing=True, guesses=guesses)


def _stage(
    trade: Trade, script: Script, asked: Asked, *, interval: BarInterval
) -> dict[str, Any]:
    now = player.frame(script, asked.place)
    compared = player.compared(script, asked.guesses, now.place)
    is_asked = (
        asked.guessing
        and player.asks(script, now.place)
        and now.place not in asked.guesses
    )
    known = [one for one in compared if one.then is not None]

    def url(place: int) -> str:
        return _url(
            trade, interval, at=place, guess=asked.guessing, guesses=asked.guesses
        )

    return {
        "now": now,
        "closed_at": now.bar.start + script.length,
        "is_daily": bool(script.length.days),
        "drawing": draw(script, now, ZoneInfo(settings.EXCHANGE_TIME_ZONE)),
        "shown_of": now.place - script.start + 1,
        "interval": interval.value,
        "guessing": asked.guessing,
        "guesses": player.write_guesses(asked.guesses),
        "question": [(one.value, WORDS[one]) for one in player.choices(now.held)]
        if is_asked
        else [],
        "compared": [_said(one) for one in reversed(known)],
        "agreed": sum(one.agrees for one in known),
        "next_url": "" if is_asked or now.is_last else url(now.place + 1),
        "previous_url": url(now.place - 1) if now.place > script.start else "",
        "first_url": _url(trade, interval, guess=asked.guessing),
        "end_url": "" if asked.guessing or now.is_last else url(script.last),
        "other_url": _url(trade, interval, guess=not asked.guessing),
    }


def _said(one: player.Guess) -> dict[str, Any]:
    return {
        "at": one.at,
        "now": WORDS[one.now],
        "then": DONE[one.then] if one.then else "",
        "agrees": one.agrees,
    }


def _url(
    trade: Trade,
    interval: BarInterval,
    *,
    at: int | None = None,
    guess: bool = False,
    guesses: dict[int, Choice] | None = None,
) -> str:
    query: dict[str, str | int] = {"interval": interval.value}
    if at is not None:
        query["at"] = at
    if guess:
        query["guess"] = 1
    if guesses:
        query["g"] = player.write_guesses(guesses)
    return f"{reverse('replay', args=[trade.pk])}?{urlencode(query)}"
