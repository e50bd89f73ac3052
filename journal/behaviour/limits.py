"""A trader's own limits of behaviour: tighter at once, looser from the next session.

They are part of the policy that judges every order (`risk.facts.Policy`), versioned and
audited there; what is in force is the stricter of the desk's and one's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from risk.facts import OPTIONAL_LIMITS, Limit, Policy, Scope, is_looser
from risk.models import PolicyVersion
from risk.services import PolicyChange, latest_policy, newest_policies, policy_of
from tradedesk.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One limit that a trader may set: its name in the policy, and words for a page."""

    name: str
    label: str
    unit: str
    help: str

    @property
    def optional(self) -> bool:
        """Without a value there is no such limit."""
        return self.name in OPTIONAL_LIMITS


OWN = (
    Own(
        name="revenge_window_minutes",
        label="Hurried after a loss: within",
        unit="min",
        help="Longer is stricter.",
    ),
    Own(
        name="revenge_risk_ratio",
        label="and risking at least",
        unit="times usual",
        help="Against the median of your last 20 trades. Lower is stricter.",
    ),
    Own(
        name="revenge_flags_a_day",
        label="Such trades a day that begin a cooling-off",
        unit="trades",
        help="Lower is stricter.",
    ),
    Own(
        name="cooling_off_minutes",
        label="Cooling-off lasts",
        unit="min",
        help="For new risk only. Longer is stricter.",
    ),
    Own(
        name="size_ratio",
        label="Unusual size from",
        unit="times usual",
        help="After a loss it asks, after a gain it tells.",
    ),
    Own(
        name="tilt_losses",
        label="Tilt at losses in a row",
        unit="losses",
        help="From then on a new order asks for a reason.",
    ),
    Own(name="tilt_day_loss_r", label="or at a day of minus", unit="R", help=""),
    Own(
        name="averaging_block_r",
        label="Nothing is added beyond an open loss of",
        unit="R",
        help="Lower is stricter.",
    ),
    Own(
        name="chase_extension_r",
        label="Chasing: beyond the planned entry by",
        unit="R",
        help="",
    ),
    Own(
        name="chase_move_atr",
        label="or after a move in half an hour of",
        unit="daily ranges",
        help="In a symbol that is in no plan and on no list.",
    ),
    Own(
        name="new_orders_a_day",
        label="New orders a day, at most",
        unit="orders",
        help="Empty for no limit. When it is used up: locked until the next session.",
    ),
    Own(
        name="day_loss_stop_r",
        label="Stop for the day at minus",
        unit="R",
        help="Empty for none. When it is reached: locked until the next session.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A limit as it stands: the desk's, one's own as last written, and in force now.

    `pending_at` is when a looser one of one's own begins to hold.
    """

    own: Own
    desk: Limit
    mine: Limit
    in_force: Limit
    pending_at: datetime | None


def standings(user: User, now: datetime) -> list[Standing]:
    # Account 0 does not exist: the desk's limits and one's own, of no account.
    newest = newest_policies(user_id=user.pk, account_id=0)
    effective = policy_of(newest, now)
    desk, written = newest.get(Scope.DESK), newest.get(Scope.USER)
    theirs: Mapping[str, Limit] = {} if desk is None else desk.limits_at(now)
    mine = _written(written)
    acting: Mapping[str, Limit] = {} if written is None else written.limits_at(now)
    return [
        Standing(
            own=one,
            desk=theirs.get(one.name, getattr(Policy(), one.name)),
            mine=mine.get(one.name),
            in_force=getattr(effective, one.name),
            pending_at=(
                written.effective_at
                if written is not None and mine.get(one.name) != acting.get(one.name)
                else None
            ),
        )
        for one in OWN
    ]


def _written(version: PolicyVersion | None) -> Mapping[str, Limit]:
    return {} if version is None else version.limits_at(version.effective_at)


def change_of(
    user: User,
    typed: Mapping[str, Decimal | None],
    *,
    reason: str,
    next_session: datetime | None,
) -> PolicyChange:
    """One's limits as they shall be; those that are no matter of behaviour stay."""
    written = latest_policy(scope=Scope.USER, scope_id=user.pk)
    names = {one.name for one in OWN}
    kept = {k: v for k, v in _written(written).items() if k not in names}
    given = {k: v for k, v in typed.items() if v is not None}
    return PolicyChange(
        scope=Scope.USER,
        scope_id=user.pk,
        limits={**kept, **given},
        reason=reason,
        next_session=next_session,
    )


def loosened(user: User, change: PolicyChange, now: datetime) -> Sequence[str]:
    """Labels of what the change would loosen, so that a page can ask for the code."""
    written = latest_policy(scope=Scope.USER, scope_id=user.pk)
    acting: Mapping[str, Limit] = {} if written is None else written.limits_at(now)
    return [
        one.label
        for one in OWN
        if is_looser(one.name, change.limits.get(one.name), acting.get(one.name))
    ]
