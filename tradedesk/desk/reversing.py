"""What the new side of a reversal is taken by: an entry is planned like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from brokers.models import Order
from brokers.orders.papers import Papers
from brokers.orders.reversing import Turn
from journal.models import OrderPlan
from journal.plans import reading
from tradedesk.accounts.models import User
from tradedesk.desk.ticket.planning import (
    Planning,
    Prices,
    plan_papers,
    read_planning,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfEntry:
    """What was asked and answered about the plan of one entry."""

    user: User
    planning: Planning

    @property
    def context(self) -> Mapping[str, Any]:
        return {"planning": self.planning}

    def is_answered(self) -> bool:
        """False marks what is missing at its field."""
        problems = self.planning.problems()
        for name, words in problems.items():
            self.planning.form.add_error(name, words)
        return not problems

    def papers(self, turn: Turn, now: datetime) -> Sequence[Papers]:
        prices = Prices(
            entry=turn.reference_price, stop=turn.stop_price, target=turn.target_price
        )
        return [plan_papers(self.planning, prices, user=self.user, now=now)]


class EntryPlans:
    """Handed to the pages of reversals, which know no plans (`tradedesk.desk.urls`)."""

    def asked(self, data: Any, user: User) -> AskedOfEntry:
        planning = read_planning(data, user=user, reducing=False)
        return AskedOfEntry(user=user, planning=planning)

    def carried(self, draft: Order) -> OrderPlan | None:
        return reading.order_plan(draft)
