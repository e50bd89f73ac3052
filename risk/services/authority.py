"""Who may loosen what, and the second factor that it takes."""

from __future__ import annotations

from dataclasses import dataclass

from risk.facts import Scope
from tradedesk.accounts.models import Role, User
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError, NotAllowedError


# Long enough that it says something to whoever reads the history.
SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUp:
    """A person, and the grant by which they confirmed one exact change."""

    user: User
    grant_id: int
    actor: Actor


def check_authority(scope: Scope, scope_id: int, user: User) -> None:
    """The desk is its owner's to change, a user's scope their own or the owner's.

    Whose an account is, risk does not know: the caller has looked it up.

    Raises:
        NotAllowedError: it is not this person's to change.
    """
    if user.role == Role.OWNER:
        return
    if scope is Scope.DESK:
        raise NotAllowedError(
            "Only the owner of the desk may change this for everyone."
        )
    if scope is Scope.USER and scope_id != user.pk:
        raise NotAllowedError("Only this person or the desk's owner may change this.")


def checked_reason(reason: str) -> str:
    """The reason without white space around it.

    Raises:
        InvalidInputError: it is too short to tell anybody anything.
    """
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise InvalidInputError(
            f"Write down why, in at least {SHORTEST_REASON} characters.", field="reason"
        )
    return said
