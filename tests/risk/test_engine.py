from __future__ import annotations

import pkgutil
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import risk.rules
from risk import engine
from risk.facts import (
    AccountMode,
    AccountStatus,
    Facts,
    OrderClass,
    Outcome,
    Phase,
    Policy,
    PositionFacts,
    SendFacts,
    Session,
    Side,
    StateFacts,
    TimeInForce,
    TradingState,
    Unit,
    WayOut,
)
from risk.facts.exposure import is_reducing, widens_stop
from risk.facts.plain import plain_verdict, verdict_of
from tests.risk import facts as anything
from tests.risk.orders import BUY, NAN, NOW, POLICY, D, buying, closing, spoilt


def test_every_rule_is_listed_once():
    modules = {module.name for module in pkgutil.iter_modules(risk.rules.__path__)}
    named = [rule.CHECK.name for rule in engine.RULES]
    assert set(named) == modules
    assert len(named) == len(modules)


def test_a_good_order_passes_every_rule():
    assessment = engine.evaluate(BUY, POLICY)
    assert [v for v in assessment.verdicts if v.outcome is not Outcome.PASS] == []
    assert assessment.worst_notional == D(6000)
    assert not assessment.reducing


def test_a_plain_close_passes_every_rule_and_needs_no_step_up():
    assessment = engine.evaluate(closing(), POLICY)
    assert assessment.outcome is Outcome.PASS
    assert assessment.reducing
    assert assessment.worst_notional == 0


def test_all_denials_are_told_at_once_blocks_first():
    bad = buying(
        order={"quantity": D(1_000_000), "limit_price": D("70.001")},
        quote={"age_seconds": D(99)},
        states={"desk": TradingState.HALTED},
        recent_orders=None,
    )
    assessment = engine.evaluate(bad, POLICY)
    ranks = [list(Outcome)[::-1].index(v.outcome) for v in assessment.verdicts]
    assert ranks == sorted(ranks)
    assert len(assessment.blocks) >= 6
    assert len(assessment.verdicts) == len(engine.RULES)


def test_nothing_known_is_denied():
    blind = Facts(now=NOW, order=BUY.order)
    blocked = {verdict.check for verdict in engine.evaluate(blind, POLICY).blocks}
    assert blocked >= {
        "trading_state", "account", "account_mode", "instrument", "session", "quote",
        "order_type", "quantity", "tick", "buying_power", "position",
        "unresolved", "trade_risk", "collar",
    }  # fmt: skip


@given(anything.everything)
def test_no_facts_whatever_make_a_rule_fail_or_a_denial_mute(facts):
    assessment = engine.evaluate(facts, POLICY)
    assert len(assessment.verdicts) == len(engine.RULES)
    for verdict in assessment.verdicts:
        assert verdict.message
        assert verdict.code
        for figure in (verdict.value, verdict.limit):
            assert (figure.amount is None) is (figure.unit is Unit.WORD)
            assert figure.amount is not None or figure.word


@given(anything.everything)
def test_verdicts_survive_being_written_down(facts):
    for verdict in engine.evaluate(facts, POLICY).verdicts:
        assert verdict_of(plain_verdict(verdict)) == verdict


@st.composite
def reducing_orders(draw):
    """A plain close of part of a position, with everything else unknown or bad."""
    facts, side = draw(anything.everything), draw(anything.sides)
    held = draw(st.integers(1, 10**9))
    quantity = draw(st.integers(1, held))
    trading = replace(
        facts.account,
        status=AccountStatus.ACTIVE,
        owned_by_user=True,
        mode=AccountMode.PRACTICE,
    )
    # Working exits may hold the position; unresolved ones never lock the way out.
    exits = tuple(
        replace(o, side=side, unresolved=True) for o in facts.open_orders or ()
    )
    return replace(
        facts,
        order=replace(closing().order, side=side, quantity=D(quantity)),
        position=PositionFacts(quantity=D(-side.sign * held)),
        account=trading,
        open_orders=None if facts.open_orders is None else exits,
    )


HELD = {rule.CHECK.name for rule in engine.RULES if rule.CHECK.way_out is WayOut.HELD}


