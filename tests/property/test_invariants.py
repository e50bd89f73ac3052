"""I1 to I10 of the order path, whatever is lost, late, repeated or dies beside it.

A state machine drives the real services on the real database; the broker is a model
behind the ports, so that one step costs milliseconds. HYPOTHESIS_STEPS asks for more:
so many examples, each of up to 50 steps.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from brokers.domain.orders import (
    CommandStatus,
    OrderChange,
    OrderClass,
    OrderStatus,
    OrderType,
    Side,
)
from brokers.models import Command
from brokers.orders import amend, ingest
from brokers.orders.amend import Amendment
from brokers.orders.answering import Answers
from brokers.orders.cancel import request_cancel
from risk.facts import DenialCode
from tests import people
from tests.property import checks
from tests.property.desk import Desk, a_desk
from tests.property.model_broker import Execution, Fate, Placed
from tests.property.model_reader import PRICE, SYMBOLS
from tradedesk.accounts.attempts import Purpose
from tradedesk.core.errors import NotAllowedError, StaleStateError


EXAMPLES = int(os.environ.get("HYPOTHESIS_STEPS", "8"))
ALL_ANSWERED = tuple(code.value for code in DenialCode)
STEPS = 50 if "HYPOTHESIS_STEPS" in os.environ else 20

cents = st.integers(-300, 300)
fates = st.sampled_from(list(Fate))
positions = st.integers(0, 9)
# A fill may have been on its way while its order was cancelled.
ALIVE = {OrderStatus.WORKING, OrderStatus.CANCELLED}


def price(cents_away: int) -> Decimal:
    return PRICE + Decimal(cents_away) / 100


class Trading(RuleBasedStateMachine):
    """Rules draw an index and take it modulo what there is, so that shrinking works."""

    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.refusals: list[str] = []

    @initialize()
    def open_the_book(self) -> None:
        self.desk = self.stack.enter_context(a_desk())
        assert self.desk.world.sync()
        self.desk.account.refresh_from_db()
        self.seen = checks.Seen()
        for symbol in SYMBOLS:
            self._place(symbol, Side.BUY, 9, fate=Fate.ANSWERED)

    # The trader

    @rule(
        symbol=st.sampled_from(SYMBOLS),
        side=st.sampled_from([Side.BUY, Side.BUY, Side.SELL]),
        quantity=st.integers(1, 9),
        fate=st.none() | fates,
    )
    def submit(self, symbol: str, side: Side, quantity: int, fate: Fate | None) -> None:
        """Confirmed, and left in the queue or taken up by a worker at once."""
        self._place(symbol, side, quantity, fate=fate)

    def _place(
        self, symbol: str, side: Side, quantity: int, *, fate: Fate | None
    ) -> None:
        terms = {
            "symbol": symbol,
            "side": side,
            "type": OrderType.LIMIT,
            "quantity": Decimal(quantity),
            "limit_price": PRICE,
            "order_class": OrderClass.SIMPLE,
        }
        world = self.desk.world
        unknown = checks.unresolved_symbols(self.desk)
        order = world.draft(**terms).order
        try:
            command = world.confirm(order)
        except (NotAllowedError, StaleStateError) as refusal:
            self.refusals.append(str(refusal))
            return
        order.refresh_from_db()
        assert order.reduces_risk or symbol not in unknown, (
            "I4: new risk beside unknown"
        )
        assert command.client_order_id == ingest.id_for(order), "I2"
        if fate is not None:
            self._send(command, fate)

    def _send(self, command: Command, fate: Fate) -> None:
        self.desk.broker.fate = fate
        self.desk.send(command)
        self.desk.broker.fate = Fate.ANSWERED

    @rule(at=positions)
    def ask_to_cancel(self, at: int) -> None:
        if order := self._one(
            at, [one for one in self.desk.orders() if one.state.is_open]
        ):
            actor = people.actor(self.desk.world.user)
            request_cancel(order.pk, actor=actor, now=self.desk.clock.now())

    @rule(at=positions, quantity=st.integers(1, 9), fate=st.none() | fates)
    def ask_to_amend(self, at: int, quantity: int, fate: Fate | None) -> None:
        order = self._one(at, [one for one in self.desk.orders() if one.state.is_open])
        if order is None:
            return
        change = OrderChange(quantity=Decimal(quantity))
        user = self.desk.world.user
        grant = people.grant_for(
            user,
            purpose=Purpose.ORDER_AMEND,
            digest=amend.change_digest(order, change),
            clock=self.desk.clock,
        )
        self.desk.world.quote(order.symbol)
        try:
            command = amend.request_amend(
                Amendment(
                    order_id=order.pk,
                    change=change,
                    user=user,
                    grant_id=grant.pk,
                    actor=people.actor(user),
                    answers=Answers(
                        acknowledged=ALL_ANSWERED, reason="a rule of this machine"
                    ),
                ),
                self.desk.clock,
            )
        except (NotAllowedError, StaleStateError):
            return
        if fate is not None:
            self._send(command, fate)

    # The workers

    @precondition(lambda self: self._queued())
    @rule(at=positions, fate=fates, again=st.booleans())
    def work(self, at: int, fate: Fate, *, again: bool) -> None:
        """A queued command is sent under some fate, and perhaps told to go twice."""
        command = self._one(at, self._queued())
        if command is None:
            return
        self._send(command, fate)
        if again:
            self.desk.send(command)

    @rule(seconds=st.sampled_from([1, 2, 4, 16, 90]))
    def time_passes_and_what_is_unknown_is_looked_up(self, seconds: int) -> None:
        self.desk.pass_time(seconds)
        self.desk.settle()

    @rule(silent=st.booleans())
    def poll(self, *, silent: bool) -> None:
        before = checks.book(self.desk)
        self.desk.reader.silent = silent
        answered = self.desk.world.sync()
        self.desk.reader.silent = False
        assert answered is not silent
        if silent:
            assert checks.book(self.desk) == before, "I7: no answer is no fact"

    @precondition(lambda self: self.desk.broker.told)
    @rule(at=st.integers(0, 40), keep=st.booleans())
    def stream(self, at: int, *, keep: bool) -> None:
        """Any of what was told, in any order; kept, it is told once more later."""
        told = self.desk.broker.told
        index = at % len(told)
        report, fill = told[index] if keep else told.pop(index)
        self.desk.hear(report, fill)

    @precondition(lambda self: self.desk.broker.told)
    @rule()
    def the_stream_drops_everything(self) -> None:
        self.desk.broker.told.clear()

    # The venue

    @precondition(lambda self: self._current(ALIVE))
    @rule(at=positions, quantity=st.integers(1, 9), away=cents)
    def the_venue_fills(self, at: int, quantity: int, away: int) -> None:
        """A working order, or one that was cancelled while the fill was on its way."""
        broker = self.desk.broker
        placed = self._one(at, self._current(ALIVE))
        if placed is None or placed.spec.quantity is None:
            return
        left = placed.spec.quantity - broker.filled(placed.root)
        if left > 0:
            broker.execute(placed, min(left, Decimal(quantity)), price(away))

    @precondition(lambda self: self._current({OrderStatus.WORKING}))
    @rule(at=positions, status=st.sampled_from(["cancelled", "expired"]))
    def the_venue_ends_one(self, at: int, status: str) -> None:
        if placed := self._one(at, self._current({OrderStatus.WORKING})):
            self.desk.broker.end(placed, OrderStatus(status))

    @precondition(lambda self: self._standing())
    @rule(at=positions, reopens=st.booleans())
    def the_venue_takes_a_trade_back(self, at: int, *, reopens: bool) -> None:
        if execution := self._one(at, self._standing()):
            self.desk.broker.bust(execution, reopens=reopens)

    @precondition(lambda self: self._standing())
    @rule(at=positions, quantity=st.integers(1, 9), away=cents)
    def the_venue_corrects_a_trade(self, at: int, quantity: int, away: int) -> None:
        if execution := self._one(at, self._standing()):
            quantity_ = min(execution.told.quantity, Decimal(quantity))
            self.desk.broker.correct(execution, quantity=quantity_, price=price(away))

    def _current(self, statuses: set[OrderStatus]) -> list[Placed]:
        placed = self.desk.broker.orders.values()
        return [one for one in placed if not one.replaced_by and one.status in statuses]

    def _queued(self) -> list[Command]:
        return list(self.desk.in_flight(CommandStatus.QUEUED).order_by("pk"))

    def _standing(self) -> list[Execution]:
        return [one for one in self.desk.broker.executions.values() if one.standing]

    @staticmethod
    def _one(at, found):
        return found[at % len(found)] if found else None

    # What holds after each step

    @invariant()
    def everything_holds(self) -> None:
        if hasattr(self, "desk"):
            checks.after_a_step(self.desk, self.seen)

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        try:
            checks.after_recovery(self.desk)
        finally:
            self.stack.close()


@pytest.mark.timeout(0)
@pytest.mark.django_db
def test_the_invariants_hold_whatever_happens():
    profile = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Trading, settings=profile)
