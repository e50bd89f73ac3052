"""One account with its book here and its truth at the exchange.

What differs is made to differ there, by the operator's verbs, and never in our tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brokers.domain.breaks import RunTrigger
from brokers.domain.orders import OrderClass, OrderType
from brokers.models import Account, Break, Fill, Finding, Order, ReconciliationRun
from brokers.reconciliation.running import reconcile
from tests.emulators.practice import PracticeExchange
from tests.world import World
from tradedesk.core.clock import SYSTEM_CLOCK, Clock


@dataclass(slots=True)
class Books:
    desk: World

    @property
    def exchange(self) -> PracticeExchange:
        return self.desk.exchange

    @property
    def account(self) -> Account:
        return self.desk.account

    def operate(self, verb: str, **terms: Any) -> Any:
        """An operator's verb on this account."""
        body = {"key": self.exchange.key, **terms}
        answer = self.exchange.request("POST", f"/control/{verb}", body)
        assert not (isinstance(answer, dict) and "message" in answer), answer
        return answer

    def bought(self, **terms: Any) -> Order:
        """A market buy that filled at once and is in the book."""
        order = self.desk.sent(order_class=OrderClass.SIMPLE, **terms)
        self.desk.sync()
        order.refresh_from_db()
        assert order.fills.exists()
        return order

    def resting(self, **terms: Any) -> Order:
        """A limit buy far below the market, which works here and there."""
        price = self.desk.ask() / 2
        order = self.desk.sent(
            order_class=OrderClass.SIMPLE,
            type=OrderType.LIMIT,
            limit_price=round(price, 2),
            **terms,
        )
        self.desk.sync()
        order.refresh_from_db()
        assert order.state.is_open
        return order

    def fill_of(self, order: Order) -> Fill:
        fill = order.fills.first()
        assert fill is not None
        return fill

    def run(
        self, trigger: RunTrigger = RunTrigger.PERSON, clock: Clock = SYSTEM_CLOCK
    ) -> ReconciliationRun:
        by = self.desk.user if trigger is RunTrigger.PERSON else None
        return reconcile(self.account.pk, trigger=trigger, requested_by=by, clock=clock)

    def standing(self) -> list[Break]:
        rows = Break.objects.filter(account=self.account).unsettled()
        return list(rows.order_by("kind", "subject"))

    def kinds(self) -> list[str]:
        return [one.kind for one in self.standing()]

    def only(self, kind: str) -> Break:
        """The one standing break of a kind."""
        (found,) = [one for one in self.standing() if one.kind == kind]
        return found


def findings(run: ReconciliationRun) -> list[tuple[str, str, str]]:
    rows = Finding.objects.filter(run=run).select_related("break_of")
    return [(one.state, one.break_of.kind, one.rule) for one in rows.order_by("pk")]
