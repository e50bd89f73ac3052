"""What is known at each bar of a replay, and that nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from brokers.domain.orders import Side
from brokers.domain.reports import Bar
from journal.reports import replay
from journal.reports.replay import Choice, Event, EventKind, Script
from journal.reports.replay_chart import draw


OPEN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def bar(number, close):
    price = Decimal(close)
    return Bar(
        symbol="ACME",
        start=OPEN + number * MINUTE,
        open=price,
        high=price + 1,
        low=price - 1,
        close=price,
        volume=Decimal(100),
    )


def fill(minute, quantity, price, *, second=30):
    return Event(
        at=OPEN + minute * MINUTE + timedelta(seconds=second),
        kind=EventKind.FILL,
        words=f"{quantity} at {price}",
        side=Side.BUY if quantity > 0 else Side.SELL,
        quantity=Decimal(abs(quantity)),
        price=Decimal(price),
    )


def stop(minute, price):
    return Event(
        at=OPEN + minute * MINUTE,
        kind=EventKind.STOP,
        words="stop",
        price=None if price is None else Decimal(price),
    )


def script(*events, closes=(50, 50, 50, 52, 54, 56, 58, 60, 60), **fields):
    """In at minute 3 by default, so that bar 2 is the last before the entry."""
    given = {
        "bars": [bar(number, close) for number, close in enumerate(closes)],
        "length": MINUTE,
        "events": events,
        "opened_at": OPEN + 3 * MINUTE + timedelta(seconds=30),
        "risk": Decimal(200),
        "target": Decimal(60),
    }
    return Script(**given | fields)


TRADE = (fill(3, 100, 51), stop(4, 49), fill(6, -50, 57), fill(7, -50, 59))


def test_it_begins_with_the_last_bar_before_the_entry():
    first = replay.frame(script(*TRADE), 0)
    assert (first.place, len(first.bars), first.events) == (2, 3, [])
    assert (first.held, first.result, first.stop, first.target) == (0, None, None, None)


def test_a_frame_knows_what_had_happened_and_no_more():
    now = replay.frame(script(*TRADE), 4)
    assert now.bars[-1].close == 54
    assert (now.held, now.average, now.stop, now.target) == (100, 51, 49, 60)
    assert (now.result, now.result_r) == (300, Decimal("1.5"))
    assert [one.kind for one in now.news] == [EventKind.STOP]


def test_the_end_has_the_result_of_the_trade():
    now = replay.frame(script(*TRADE), 99)
    assert now.is_last
    assert (now.held, now.average, now.stop) == (0, None, None)
    assert now.result == 50 * 57 + 50 * 59 - 100 * 51


@pytest.mark.parametrize("place", range(2, 9))
def test_every_event_appears_once_and_not_before_its_time(place):
    whole = script(*TRADE)
    now = replay.frame(whole, place)
    shown_until = whole.bars[place].start + MINUTE
    assert all(one.at < shown_until for one in now.events)
    assert replay.frame(whole, 8).events == list(TRADE)


def test_what_came_late_belongs_to_the_last_bar():
    late = Event(at=OPEN + timedelta(days=9), kind=EventKind.NOTE, words="learned")
    whole = script(*TRADE, late)
    assert late not in replay.frame(whole, 7).events
    assert late in replay.frame(whole, 8).events


def test_without_a_stop_there_is_money_and_no_r():
    now = replay.frame(script(*TRADE, risk=None), 4)
    assert (now.result, now.result_r) == (300, None)


def test_adding_moves_the_average_and_a_flip_begins_anew():
    added = replay.frame(script(fill(3, 100, 50), fill(4, 100, 54)), 8)
    assert added.average == 52
    turned = replay.frame(script(fill(3, 100, 50), fill(4, -150, 54)), 8)
    assert (turned.held, turned.average) == (-50, 54)


def test_a_stop_that_went_protects_no_more():
    assert (
        replay.frame(script(fill(3, 1, 50), stop(4, 49), stop(5, None)), 5).stop is None
    )


def test_one_is_asked_at_each_decision_and_in_between():
    whole = script(*TRADE)
    asked = [place for place in range(2, 9) if replay.asks(whole, place)]
    assert asked == [2, 5, 6]
    assert replay.asks(script(closes=[50] * 30, opened_at=OPEN), 6)


@pytest.mark.parametrize(
    ("events", "place", "expected"),
    [
        (TRADE, 2, Choice.LONG),
        ((fill(3, -100, 51),), 2, Choice.SHORT),
        (TRADE, 3, Choice.HOLD),
        (TRADE, 5, Choice.REDUCE),
        (TRADE, 6, Choice.EXIT),
        (TRADE, 7, Choice.WAIT),
        ((fill(3, 10, 51), fill(5, 10, 52)), 4, Choice.ADD),
        ((fill(3, 10, 51), fill(5, -20, 52)), 4, Choice.EXIT),
    ],
)
def test_what_was_done_has_a_name(events, place, expected):
    assert replay.done(script(*events), place) is expected


def test_guesses_go_through_an_address_and_back():
    guesses = {12: Choice.WAIT, 3: Choice.LONG}
    text = replay.write_guesses(guesses)
    assert text == "3l-12w"
    assert replay.read_guesses(text) == guesses
    assert replay.read_guesses("-9-x-3q-4h-²l") == {4: Choice.HOLD}


def test_a_guess_is_compared_once_its_bar_is_over():
    whole = script(*TRADE)
    guesses = {2: Choice.LONG, 5: Choice.EXIT}
    before, after = (replay.compared(whole, guesses, place) for place in (5, 6))
    assert [(one.then, one.agrees) for one in before] == [
        (Choice.LONG, True),
        (None, False),
    ]
    assert after[1].then is Choice.REDUCE


def test_one_may_look_no_further_than_the_first_question():
    whole = script(*TRADE)
    assert replay.allowed(whole, {}, 8) == 2
    assert replay.allowed(whole, {2: Choice.WAIT}, 8) == 5
    assert (
        replay.allowed(whole, {2: Choice.WAIT, 5: Choice.EXIT, 6: Choice.EXIT}, 8) == 8
    )


def test_the_drawing_is_scaled_by_what_is_shown_alone():
    whole = script(*TRADE)
    wild = script(*TRADE, closes=(50, 50, 50, 52, 54, 999, 1, 999, 1))
    zone = ZoneInfo("America/New_York")
    assert draw(whole, replay.frame(whole, 4), zone) == draw(
        wild, replay.frame(wild, 4), zone
    )
    drawn = draw(whole, replay.frame(whole, 4), zone)
    assert (len(drawn.candles), len(drawn.marks), len(drawn.levels)) == (5, 1, 3)
    assert drawn.times[0].text == "10:00"
