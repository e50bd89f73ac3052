"""People for tests: Alice owns, Bob may read, Charlie is a stranger."""

from __future__ import annotations

from itertools import count

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from tests.devices.models import ChaosDevice
from tradedesk.accounts import grants
from tradedesk.accounts.attempts import Purpose
from tradedesk.accounts.models import Role, StepUpGrant, TotpDevice, User
from tradedesk.accounts.models.totp import new_seed
from tradedesk.core.actor import Actor, ActorKind
from tradedesk.core.clock import SYSTEM_CLOCK, Clock


PASSWORD = "correct horse battery staple"
_counters = count(1)


def person(name: str, role: Role = Role.TRADER) -> User:
    return User.objects.create_user(f"{name}@desk.test", PASSWORD, role=role, name=name)


def actor(user: User, address: str = "127.0.0.1") -> Actor:
    return Actor(
        kind=ActorKind.PERSON, name=user.email, user_id=user.pk, address=address
    )


def authenticator(user: User, *, name: str = "Phone") -> TotpDevice:
    return TotpDevice.objects.create(
        user=user,
        name=name,
        confirmed=True,
        seed=new_seed(),
        created_at=SYSTEM_CLOCK.now(),
    )


def chaos_device(user: User) -> ChaosDevice:
    """A device whose next code is `next_code(device)`, as often as wanted."""
    return ChaosDevice.objects.create(
        user=user, name="Chaos", confirmed=True, created_at=SYSTEM_CLOCK.now()
    )


def next_code(device: ChaosDevice) -> str:
    return device.code(next(_counters))


def grant_for(
    user: User, *, purpose: Purpose, digest: str, clock: Clock = SYSTEM_CLOCK
) -> StepUpGrant:
    """A grant given through the ordinary path, with a device of the tests."""
    device = ChaosDevice.objects.filter(user=user).first() or chaos_device(user)
    return grants.issue(
        user=user,
        purpose=purpose,
        digest=digest,
        code=next_code(device),
        device_id=device.persistent_id,
        actor=actor(user),
        clock=clock,
    )


def signed_in(user: User) -> Client:
    """Signed in by password alone: the middleware lets this one nowhere."""
    client = Client()
    client.force_login(user)
    return client


def verified(user: User) -> Client:
    """Signed in with the second factor."""
    client = signed_in(user)
    device = ChaosDevice.objects.filter(user=user).first() or chaos_device(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client
