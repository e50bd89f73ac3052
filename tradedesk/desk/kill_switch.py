"""The kill switch: block new risk, then take back everything that works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from brokers.models import Order
from brokers.orders.cancel import request_cancels
from brokers.selectors import unresolved_commands
from risk.facts import Scope
from risk.services import engage_kill_switch
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Engaged:
    """What came of pressing it: orders being cancelled, and those nobody knows of."""

    cancels: int
    unresolved: int


def engage(user: User, *, actor: Actor, reason: str, now: datetime) -> Engaged:
    """Halt the person's trading first, so that nothing new can slip in behind the
    cancels; orders that protect a position stay where they are.
    """
    engage_kill_switch(
        scope=Scope.USER, scope_id=user.pk, actor=actor, reason=reason, now=now
    )
    entries = Order.objects.for_user(user).filter(reduces_risk=False).open()
    commands = request_cancels(
        entries.values_list("pk", flat=True), actor=actor, now=now
    )
    return Engaged(cancels=len(commands), unresolved=len(unresolved_commands(user)))


def affected(user: User) -> tuple[int, int]:
    """Working orders that would be cancelled, and those that protect and would stay."""
    working = Order.objects.for_user(user).open()
    protecting = working.filter(reduces_risk=True).count()
    return working.count() - protecting, protecting
