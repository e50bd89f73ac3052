"""Who did something, from where: travels from the rim to the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    SYSTEM = "system"
    BROKER = "broker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`name` is an email address or the name of a process; `address` an IP address."""

    kind: ActorKind
    name: str
    user_id: int | None = None
    address: str = ""


def person(name: str, user_id: int) -> Actor:
    """Somebody who acts without a request at hand: a command, or a task on their behalf."""
    return Actor(kind=ActorKind.PERSON, name=name, user_id=user_id)


def system(name: str) -> Actor:
    """The desk itself: `name` is the process or job that acted."""
    return Actor(kind=ActorKind.SYSTEM, name=name)


def broker(name: str) -> Actor:
    """A broker whose report changed something."""
    return Actor(kind=ActorKind.BROKER, name=name)
