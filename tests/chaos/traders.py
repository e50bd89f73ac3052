"""People who trade: each idea goes through a draft, a grant and a confirmation.

The ones whose route is the pages do it as a browser does, and like a person who sees an
error page they look again and press once more.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import redis
from django.db import DatabaseError, connection

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderChange,
    OrderStatus,
)
from brokers.market import quotes
from brokers.models import Account, Command, Order, Position
from brokers.orders.amend import Amendment, change_digest, request_amend
from brokers.orders.answering import Answers
from brokers.orders.cancel import request_cancel, request_cancels
from brokers.orders.closing import close_position
from brokers.orders.confirming import Confirmation, confirm_order
from brokers.orders.drafting import Ticket, draft_order
from tests import people
from tests.chaos.pages import Pages, PagesError
from tests.chaos.plan import Afterwards, Idea, Route, symbols_of
from tests.chaos.tickets import (
    ALL_ANSWERED,
    CENT,
    pair_of_exits,
    ticket_of,
    trailing_stop,
)
from tradedesk.accounts.attempts import Purpose
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import DeskError


# What a trader sees as an error page: the desk's own server is away.
AWAY = (DatabaseError, redis.RedisError)
# By an idea's pause, which is from 0 to 1 seconds.
STUBBORN = 0.1
IMPATIENT = 0.2
PARTS = {Afterwards.CLOSE: Decimal(100), Afterwards.CLOSE_PART: Decimal(50)}


@dataclass(slots=True)
class Told:
    """What the traders were told, to be held against the exchange's record.

    `confirmed` are the intents whose confirmation came back as a success.
    """

    confirmed: set[UUID] = field(default_factory=set)
    denials: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    given_up: list[Idea] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str) -> None:
        with self.lock:
            self.asked[kind] += 1

    def confirm(self, intent: UUID, kind: str) -> None:
        with self.lock:
            self.confirmed.add(intent)
            self.asked[kind] += 1

    def deny(self, why: str) -> None:
        with self.lock:
            self.denials[why] += 1

    @property
    def count(self) -> int:
        return len(self.confirmed)


class NoQuoteError(DeskError):
    """Nothing to price a ticket from yet."""


@dataclass(slots=True)
class Trader:
    """One person, their account, and how to know that time is up."""

    user: User
    account: Account
    pages: Pages
    told: Told
    is_over: Callable[[], bool]

    def carry_out(self, idea: Idea) -> None:
        """Bring an idea to its confirmation, waiting out what stands in its way."""
        for symbol, intent in zip(self._symbols(idea), idea.intents(), strict=False):
            if self.is_over():
                return
            if not self._is_free(idea, symbol):
                _pause(0.05)
                continue
            if self._try(idea, symbol, intent):
                self.told.confirm(intent, f"{idea.shape} by {idea.route}")
                self._follow_up(idea, intent)
                return
            _pause(0.3)
        self.told.given_up.append(idea)

    def _is_free(self, idea: Idea, symbol: str) -> bool:
        """While the outcome of an order is looked up no other may go in its symbol:
        the blotter says so, and most people do not try.
        """
        if idea.pause < STUBBORN:
            return True
        unknown = Command.objects.filter(
            account=self.account,
            kind=CommandKind.SUBMIT.value,
            status=CommandStatus.SENT.value,
            order__symbol=symbol,
        )
        try:
            return not unknown.exists()
        except DatabaseError:
            connection.close()
            return True

    def _symbols(self, idea: Idea) -> list[str]:
        """First its own, then the others: one may wait for an unknown outcome."""
        group = symbols_of(idea.shape)
        start = group.index(idea.symbol)
        return [*group[start:], *group[:start]] * 100

    def _try(self, idea: Idea, symbol: str, intent: UUID) -> bool:
        """Whether the trader was told that the order is confirmed."""
        try:
            ticket = ticket_of(idea, symbol, ask=self._ask(symbol), intent=intent)
            if idea.route is Route.PAGES:
                self.pages.place(self.account.pk, ticket)
            else:
                self._place(ticket)
        except PagesError as error:
            self.told.deny(f"page: {error}")
            return False
        except DeskError as error:
            self.told.deny(first_sentence(error.message))
            return False
        except AWAY as error:
            self.told.deny(f"a server is away: {type(error).__name__}")
            return self._is_confirmed(intent)
        return True

    def _is_confirmed(self, intent: UUID) -> bool:
        """After an error the trader looks at the blotter, until it is shown again."""
        submissions = Command.objects.filter(
            order__intent=intent, kind=CommandKind.SUBMIT.value
        )
        while not self.is_over():
            connection.close()
            try:
                return submissions.exists()
            except DatabaseError:
                _pause(0.3)
        return False

    def _ask(self, symbol: str) -> Decimal:
        feed = self.account.connection.feed
        known = quotes.latest(feed, [symbol]).get(symbol)
        if known is None or known.quote.ask is None:
            raise NoQuoteError("There is no quote yet.")
        return known.quote.ask

    def _place(self, ticket: Ticket) -> None:
        actor = people.actor(self.user)
        drafted = draft_order(
            self.account.pk,
            ticket,
            user=self.user,
            actor=actor,
            now=SYSTEM_CLOCK.now(),
        )
        grant = people.grant_for(
            self.user, purpose=Purpose.ORDER_CONFIRM, digest=drafted.digest
        )
        confirmation = Confirmation(
            order_id=drafted.order.pk,
            user=self.user,
            digest=drafted.digest,
            grant_id=grant.pk,
            actor=actor,
            acknowledged=ALL_ANSWERED,
        )
        confirm_order(confirmation, SYSTEM_CLOCK)

    def _follow_up(self, idea: Idea, intent: UUID) -> None:
        if idea.afterwards is Afterwards.NOTHING:
            return
        _pause(idea.pause)
        try:
            order = Order.objects.get(intent=intent)
            self._do(idea.afterwards, order, pause=idea.pause)
        except DeskError as error:
            self.told.deny(f"{idea.afterwards}: {first_sentence(error.message)}")
        except AWAY as error:
            self.told.deny(f"a server is away: {type(error).__name__}")
            connection.close()
        else:
            self.told.note(idea.afterwards.value)

    def _do(self, afterwards: Afterwards, order: Order, *, pause: float) -> None:
        match afterwards:
            case Afterwards.CANCEL:
                self._cancel(order, at_once=pause < IMPATIENT)
            case Afterwards.AMEND:
                self._amend(order)
            case Afterwards.CLOSE | Afterwards.CLOSE_PART:
                self._until_filled(order)
                self._close(order.symbol, PARTS[afterwards])
            case Afterwards.ONE_OF_TWO | Afterwards.TRAIL:
                self._until_filled(order)
                self._guard(order, afterwards)
            case Afterwards.TIDY:
                self._tidy(order.symbol)

    def _cancel(self, order: Order, *, at_once: bool) -> None:
        """Some before the order has left; then nothing was intended in the end."""
        if not at_once:
            self._until_working(order)
        request_cancel(order.pk, actor=people.actor(self.user), now=SYSTEM_CLOCK.now())

    def _amend(self, order: Order) -> None:
        """A little lower: a price that still rests."""
        order = self._until_working(order)
        assert order.limit_price is not None
        price = (order.limit_price * Decimal("0.99")).quantize(CENT)
        change = OrderChange(limit_price=price)
        grant = people.grant_for(
            self.user,
            purpose=Purpose.ORDER_AMEND,
            digest=change_digest(order, change),
        )
        amendment = Amendment(
            order_id=order.pk,
            change=change,
            user=self.user,
            grant_id=grant.pk,
            actor=people.actor(self.user),
            answers=Answers(
                acknowledged=ALL_ANSWERED, reason="as every order of this trader"
            ),
        )
        request_amend(amendment, SYSTEM_CLOCK)

    def _until_working(self, order: Order) -> Order:
        return self._until(order, lambda: bool(order.broker_order_id))

    def _until(self, order: Order, ready: Callable[[], bool]) -> Order:
        """Look again for some time, as somebody before a screen does."""
        for _ in range(100):
            order.refresh_from_db()
            if ready() or order.state.is_terminal or self.is_over():
                break
            _pause(0.2)
        return order

    def _until_filled(self, order: Order) -> Order:
        return self._until(order, lambda: order.state is OrderStatus.FILLED)

    def _guard(self, order: Order, how: Afterwards) -> None:
        """An exit for what is held, which its close then takes away first."""
        held = Position.objects.filter(account=self.account, symbol=order.symbol)
        quantity = held.values_list("quantity", flat=True).first() or Decimal(0)
        intent = UUID(int=order.intent.int ^ 1)
        if quantity >= 1:
            ticket = (
                trailing_stop(order.symbol, quantity // 1, intent=intent)
                if how is Afterwards.TRAIL
                else pair_of_exits(
                    order.symbol,
                    quantity // 1,
                    ask=self._ask(order.symbol),
                    intent=intent,
                )
            )
            self._place(ticket)
            self.told.confirm(intent, how.value)
            self._until_working(Order.objects.get(intent=intent))
        self._close(order.symbol, PARTS[Afterwards.CLOSE])

    def _close(self, symbol: str, percent: Decimal) -> None:
        """Its exit is cancelled first, then the close leaves."""
        closing = close_position(
            self.account.pk,
            symbol,
            percent=percent,
            user=self.user,
            actor=people.actor(self.user),
            now=SYSTEM_CLOCK.now(),
        )
        self.told.confirm(closing.intent, f"market close of {percent} % by services")

    def _tidy(self, symbol: str) -> None:
        """So that neither orders nor holdings pile up in a long run."""
        working = Order.objects.open().filter(
            account=self.account, symbol=symbol, parent=None
        )
        working = working.exclude(broker_order_id="")
        request_cancels(
            working.values_list("pk", flat=True),
            actor=people.actor(self.user),
            now=SYSTEM_CLOCK.now(),
        )
        held = Position.objects.filter(account=self.account, symbol=symbol)
        if held.exclude(quantity=0).exists():
            self._close(symbol, PARTS[Afterwards.CLOSE])

    def finish(self) -> None:
        connection.close()


def first_sentence(message: str) -> str:
    """Without its figures, so that equal reasons count as one."""
    words = message.removeprefix("Nothing was sent. ").partition(". ")[0]
    return re.sub(r"[\d.,]+", "#", words)[:90]


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)
