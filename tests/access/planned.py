"""Alice's plan, playbook and worst case, one of each and many more."""

from __future__ import annotations

from collections.abc import Sequence

from brokers.models import Order
from journal.models import (
    Drill,
    MissedTrade,
    OrderPlan,
    PlanVersion,
    Playbook,
    PlaybookVersion,
    WorstCaseCard,
)
from journal.plans import playbooks, worst_cases, writing
from journal.plans.playbooks import Missed, PlaybookTerms
from journal.plans.worst_cases import CardTerms
from tests import people
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK


def planned(
    alice: User, orders: Sequence[object], mark: str
) -> dict[str, list[object]]:
    """One of each, marked; the orders carry the plan and the playbook."""
    now, actor = SYSTEM_CLOCK.now(), people.actor(alice)
    today = now.date()
    writing.save_section(
        alice,
        "vision",
        {"vision": f"{mark} vision"},
        seen=writing.section_digest({}),
        actor=actor,
        now=now,
    )
    version = writing.publish(alice, f"{mark} reason", actor=actor, now=now)
    terms = PlaybookTerms(name=f"{mark} book", rules={"entry": mark}, checklist=[mark])
    playbook = playbooks.create(alice, terms, actor=actor, now=now)
    missed = playbooks.log_missed(
        playbook, Missed(symbol="ACME", missed_on=today, why=mark), actor=actor, now=now
    )
    card = worst_cases.write_card(
        alice,
        CardTerms(
            category="broker", trigger=f"{mark} case", action=mark, next_drill_on=today
        ),
        actor=actor,
        now=now,
    )
    for order in Order.objects.filter(pk__in=orders):
        _carry(order, version, playbook.current)
    return {
        "plan_section.key": ["vision"],
        "plan_version.number": [version.number],
        "playbook_id": [playbook.pk],
        "playbook_version.number": [1],
        "missed_id": [missed.pk],
        "card_id": [card.pk],
    }


def _carry(order: Order, plan: PlanVersion, playbook: PlaybookVersion | None) -> None:
    OrderPlan.objects.create(
        order=order,
        owner=order.owner,
        plan_version=plan,
        playbook_version=playbook,
        written_at=order.created_at,
    )


def many_more(alice: User, count: int) -> None:
    """Rows of every kind that a page of the plan lists."""
    now = SYSTEM_CLOCK.now()
    plan = PlanVersion.objects.get(owner=alice)
    playbook = Playbook.objects.get(owner=alice)
    version, card = playbook.current, WorstCaseCard.objects.get(owner=alice)
    assert version is not None
    first = plan.pk, version.pk, playbook.pk, card.pk
    for number in range(2, count + 2):
        plan.pk, plan.number = None, number
        plan.save(force_insert=True)
        version.pk, version.number = None, number
        version.save(force_insert=True)
        other = Playbook(owner=alice, name=f"Book {number}", created_at=now)
        other.current_id = first[1]
        other.save()
        card.pk = None
        card.save(force_insert=True)
        MissedTrade.objects.create(
            owner=alice,
            playbook_id=first[2],
            symbol="ACME",
            missed_on=now.date(),
            why="away",
            logged_at=now,
        )
        Drill.objects.create(
            owner=alice, card_id=first[3], drilled_on=now.date(), recorded_at=now
        )
    for order in Order.objects.filter(owner=alice).exclude(
        pk__in=OrderPlan.objects.values("order")
    )[:count]:
        _carry(
            order,
            PlanVersion.objects.get(pk=first[0]),
            PlaybookVersion.objects.get(pk=first[1]),
        )
