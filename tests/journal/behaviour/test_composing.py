"""What a history says of the next order, and the holds that a day has earned."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from journal.behaviour import composing, holds
from journal.behaviour.composing import History
from journal.behaviour.signals import pace
from journal.behaviour.signals.chasing import is_chased
from journal.behaviour.signals.hourly import hourly
from journal.behaviour.signals.past import PastTrade
from risk.facts import DenialCode, Policy
from tests.journal.analytics.worked import vectors


D = Decimal
START = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
DAY = {
    "day_begins": datetime(2026, 11, 20, 5, tzinfo=UTC),
    "day_ends": datetime(2026, 11, 21, 5, tzinfo=UTC),
}
POLICY = Policy()
AFTER_LOSS = DenialCode.BEHAVIOUR_AFTER_LOSS
TOMORROW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


def trade(opened, closed, risk="100", r="-1"):
    return PastTrade(
        opened_at=START + timedelta(minutes=opened),
        closed_at=None if closed is None else START + timedelta(minutes=closed),
        risk=D(str(risk)),
        r=None if closed is None else D(str(r)),
        key=f"trade at {opened}",
    )


def history(trades, minute, **fields):
    """At a minute of the day, all of whose trades are today's."""
    closed = [one for one in trades if one.closed_at is not None]
    return History(
        now=START + timedelta(minutes=minute),
        trades=trades,
        closed_today=sorted(closed, key=lambda one: one.closed_at),
        **(DAY | fields),
    )


def said(found):
    return {one.code: one for one in composing.signals(found, POLICY)}


def test_nothing_is_said_to_whoever_has_not_traded():
    assert composing.signals(history([], 0), POLICY) == []
    assert list(holds.earned(history([], 0), POLICY, next_session=TOMORROW)) == []


def test_after_a_loss_a_bigger_order_is_spoken_of_for_five_minutes():
    lost = trade(0, 20)
    signal = said(history([lost], 22))[AFTER_LOSS]
    assert signal.level == 1
    assert signal.until == START + timedelta(minutes=25)
    assert (signal.usual_risk, signal.least_ratio) == (100, D("1.25"))
    assert AFTER_LOSS not in said(history([lost], 26))
    assert AFTER_LOSS not in said(history([trade(0, 20, r="1")], 22))


def test_below_thirty_trades_the_sentence_claims_nothing():
    words = said(history([trade(0, 20)], 22))[AFTER_LOSS].words
    assert "Only 0 of your trades began within 5 min of a loss" in words
    assert "averaged" not in words


def test_with_enough_trades_the_sentence_has_their_averages_and_intervals():
    """Thirty-one soon after a loss at -0.42R on average, and as many others."""
    trades = []
    for n in range(31):
        at = n * 60
        trades.append(trade(at, at + 10, r="-0.62"))
        trades.append(trade(at + 12, at + 20, r="-0.41" if n % 2 else "-0.43"))
    found = history(trades, 31 * 60 - 38)
    words = said(found)[AFTER_LOSS].words
    assert (
        "Your 31 trades opened within 5 min of a loss averaged \N{MINUS SIGN}0.42R"
        in words
    )
    assert "the other 31, \N{MINUS SIGN}0.62R" in words
    assert "(\N{MINUS SIGN}0.42R to \N{MINUS SIGN}0.42R)" in words


def test_the_second_hurried_order_of_a_day_is_answered_with_a_reason():
    trades = [trade(0, 20), trade(22, 30, 150)]
    assert said(history(trades, 31))[AFTER_LOSS].level == 2
    sent = history([trade(0, 20)], 22, hurried_today=1)
    assert said(sent)[AFTER_LOSS].level == 2


def test_a_signal_that_was_answered_is_silent_until_it_is_graver():
    trades = [trade(0, 20)]
    quiet = history(trades, 22, answered={AFTER_LOSS: 1})
    assert said(quiet) == {}
    graver = history([*trades, trade(22, 30, 150)], 31, answered={AFTER_LOSS: 1})
    assert said(graver)[AFTER_LOSS].level == 2


def test_size_after_a_loss_asks_and_after_a_gain_tells():
    lost, won = trade(0, 20), trade(0, 20, r="2")
    after_loss = said(history([lost], 60))[DenialCode.BEHAVIOUR_SIZE_AFTER_LOSS]
    after_gain = said(history([won], 60))[DenialCode.BEHAVIOUR_SIZE_AFTER_GAIN]
    assert (after_loss.level, after_gain.level) == (1, 0)
    assert after_loss.least_ratio == after_gain.least_ratio == D("1.5")
    assert after_loss.until == DAY["day_ends"]