@given(reducing_orders())
def test_the_way_out_of_a_position_is_never_locked(facts):
    assert is_reducing(facts)
    blocks = {verdict.check for verdict in engine.evaluate(facts, POLICY).blocks}
    # A plain market close meets no other rule that holds: only a lot size that its
    # broker does not divide.
    assert blocks <= {"quantity"}


@given(anything.everything, st.integers(1, 100))
def test_only_the_rules_that_say_so_hold_what_reduces(facts, quantity):
    order = replace(
        facts.order,
        quantity=D(quantity),
        notional=None,
        side=Side.SELL,
        order_class=OrderClass.SIMPLE,
    )
    position = PositionFacts(quantity=D(100))
    facts = replace(facts, order=order, position=position)
    assert is_reducing(facts)
    blocks = {verdict.check for verdict in engine.evaluate(facts, POLICY).blocks}
    # Moving a stop away is no way out: a cooling-off holds it.
    assert blocks <= (HELD | {"cooling_off"} if widens_stop(facts) else HELD)


@given(reducing_orders(), st.sampled_from(TradingState))
def test_the_strictest_policy_and_any_state_leave_the_way_out_open(facts, state):
    states = StateFacts(desk=state, user=state, account=state)
    facts = replace(facts, states=states, instrument=BUY.instrument)
    nothing = Policy(
        max_quantity_block=D(0),
        max_order_value_block=D(0),
        risk_per_trade_block_percent=D(0),
        collar_warn_percent=D(0),
        collar_block_percent=D(0),
        quote_age_seconds=D(0),
        approval_age_seconds=D(0),
    )
    assert engine.evaluate(facts, nothing).blocks == ()


def test_only_the_venue_itself_can_stop_a_close():
    impossible = closing(
        order={"time_in_force": TimeInForce.IOC}, venue={"session": Session.CLOSED}
    )
    blocks = engine.evaluate(impossible, POLICY).blocks
    assert [verdict.check for verdict in blocks] == ["session"]
    queued = spoilt(impossible, order={"time_in_force": TimeInForce.DAY})
    assert not engine.evaluate(queued, POLICY).blocked


def sending(**changed) -> SendFacts:
    known = SendFacts(
        now=NOW,
        states=BUY.states,
        account=BUY.account,
        expected_mode=AccountMode.PRACTICE,
        reducing=False,
        approved_at=NOW - timedelta(seconds=1),
    )
    return replace(known, **changed)


HALTED = StateFacts(
    desk=TradingState.HALTED, user=TradingState.ACTIVE, account=TradingState.ACTIVE
)


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        ({"states": HALTED}, "trading_state"),
        ({"states": StateFacts()}, "trading_state"),
        ({"account": replace(BUY.account, owned_by_user=False)}, "account"),
        ({"account": replace(BUY.account, status=None)}, "account"),
        ({"expected_mode": AccountMode.LIVE}, "account_mode"),
        ({"approved_at": NOW - timedelta(seconds=301)}, "approval"),
    ],
)
def test_what_changed_in_the_queue_stops_a_send(changed, check):
    verdicts = engine.before_send(sending(**changed), POLICY)
    assert [v.check for v in verdicts if v.outcome is Outcome.BLOCK] == [check]


def test_a_send_that_nothing_stands_against_goes():
    assert {v.outcome for v in engine.before_send(sending())} == {Outcome.PASS}
    assert len(engine.before_send(sending())) == 3


def test_a_halt_lets_a_reducing_send_through():
    verdicts = engine.before_send(sending(states=HALTED, reducing=True), POLICY)
    assert Outcome.BLOCK not in {verdict.outcome for verdict in verdicts}


def test_the_phases_have_stable_names():
    assert [phase.value for phase in Phase] == ["draft", "confirm", "amend", "send"]


def test_an_order_that_is_not_a_number_is_never_reducing():
    assert not is_reducing(closing(order={"quantity": NAN}))
    assert not is_reducing(closing(order={"quantity": None, "notional": D(10)}))
    assert not is_reducing(closing(position={"quantity": NAN}))
