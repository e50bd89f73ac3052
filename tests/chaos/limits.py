"""Limits under which people may trade like machines.

A hundred orders in minutes, bigger after a loss, would be cooled off at once, and rightly.
The desk's own limits of behaviour are loosened the way an owner does it: with a second
factor, from a later session, here one that began yesterday.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from risk.facts import Scope
from risk.services import PolicyChange, StepUp, policy_digest, set_policy
from tests import people
from tradedesk.accounts.attempts import Purpose
from tradedesk.accounts.models import Role
from tradedesk.core.clock import SYSTEM_CLOCK, FixedClock


MUCH = Decimal(1_000_000)
LOOSENED = (
    "revenge_flags_a_day",
    "revenge_risk_ratio",
    "size_ratio",
    "tilt_losses",
    "tilt_day_loss_r",
    "averaging_block_r",
    "chase_extension_r",
    "chase_move_atr",
)


def loosen_behaviour() -> None:
    clock = FixedClock(SYSTEM_CLOCK.now() - timedelta(days=3))
    owner = people.person("owner", Role.OWNER)
    change = PolicyChange(
        scope=Scope.DESK,
        scope_id=0,
        limits=dict.fromkeys(LOOSENED, MUCH),
        reason="This desk is being shaken on purpose.",
    )
    grant = people.grant_for(
        owner,
        purpose=Purpose.POLICY_LOOSEN,
        digest=policy_digest(change),
        clock=clock,
    )
    actor = people.actor(owner)
    step_up = StepUp(user=owner, grant_id=grant.pk, actor=actor)
    set_policy(change, actor=actor, now=clock.now(), step_up=step_up)