def test_three_losses_or_two_r_down_ask_for_a_reason_for_the_rest_of_the_day():
    losses = [trade(n * 30, n * 30 + 10, r="-0.5") for n in range(3)]
    tilt = said(history(losses, 200))[DenialCode.BEHAVIOUR_TILT]
    assert (tilt.level, tilt.value, tilt.limit) == (2, 3, 3)
    deep = said(history([trade(0, 10, r="-2.1")], 200))[DenialCode.BEHAVIOUR_TILT]
    assert (deep.value, deep.limit) == (D("-2.1"), -2)
    assert DenialCode.BEHAVIOUR_TILT not in said(history(losses[:2], 200))


def counted(today, days=20):
    known = vectors("overtrading")["history"][:days]
    day = date(2026, 11, 20)
    earlier = [
        day - timedelta(days=back)
        for back, orders in enumerate(known, start=1)
        for _ in range(orders)
    ]
    return pace.pace([*earlier, *[day] * today], day)


def test_the_order_that_would_make_the_day_unusual_is_spoken_of():
    code = DenialCode.BEHAVIOUR_OVERTRADING
    tenth = said(history([], 200, pace=counted(9)))[code]
    assert (tenth.level, tenth.value, tenth.limit) == (1, 10, 4)
    assert "order 10 of today" in tenth.words
    assert code not in said(history([], 200, pace=counted(7)))
    assert code not in said(history([], 200, pace=counted(9, days=9)))


def test_a_self_rating_outside_ones_band_is_spoken_of():
    code = DenialCode.BEHAVIOUR_SELF_RATING
    assert said(history([], 0, rating_outside=2))[code].value == 2
    assert code not in said(history([], 0))


@pytest.fixture
def sequence():
    made = vectors("behaviour")["trades_open_close_risk_r"]
    return [trade(*row) for row in made]


def test_the_worked_sequence_earns_a_cooling_off_at_its_fourth_trade(sequence):
    begun = history([*sequence[:3], trade(61, None, 1200)], 62)
    (hold,) = holds.earned(begun, POLICY, next_session=TOMORROW)
    assert not hold.is_lock
    assert hold.began_at == START + timedelta(minutes=61)
    assert hold.ends_at == START + timedelta(minutes=76)
    assert "2 bigger trades within minutes of a loss today." in hold.words
    (later,) = holds.earned(history(sequence, 300), POLICY, next_session=TOMORROW)
    assert (later.occasion, later.ends_at) == (hold.occasion, hold.ends_at)


def test_one_hurried_trade_earns_none_and_yesterdays_do_not_count(sequence):
    assert not list(
        holds.earned(history(sequence[:3], 62), POLICY, next_session=TOMORROW)
    )
    yesterday = replace(
        history(sequence, 300),
        day_begins=START + timedelta(minutes=62),
    )
    assert not list(holds.earned(yesterday, POLICY, next_session=TOMORROW))


def test_locks_come_from_ones_own_limits_alone_and_last_until_the_next_session():
    lost = history([trade(0, 10, r="-3")], 20, pace=counted(12))
    assert not list(holds.earned(lost, POLICY, next_session=TOMORROW))
    own = replace(POLICY, new_orders_a_day=D(12), day_loss_stop_r=D(3))
    locks = list(holds.earned(lost, own, next_session=TOMORROW))
    assert {one.signal for one in locks} == {
        DenialCode.BEHAVIOUR_OVERTRADING,
        DenialCode.BEHAVIOUR_TILT,
    }
    assert all(one.is_lock and one.ends_at == TOMORROW for one in locks)
    stricter = replace(own, new_orders_a_day=D(13), day_loss_stop_r=D(4))
    assert not list(holds.earned(lost, stricter, next_session=TOMORROW))


def test_a_hasty_hour_of_an_ordinary_day_is_spoken_of():
    """Forty hours with one or two orders each, then a third within an hour."""
    code = DenialCode.BEHAVIOUR_OVERTRADING
    earlier = [START - timedelta(days=day) for day in range(1, 41)] + [
        START - timedelta(days=day, minutes=-20) for day in range(1, 5)
    ]
    sent = [*earlier, START, START + timedelta(minutes=9)]
    known = hourly(sent, START + timedelta(minutes=20))
    assert (known.within, known.most, known.hours) == (2, 2, 40)
    found = said(history([], 20, hourly=known))[code]
    assert (found.value, found.limit) == (D(3), D(2))
    later = hourly(sent, START + timedelta(minutes=65))
    assert code not in said(history([], 65, hourly=later))
    assert not hourly(earlier[:29], START).is_unusual(9)


def test_a_chased_trade_is_stretched_or_beyond_its_plan():
    most = POLICY.chase_extension_r

    def chased(distance=None, extension=None):
        told = replace(trade(0, 10), distance=distance, extension=extension)
        return is_chased(told, most=most)

    assert chased() is None
    assert chased(D(2))
    assert chased(D(-1), D("0.6"))
    assert chased(D("1.9"), D("0.5")) is False
