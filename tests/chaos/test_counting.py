"""The harness sees what it is there to see, and a seed repeats its schedule."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from uuid import UUID, uuid4

import pytest

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderClass,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
    client_order_id,
)
from brokers.domain.reports import OrderReport
from brokers.models import Account, Command, Connection, Order
from brokers.sim.server.journal import AcceptedOrder
from tests import people
from tests.chaos import plan, steps
from tests.chaos.codec import decode, encode
from tests.chaos.counting import count
from tradedesk.core.failpoints import Failpoint


NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def account(db: None) -> Account:
    owner = people.person("alice")
    connection = Connection.objects.create(
        owner=owner, slug="practice", environment="practice", credentials="{}"
    )
    return Account.objects.create(
        owner=owner, connection=connection, broker_account_id="1", mode="practice"
    )


def submission(
    account: Account, status: CommandStatus = CommandStatus.CONFIRMED
) -> UUID:
    """An intent that was confirmed, and what became of its command."""
    intent = uuid4()
    order = Order.objects.create(
        owner=account.owner,
        account=account,
        intent=intent,
        client_order_id=client_order_id(intent),
        symbol="ACME",
        side="buy",
        type="market",
        time_in_force="day",
        quantity=1,
        status="submitted",
        created_at=NOW,
    )
    Command.objects.create(
        order=order,
        account=account,
        kind=CommandKind.SUBMIT.value,
        status=status.value,
        client_order_id=order.client_order_id,
        approved_at=NOW,
        due_at=NOW,
    )
    return intent


def accepted(identifier: str, **more: str) -> AcceptedOrder:
    fields = {"parent": "", "replaces": "", **more}
    return AcceptedOrder(
        order_id=str(uuid4()),
        client_order_id=identifier,
        account_id="1",
        symbol="ACME",
        side="buy",
        at=NOW,
        **fields,
    )


def test_once_each_is_clean(account: Account):
    intents = [submission(account) for _ in range(3)]
    taken = [accepted(client_order_id(intent)) for intent in intents]
    exits = [accepted("of the exchange's own making", parent="an entry")]
    tally = count([*taken, *exits], intents)
    assert tally.is_clean
    assert (tally.intended, tally.at_broker) == (3, 3)


def test_the_same_id_twice_is_doubled(account: Account):
    intent = submission(account)
    tally = count([accepted(client_order_id(intent))] * 2, [intent])
    assert tally.doubled == 1
    assert not tally.is_clean


def test_an_order_that_nobody_confirmed_is_doubled(account: Account):
    intent = submission(account)
    tally = count([accepted(client_order_id(intent)), accepted("ANOTHERID")], [intent])
    assert (tally.doubled, tally.at_broker) == (1, 2)


def test_confirmed_and_not_at_the_exchange_is_lost(account: Account):
    tally = count([], [submission(account)])
    assert tally.lost == 1


def test_what_the_trader_was_told_and_the_desk_forgot_is_lost(account: Account):
    tally = count([], [uuid4()])
    assert (tally.lost, tally.intended) == (1, 1)


def test_refused_and_at_the_exchange_is_a_break(account: Account):
    intent = submission(account, CommandStatus.REFUSED)
    tally = count([accepted(client_order_id(intent))], [intent])
    assert tally.breaks == 1


def test_refused_and_not_at_the_exchange_is_nothing_intended(account: Account):
    tally = count([], [submission(account, CommandStatus.REFUSED)])
    assert tally.is_clean
    assert tally.intended == 0


def test_a_command_without_an_outcome_is_unknown(account: Account):
    intent = submission(account, CommandStatus.SENT)
    tally = count([accepted(client_order_id(intent))], [intent])
    assert tally.unknown == 1
    assert not tally.is_clean


def test_a_change_that_nobody_asked_for_is_doubled(account: Account):
    intent = submission(account)
    taken = [accepted(client_order_id(intent)), accepted("CHANGED", replaces="first")]
    assert count(taken, [intent]).doubled == 1


def test_a_seed_repeats_its_orders_kills_and_faults():
    def schedule(seed: int) -> tuple[object, ...]:
        ideas = list(islice(plan.ideas(seed, traders=3), 50))
        return (
            ideas,
            [list(islice(idea.intents(), 3)) for idea in ideas],
            steps.steps(seed, 200, kills=20, failpoints=True),
            plan.faults(seed, 200),
        )

    assert schedule(7) == schedule(7)
    assert schedule(7) != schedule(8)


@pytest.mark.parametrize("kills", [20, 40])
def test_every_failpoint_and_every_process_has_its_turn_and_no_kill_is_left_over(kills):
    planned = [
        step
        for track in steps.steps(1, 40, kills=kills, failpoints=True).values()
        for step in track
    ]
    points = {step.failpoint for step in planned if step.failpoint}
    killed = [step.target for step in planned if step.act is steps.Act.KILL]
    together = sum(step.with_exchange for step in planned)
    assert points == set(Failpoint)
    assert {*killed, "beat"} == set(steps.TARGETS)
    both = killed.count(steps.BOTH_WORKERS)
    assert len(points) + together + len(killed) + both == kills


def test_a_report_survives_being_written_down():
    leg = OrderReport(
        broker_order_id="2",
        client_order_id="",
        symbol="ACME",
        side=Side.SELL,
        type=OrderType.STOP,
        time_in_force=TimeInForce.DAY,
        order_class=OrderClass.OTO,
        status=None,
        raw_status="held",
        quantity=Decimal("1.50"),
        notional=None,
        filled_quantity=Decimal(0),
        average_price=None,
        submitted_at=NOW,
    )
    report = replace(leg, broker_order_id="1", status=OrderStatus.WORKING, legs=(leg,))
    assert decode(OrderReport, json.loads(json.dumps(encode(report)))) == report
