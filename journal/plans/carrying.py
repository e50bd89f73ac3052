"""What a ticket carries with its order: plan, playbook and answers, or why none.

Written with the draft and covered by its digest (`brokers.orders.papers`). A trader who
has no playbook yet, and an order that only reduces risk, are never asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from brokers.models import Order
from brokers.orders.papers import Papers
from journal.models import OrderPlan, PlanVersion, PlaybookVersion


NO_PLAYBOOK_YET = "no playbook yet"
REDUCES_RISK = "only reduces risk"
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question of a checklist, as answered at the ticket."""

    item: str
    done: bool

    def plain(self) -> dict[str, object]:
        return {"item": self.item, "done": self.done}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A playbook's version with its checklist, or an `unplanned_reason`.

    The prices are those of the ticket: expected entry, stop and target.
    """

    plan_version: PlanVersion | None
    playbook_version: PlaybookVersion | None = None
    unplanned_reason: str = ""
    checklist: Sequence[Answer] = ()
    planned_entry: Decimal | None = None
    planned_stop: Decimal | None = None
    planned_target: Decimal | None = None

    def content(self) -> Mapping[str, object]:
        """What is signed: versions by their digests, and everything that was typed."""
        plan, playbook = self.plan_version, self.playbook_version
        return {
            "plan": plan and {"id": plan.pk, "digest": plan.digest},
            "playbook": playbook and {"id": playbook.pk, "digest": playbook.digest},
            "unplanned_reason": self.unplanned_reason,
            "checklist": [answer.plain() for answer in self.checklist],
            "planned_entry": self.planned_entry,
            "planned_stop": self.planned_stop,
            "planned_target": self.planned_target,
        }


def papers(carried: Carried, now: datetime) -> Papers:
    """The order's plan as papers of its draft."""

    def write(order: Order) -> None:
        OrderPlan(
            order=order,
            owner=order.owner,
            plan_version=carried.plan_version,
            playbook_version=carried.playbook_version,
            unplanned_reason=carried.unplanned_reason[:LONGEST_REASON],
            checklist=[answer.plain() for answer in carried.checklist],
            planned_entry=carried.planned_entry,
            planned_stop=carried.planned_stop,
            planned_target=carried.planned_target,
            written_at=now,
        ).save()

    return Papers(name="plan", content=carried.content(), write=write)
