"""Faults that hide whether an order arrived: what the desk makes of them, and what a
bare client does.

    python -m benchmarks.ambiguous_faults [--orders 20]

The exchange takes each order, and then its answer is lost, late, cut off, garbage, or an
error that says nothing (`tests.faults.steps.AMBIGUOUS`, which the fault tests use). The
peer is alpaca-py as it comes, whose caller believes what the call says. Counted at the
exchange's own record: `orphaned` are orders that it has while their owner was told that
they failed, `doubled` are acceptances beyond the first. The long run with kills and
30,000 orders is `make chaos ORDERS=30000`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from alpaca.common.exceptions import APIError  # noqa: E402
from alpaca.trading.client import TradingClient  # noqa: E402
from alpaca.trading.enums import OrderSide, TimeInForce  # noqa: E402
from alpaca.trading.requests import LimitOrderRequest  # noqa: E402
from django.db import connection  # noqa: E402
from requests import RequestException  # noqa: E402, TID251 - what alpaca-py raises

import tradedesk.celery  # noqa: E402, F401 - the queue has a name
from brokers.domain.orders import CommandStatus, OrderClass, OrderType  # noqa: E402
from brokers.models import Command, Order  # noqa: E402
from brokers.orders.drafting import Ticket  # noqa: E402
from brokers.orders.submission import (  # noqa: E402
    send_submission,
    settle_submission,
)
from tests import people, world  # noqa: E402
from tests.emulators.practice import PracticeExchange  # noqa: E402
from tests.faults.steps import AMBIGUOUS, SUBMIT  # noqa: E402
from tradedesk.core.clock import SYSTEM_CLOCK  # noqa: E402


@dataclass(slots=True)
class Outcome:
    orders: int = 0
    orphaned: int = 0
    doubled: int = 0
    unresolved: int = 0

    def count(self, *, at_exchange: int, told: bool, settled: bool = True) -> None:
        self.orders += 1
        self.orphaned += at_exchange > 0 and settled and not told
        self.doubled += max(at_exchange - 1, 0)
        self.unresolved += not settled


class Later:
    """The desk's clock some seconds on: what is due by then is looked up."""

    def now(self) -> datetime:
        return SYSTEM_CLOCK.now() + timedelta(seconds=3)


def by_the_desk(desk: world.World, fault: str, orders: int) -> Outcome:
    outcome = Outcome()
    limit = (desk.ask() * Decimal("0.97")).quantize(Decimal("0.01"))
    for _ in range(orders):
        ticket = desk.ticket(
            type=OrderType.LIMIT, limit_price=limit, order_class=OrderClass.SIMPLE
        )
        desk.exchange.add_fault(fault, **AMBIGUOUS[fault], **SUBMIT)
        order = sent(desk, ticket)
        command = Command.objects.get(order=order)
        if command.state is CommandStatus.SENT:
            settle_submission(command.pk, Later())
            command.refresh_from_db()
        outcome.count(
            at_exchange=desk.at_exchange(order),
            told=command.state is CommandStatus.CONFIRMED,
            settled=not command.is_in_flight,
        )
    return outcome


def sent(desk: world.World, ticket: Ticket) -> Order:
    """Confirmed, and sent once, whatever came of that."""
    command = desk.confirm(desk.draft(ticket).order)
    send_submission(command.pk, desk.clock)
    return command.order


def by_alpaca_py(exchange: PracticeExchange, fault: str, orders: int) -> Outcome:
    client = TradingClient(exchange.key, exchange.secret, url_override=exchange.url)
    outcome = Outcome()
    for _ in range(orders):
        before = {one.order_id for one in exchange.accepted()}
        exchange.add_fault(f"{fault} {uuid.uuid4()}", **AMBIGUOUS[fault], **SUBMIT)
        try:
            client.submit_order(
                LimitOrderRequest(
                    symbol="ACME",
                    qty=1,
                    side=OrderSide.BUY,
                    time_in_force=TimeInForce.DAY,
                    limit_price=1.0,
                )
            )
            told = True
        except (APIError, RequestException, ValueError):
            told = False
        arrived = {one.order_id for one in exchange.accepted()} - before
        outcome.count(at_exchange=len(arrived), told=told)
    return outcome


def run(exchange: PracticeExchange, orders: int) -> bool:
    desk = world.build(exchange, people.person("alice"))
    out = sys.stdout.write
    out(f"{'':<24}{'':<12}{'orders':>8}{'orphaned':>10}{'doubled':>9}{'unknown':>9}\n")
    clean = True
    for fault in AMBIGUOUS:
        ours = by_the_desk(desk, fault, orders)
        theirs = by_alpaca_py(exchange, fault, orders)
        clean &= not (ours.orphaned or ours.doubled or ours.unresolved)
        for who, one in (("desk", ours), ("alpaca-py", theirs)):
            out(f"{fault:<24}{who:<12}{one.orders:>8}{one.orphaned:>10}")
            out(f"{one.doubled:>9}{one.unresolved:>9}\n")
    return clean


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=20, help="of each fault")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        with tempfile.TemporaryDirectory(prefix="tradedesk-bench-") as name:
            exchange = PracticeExchange(
                Path(name),
                clock="real",
                options=("--requests-per-minute", "6000000"),
            )
            with exchange.running():
                clean = run(exchange, chosen.orders)
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
