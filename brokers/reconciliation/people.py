"""Who may do what with a break.

Its work (assign, state, why it is settled) belongs to the account's owner and to the
staff roles. What changes the book or gives money up belongs to the account's owner, as
trading does. A second person of staff verifies, never one with a part in it.
"""

from __future__ import annotations

from django.db.models import QuerySet

from brokers.domain.breaks import UNSETTLED, BreakStatus, Resolution
from brokers.models import Break
from tradedesk.accounts.models import User
from tradedesk.accounts.models.user import STAFF_ROLES


_BY_RULE = {Resolution.TAKEN_IN, Resolution.CLEARED, Resolution.ROUNDING}


def name_of(user: User | None) -> str:
    return "" if user is None else user.email


def may_see(broken: Break, user: User) -> bool:
    return user.is_active and (user.is_staff or user.pk == broken.owner_id)


def _owns(broken: Break, user: User) -> bool:
    return user.pk == broken.owner_id and user.can_trade


def allowed_steps(broken: Break, user: User) -> frozenset[str]:
    """Which of assign, set_status, resolve, adjust, verify, reopen to offer."""
    works = may_see(broken, user) and (user.is_staff or _owns(broken, user))
    if not works:
        return frozenset()
    if BreakStatus(broken.status) in UNSETTLED:
        steps = {"assign", "set_status", "resolve"}
        return frozenset(steps | ({"adjust"} if _owns(broken, user) else set()))
    verifies = {"verify"} if not why_not_verify(broken, user) else set()
    return frozenset({"reopen"} | verifies)


def why_not(broken: Break, user: User, step: str) -> str:
    """Why a step is not allowed, in words for the person who tried it."""
    if step == "adjust" and may_see(broken, user):
        return (
            "Only the account's owner may adjust the book or write a break off. "
            "Give it another reason, or assign it to them."
        )
    if BreakStatus(broken.status) in UNSETTLED:
        return "A break is worked on by the account's owner and by staff."
    return "This break is settled. Reopen it first."


def why_not_verify(broken: Break, user: User) -> str:
    """Why this person cannot verify it; "" when they can."""
    if broken.status != BreakStatus.RESOLVED.value:
        return "Only a resolved break can be verified."
    if Resolution(broken.resolution) in _BY_RULE:
        return "A rule settled it; there is nobody's word to verify."
    mine = user.pk in {broken.owner_id, broken.resolved_by_id}
    return _why_not_second(broken, user) if mine or not user.is_staff else ""


def _why_not_second(broken: Break, user: User) -> str:
    if not _others(broken).exists():
        return (
            "A second person has to verify it, and there is none on this desk: invite "
            "somebody with the role Compliance or Operator."
        )
    if user.pk == broken.resolved_by_id:
        return "You resolved it: somebody else of staff verifies it."
    if user.pk == broken.owner_id:
        return "It is your own account: somebody else of staff verifies it."
    return "Only staff verify breaks: the roles Owner, Compliance and Operator."


def _others(broken: Break) -> QuerySet[User]:
    parts = [broken.owner_id, broken.resolved_by_id]
    staff = User.objects.filter(is_active=True, role__in=sorted(STAFF_ROLES))
    return staff.exclude(pk__in=[pk for pk in parts if pk is not None])
