"""The one way down for what the journal finds in a trader's own trading."""

from __future__ import annotations

from datetime import datetime

from risk.facts import BehaviourFacts
from risk.facts.plain import plain_behaviour
from risk.models import BehaviourState


def write_behaviour(
    facts: BehaviourFacts, *, user_id: int, account_id: int, now: datetime
) -> bool:
    """Keep what holds of this account from now on; whether anything changed.

    Derived from trades and reckoned anew at any time, so no audit entry of its own: a
    cooling-off or a lock has one where it begins.
    """
    plain = plain_behaviour(facts)
    known = BehaviourState.objects.filter(user_id=user_id, account_id=account_id)
    before = known.values_list("facts", flat=True).first()
    BehaviourState.objects.update_or_create(
        user_id=user_id,
        account_id=account_id,
        defaults={"facts": plain, "computed_at": now},
    )
    return before != plain
