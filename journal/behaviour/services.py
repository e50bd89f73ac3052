"""From a trader's history down to the guardrails: the only writer of risk's behaviour.

May run at any time and twice: what it writes is reckoned from rows alone.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, Subquery

from brokers.models import Account
from journal.behaviour import composing, holding, holds, reading
from journal.models import BookMark, CoolingOff
from risk.facts import BehaviourFacts, Signal
from risk.models import BehaviourState
from risk.services import effective_policy, write_behaviour


def refresh(account: Account, now: datetime) -> BehaviourFacts:
    """Reckon what the account's history says now, begin what it has earned, write both
    where the checks of an order read them.
    """
    history = reading.history_of(account, now)
    policy = effective_policy(user_id=account.owner_id, account_id=account.pk, now=now)
    next_session = reading.next_session(account, now)
    holding.begin(
        account, holds.earned(history, policy, next_session=next_session), now
    )
    facts = _facts(account, composing.signals(history, policy), now)
    write_behaviour(facts, user_id=account.owner_id, account_id=account.pk, now=now)
    return facts


def _facts(account: Account, signals: list[Signal], now: datetime) -> BehaviourFacts:
    running = holding.running(account, now)
    ends = {
        kind: max((row.ends_at for row in running if row.kind == kind), default=None)
        for kind in CoolingOff.Kind
    }
    return BehaviourFacts(
        cooling_until=ends[CoolingOff.Kind.COOLING],
        locked_until=ends[CoolingOff.Kind.LOCK],
        why=running[0].words if running else "",
        signals=tuple(signals),
        unit_risks=reading.unit_risks(account),
    )


def due_accounts() -> list[Account]:
    """Accounts whose trades were built after their behaviour was reckoned last."""
    marks = BookMark.objects.filter(account=OuterRef("pk")).order_by()
    built = marks.values("account").annotate(at=Max("built_at")).values("at")
    known = BehaviourState.objects.filter(
        account_id=OuterRef("pk"), user_id=OuterRef("owner_id")
    )
    rows = Account.objects.filter(Exists(marks)).alias(
        built=Subquery(built), reckoned=Subquery(known.values("computed_at")[:1])
    )
    stale = rows.filter(reckoned=None) | rows.filter(built__gt=F("reckoned"))
    return list(stale.select_related("connection", "owner"))


def refresh_due(now: datetime) -> int:
    """How many accounts were reckoned anew."""
    due = due_accounts()
    for account in due:
        refresh(account, now)
    return len(due)
