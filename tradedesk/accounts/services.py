"""Who gets in and what they may do: links, invitations, roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse

from tradedesk.accounts.models import Invitation, OwnerLink, Role, User
from tradedesk.accounts.tokens import new_token, token_hash
from tradedesk.audit import services as audit
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor, ActorKind
from tradedesk.core.errors import InvalidInputError, NotAllowedError, StaleStateError


OWNER_LINK_LIFETIME = timedelta(hours=24)
INVITATION_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What a person tells of themselves when they join; `address` is where from."""

    email: str
    name: str
    password: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedInvitation:
    """`path` holds the token, which exists nowhere else after this."""

    invitation: Invitation
    path: str


@transaction.atomic(durable=True)
def owner_link(now: datetime) -> str:
    """The path of a fresh one-time link for the first owner; older links are void.

    Raises:
        StaleStateError: there is an owner already.
    """
    _require_no_owner()
    OwnerLink.objects.open(now=now).update(withdrawn_at=now)
    token = new_token()
    OwnerLink.objects.create(
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + OWNER_LINK_LIFETIME,
    )
    return reverse("people_setup", args=[token])


def _require_no_owner() -> None:
    if User.objects.filter(role=Role.OWNER).exists():
        raise StaleStateError("This desk has an owner already: sign in instead.")


def owner_link_is_open(token: str, now: datetime) -> bool:
    return OwnerLink.objects.for_token(token, now=now).exists()


@transaction.atomic(durable=True)
def create_owner(token: str, person: NewPerson, *, now: datetime) -> User:
    """Make the first owner; of two at once the second is refused.

    Raises:
        StaleStateError: the link was used, is old, or there is an owner.
    """
    if not OwnerLink.objects.for_token(token, now=now).update(used_at=now):
        raise StaleStateError(
            "This link was used or has expired. Start the desk again for a new one."
        )
    _require_no_owner()
    return _join(person, Role.OWNER, now)


def _join(person: NewPerson, role: Role, now: datetime) -> User:
    if User.objects.filter(email=person.email.strip().lower()).exists():
        raise InvalidInputError("This address has an account already.", field="email")
    user = User.objects.create_user(
        person.email, person.password, role=role, name=person.name
    )
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    audit.record(
        AuditAction.USER_JOINED,
        actor=Actor(
            kind=ActorKind.PERSON,
            name=user.email,
            user_id=user.pk,
            address=person.address,
        ),
        subject="user",
        subject_id=user.pk,
        payload={"role": role},
        now=now,
    )
    return user


@transaction.atomic(durable=True)
def invite(
    *, email: str, role: Role, by: User, actor: Actor, now: datetime
) -> IssuedInvitation:
    """Let a person in by a link that works once; an older one to them is withdrawn."""
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise InvalidInputError("This address has an account already.", field="email")
    Invitation.objects.filter(email=address, used_at=None, withdrawn_at=None).update(
        withdrawn_at=now
    )
    token = new_token()
    invitation = Invitation.objects.create(
        email=address,
        role=role,
        invited_by=by,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + INVITATION_LIFETIME,
    )
    _record(
        AuditAction.USER_INVITED,
        invitation,
        payload={"email": address, "role": role},
        actor=actor,
        now=now,
    )
    return IssuedInvitation(
        invitation=invitation, path=reverse("people_join", args=[token])
    )


def open_invitation(token: str, now: datetime) -> Invitation | None:
    found: Invitation | None = Invitation.objects.for_token(token, now=now).first()
    return found


@transaction.atomic(durable=True)
def accept_invitation(token: str, person: NewPerson, *, now: datetime) -> User:
    """Join with the invited address and role, whatever the form said of them.

    Raises:
        StaleStateError: the invitation was used, withdrawn or has expired.
    """
    invitation = open_invitation(token, now)
    spent = Invitation.objects.for_token(token, now=now).update(used_at=now)
    if invitation is None or not spent:
        raise StaleStateError("This invitation was used or has expired. Ask again.")
    invited = NewPerson(
        email=invitation.email,
        name=person.name,
        password=person.password,
        address=person.address,
    )
    return _join(invited, Role(invitation.role), now)


@transaction.atomic(durable=True)
def withdraw_invitation(invitation_id: int, *, actor: Actor, now: datetime) -> None:
    invitation = Invitation.objects.open(now=now).filter(pk=invitation_id).first()
    spent = Invitation.objects.open(now=now).filter(pk=invitation_id)
    if invitation is None or not spent.update(withdrawn_at=now):
        raise StaleStateError("This invitation is no longer open.")
    _record(
        AuditAction.INVITATION_WITHDRAWN, invitation, payload={}, actor=actor, now=now
    )


@transaction.atomic(durable=True)
def change_role(person: User, role: Role, *, actor: Actor, now: datetime) -> None:
    """Give a person another role; the last active owner stays one."""
    _keep_an_owner(person, stays=role == Role.OWNER)
    before = person.role
    changed = User.objects.filter(pk=person.pk, role=before).update(role=role)
    if not changed:
        raise StaleStateError("Someone else has just changed this person's role.")
    _record(
        AuditAction.USER_ROLE_CHANGED,
        person,
        payload={"before": before, "after": role},
        actor=actor,
        now=now,
    )


@transaction.atomic(durable=True)
def deactivate(person: User, *, actor: Actor, now: datetime) -> None:
    """Close the desk to a person; their sessions end with the next request."""
    _keep_an_owner(person, stays=False)
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        raise StaleStateError("This person is deactivated already.")
    _record(AuditAction.USER_DEACTIVATED, person, payload={}, actor=actor, now=now)


@transaction.atomic(durable=True)
def reactivate(person: User, *, actor: Actor, now: datetime) -> None:
    if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        raise StaleStateError("This person is active already.")
    _record(AuditAction.USER_REACTIVATED, person, payload={}, actor=actor, now=now)


def _keep_an_owner(person: User, *, stays: bool) -> None:
    """All active owners are locked, so that two cannot remove each other at once."""
    owners = User.objects.select_for_update(no_key=True).filter(
        role=Role.OWNER, is_active=True
    )
    ids = list(owners.order_by("pk").values_list("pk", flat=True))
    if ids == [person.pk] and not stays:
        raise NotAllowedError("A desk needs an owner: make someone else one first.")


def _record(
    action: AuditAction,
    row: User | Invitation,
    *,
    payload: dict[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    audit.record(
        action,
        actor=actor,
        subject=row._meta.model_name or "",
        subject_id=row.pk,
        payload=payload,
        now=now,
    )
