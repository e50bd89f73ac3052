"""What one's own trading holds back, and that it never stands in the way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from risk import engine
from risk.facts import (
    BehaviourFacts,
    ChaseFacts,
    DenialCode,
    OrderType,
    Outcome,
    Side,
    Signal,
)
from risk.facts.plain import behaviour_facts, plain_behaviour
from tests.risk.orders import (
    BLOCK,
    CONFIRM,
    NONE,
    NOW,
    PASS,
    POLICY,
    REASON,
    WARN,
    D,
    buying,
    closing,
    said,
    spoilt,
    stop_order,
    verdict,
    working,
)


LATER = NOW + timedelta(minutes=9)
AFTER_LOSS = Signal(
    code=DenialCode.BEHAVIOUR_AFTER_LOSS,
    level=1,
    words="You closed a loss {ago} ago. This order risks {ratio} your usual amount.",
    since=NOW - timedelta(minutes=2, seconds=10),
    until=NOW + timedelta(minutes=3),
    usual_risk=D(100),
    least_ratio=D("1.25"),
)
TILT = Signal(
    code=DenialCode.BEHAVIOUR_TILT,
    level=2,
    words="Three losses in a row.",
    value=D(3),
    limit=D(3),
)
COOLING = BehaviourFacts(cooling_until=LATER, why="Two hurried orders today.")
LOCKED = BehaviourFacts(locked_until=LATER, why="Your own limit of ten orders.")


def with_signals(*signals, **parts):
    return buying(behaviour=BehaviourFacts(signals=signals), **parts)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (COOLING, DenialCode.BEHAVIOUR_COOLING_OFF),
        (LOCKED, DenialCode.BEHAVIOUR_LOCKED),
    ],
)
def test_new_risk_waits_until_a_cooling_off_or_a_lock_is_over(behaviour, code):
    held = verdict("cooling_off", buying(behaviour=behaviour))
    assert said(held) == (BLOCK, code)
    assert behaviour.why in held.message
    assert held.value.amount == 9 * 60
    over = verdict("cooling_off", buying(behaviour=behaviour, now=LATER))
    assert over.outcome is PASS


@pytest.mark.parametrize("behaviour", [COOLING, LOCKED])
@pytest.mark.parametrize(
    "way_out",
    [
        closing(),
        closing(order={"quantity": D(40)}),
        spoilt(stop_order(Side.SELL, D("58.00")), position={"quantity": D(100)}),
    ],
    ids=["all of it", "a part of it", "a stop"],
)
def test_every_way_out_stays_open(behaviour, way_out):
    assessment = engine.evaluate(spoilt(way_out, behaviour=behaviour), POLICY)
    assert assessment.outcome is Outcome.PASS


def moved_stop(price, **parts):
    """A new version of the working stop at 58.50 under a long of 100."""
    stop = working(id="7", reducing=True, stop_price=D("58.50"))
    facts = stop_order(Side.SELL, price, position={"quantity": D(100)}, **parts)
    return spoilt(facts, order={"amends": "7"}, open_orders=(stop,))


def test_a_stop_moves_closer_in_every_state_and_away_only_with_a_reason():
    assert (
        engine.evaluate(moved_stop(D("59.00"), behaviour=COOLING), POLICY).outcome
        is PASS
    )
    wider = verdict("stop_widening", moved_stop(D("58.00")))
    assert said(wider) == (WARN, DenialCode.STOP_WIDENED)
    assert wider.acknowledgement is REASON
    assert verdict("cooling_off", moved_stop(D("58.00"))).outcome is PASS
    held = verdict("cooling_off", moved_stop(D("58.00"), behaviour=COOLING))
    assert held.outcome is BLOCK


def test_a_stop_for_fewer_units_is_a_wider_one():
    fewer = spoilt(moved_stop(D("58.50")), order={"quantity": D(60)})
    assert verdict("stop_widening", fewer).outcome is WARN


def changed_entry(**order):
    """A new version of the working buy of 100 at 60.00 with its stop at 58.50."""
    old = working(id="7", side=Side.BUY, type=OrderType.LIMIT, price=D("60.00"))
    signals = BehaviourFacts(signals=(TILT,))
    facts = buying(open_orders=(old,), behaviour=signals)
    return spoilt(facts, order={"amends": "7", "limit_price": D("60.00")} | order)


@pytest.mark.parametrize(
    "order", [{"quantity": D(150)}, {"limit_price": D("60.10")}], ids=["more", "dearer"]
)
def test_a_change_that_asks_for_more_is_warned_of_and_held_like_a_new_order(order):
    facts = changed_entry(**order)
    assert verdict("own_behaviour", facts).acknowledgement is REASON
    assert verdict("cooling_off", spoilt(facts, behaviour=COOLING)).outcome is BLOCK


@pytest.mark.parametrize(
    "order",
    [{"quantity": D(60)}, {"limit_price": D("59.50")}, {}],
    ids=["fewer", "cheaper", "longer"],
)
def test_a_change_that_asks_for_less_is_never_warned_of_nor_held(order):
    facts = changed_entry(**order)
    assert verdict("own_behaviour", facts).outcome is PASS
    assert verdict("cooling_off", spoilt(facts, behaviour=COOLING)).outcome is PASS
    behind = losing(D("60.10"))
    fewer = spoilt(facts, behaviour=behind.behaviour, position={"quantity": D(100)})
    assert verdict("averaging_down", fewer).outcome is PASS


def test_a_stop_that_moves_away_asks_by_itself_and_is_asked_once():
    wider = moved_stop(D("58.00"), behaviour=BehaviourFacts(signals=(TILT,)))
    flat = spoilt(wider, position={"quantity": D(0)})
    for facts in (wider, flat):
        assert verdict("stop_widening", facts).outcome is WARN
        assert verdict("own_behaviour", facts).outcome is PASS
    closer = spoilt(flat, order={"stop_price": D("59.00")}, behaviour=COOLING)
    assert verdict("cooling_off", closer).outcome is PASS


def losing(bid, **parts):
    """Buying 100 more of a long that cost 62 with 2 a unit at risk."""
    return buying(
        position={"quantity": D(100), "average_price": D(62)},
        quote={"bid": bid, "ask": bid + D("0.02")},
        behaviour=BehaviourFacts(unit_risks={"ACME": D(2)}),
        **parts,
    )


def test_adding_is_blocked_where_the_position_is_beyond_the_limit_and_not_at_it():
    at_limit = verdict("averaging_down", losing(D("60.40")))
    assert at_limit.outcome is PASS
    assert at_limit.value.amount == D("-0.8")
    beyond = verdict("averaging_down", losing(D("60.39")))
    assert said(beyond) == (BLOCK, DenialCode.BEHAVIOUR_AVERAGING_DOWN)


def test_any_addition_to_a_loss_is_confirmed_and_one_to_a_gain_is_not():
    added = verdict("own_behaviour", losing(D("61.00")))
    assert said(added) == (WARN, DenialCode.BEHAVIOUR_ADDING_TO_LOSS)
    assert added.acknowledgement is CONFIRM
    assert verdict("own_behaviour", losing(D("62.50"))).outcome is PASS
    # A tenth of the planned risk is noise.
    assert verdict("own_behaviour", losing(D("61.80"))).outcome is PASS
    assert verdict("own_behaviour", losing(D("61.79"))).outcome is WARN


def test_behind_without_a_planned_risk_is_measured_in_daily_ranges_and_spreads():
    unplanned = {"behaviour": BehaviourFacts()}
    assert (
        verdict("own_behaviour", spoilt(losing(D("61.88")), **unplanned)).outcome
        is PASS
    )
    behind = verdict("own_behaviour", spoilt(losing(D("61.87")), **unplanned))
    assert behind.outcome is WARN
    assert behind.value.word == "behind"
    wide = spoilt(losing(D("61.50")), **unplanned, quote={"ask": D("62.10")})
    assert verdict("own_behaviour", wide).outcome is PASS


def test_a_hurried_bigger_order_is_told_how_long_ago_and_how_much_bigger():
    warned = verdict("own_behaviour", with_signals(AFTER_LOSS))
    assert said(warned) == (WARN, DenialCode.BEHAVIOUR_AFTER_LOSS)
    assert warned.acknowledgement is CONFIRM
    assert warned.message == (
        "You closed a loss 2 min ago. This order risks 1.5 times your usual amount."
    )
    assert (warned.value.amount, warned.limit.amount) == (D("1.5"), D("1.25"))


def test_a_signal_is_silent_below_its_ratio_and_after_its_time():
    smaller = with_signals(AFTER_LOSS, order={"quantity": D(80)})
    assert verdict("own_behaviour", smaller).outcome is PASS
    later = with_signals(AFTER_LOSS, now=NOW + timedelta(minutes=3))
    assert verdict("own_behaviour", later).outcome is PASS


def test_an_order_of_unknown_risk_is_warned_like_a_big_one():
    without = with_signals(AFTER_LOSS, order={"stop_loss_price": None})
    assert "an unknown multiple of" in verdict("own_behaviour", without).message


def test_while_a_hold_runs_nothing_else_is_asked_of_the_order():
    held = replace(COOLING, signals=(AFTER_LOSS, TILT))
    assert verdict("own_behaviour", buying(behaviour=held)).outcome is PASS


def test_a_ticket_without_a_price_is_held_by_others_and_not_warned_here():
    silent = with_signals(
        AFTER_LOSS,
        order={"type": OrderType.MARKET, "limit_price": None},
        quote={"age_seconds": D(99)},
    )
    assert verdict("own_behaviour", silent).outcome is PASS


def test_one_warning_at_a_time_the_gravest():
    warned = verdict("own_behaviour", with_signals(AFTER_LOSS, TILT))
    assert said(warned) == (WARN, DenialCode.BEHAVIOUR_TILT)
    assert warned.acknowledgement is REASON
    assert (warned.value.amount, warned.limit.amount) == (3, 3)


def test_the_lowest_step_of_the_ladder_asks_for_nothing():
    told = Signal(
        code=DenialCode.BEHAVIOUR_SIZE_AFTER_GAIN, level=0, words="Bigger than usual."
    )
    assert verdict("own_behaviour", with_signals(told)).acknowledgement is NONE


def test_no_signal_speaks_of_an_order_that_reduces():
    reducing = closing(behaviour=BehaviourFacts(signals=(AFTER_LOSS, TILT)))
    assert verdict("own_behaviour", reducing).outcome is PASS


def test_chasing_is_an_entry_half_an_r_beyond_the_plan():
    near = buying(chase=ChaseFacts(planned_entry=D("59.60"), expected=True))
    assert verdict("own_behaviour", near).outcome is PASS
    beyond = buying(chase=ChaseFacts(planned_entry=D("59.40"), expected=True))
    warned = verdict("own_behaviour", beyond)
    assert said(warned) == (WARN, DenialCode.BEHAVIOUR_CHASING)


@pytest.mark.parametrize(
    ("chase", "outcome"),
    [
        (ChaseFacts(move=D("1.81")), WARN),
        (ChaseFacts(move=D("1.80")), PASS),
        (ChaseFacts(move=D("-5")), PASS),
        (ChaseFacts(move=D(5), expected=True), PASS),
        (ChaseFacts(), PASS),
    ],
)
def test_chasing_is_a_sudden_move_in_a_symbol_that_nobody_waited_for(chase, outcome):
    assert verdict("own_behaviour", buying(chase=chase)).outcome is outcome


def test_behaviour_survives_being_written_down():
    facts = BehaviourFacts(
        cooling_until=LATER,
        locked_until=None,
        why="Because.",
        signals=(AFTER_LOSS, TILT),
        unit_risks={"ACME": D("1.50")},
    )
    assert behaviour_facts(plain_behaviour(facts)) == facts


def test_a_trailing_stop_that_trails_further_is_wider():
    stop = working(id="7", reducing=True, type=OrderType.TRAILING_STOP, trail=D(1))
    facts = stop_order(Side.SELL, D(1), position={"quantity": D(100)})
    order = {
        "type": OrderType.TRAILING_STOP,
        "stop_price": None,
        "trail_price": D(2),
        "amends": "7",
    }
    wider = spoilt(facts, order=order, open_orders=(stop,))
    assert verdict("stop_widening", wider).outcome is WARN
