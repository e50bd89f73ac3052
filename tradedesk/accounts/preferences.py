"""A person's wishes, and how a page carries them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from tradedesk.accounts.models import Preferences, User
from tradedesk.accounts.models.preference import Contrast, Zone
from tradedesk.audit import services as audit
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor


__all__ = [
    "Preferences",
    "for_request",
    "html_attributes",
    "of",
    "save",
    "zone_name",
]


def of(user: User) -> Preferences:
    """The person's row, or the defaults, unsaved, for who has chosen nothing yet."""
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)


def for_request(_request: HttpRequest, user: User) -> Preferences:
    """The same, as they were read with the person of this request."""
    known: Preferences | None = getattr(user, "preferences", None)
    return known or Preferences(user=user)


def html_attributes(preferences: Preferences) -> Mapping[str, str]:
    """What the shell writes as `data-` attributes of the html element."""
    attributes = {
        "theme": preferences.theme,
        "palette": preferences.palette,
        "density": preferences.density,
    }
    # Without the attribute the style sheet follows the system's wish for contrast.
    if preferences.contrast != Contrast.SYSTEM:
        attributes["contrast"] = preferences.contrast
    return attributes


def zone_name(preferences: Preferences) -> str:
    """The IANA zone in which times are shown; empty for exchange time."""
    match preferences.zone:
        case Zone.UTC:
            return "UTC"
        case Zone.LOCAL:
            return preferences.local_zone
        case _:
            return ""


@transaction.atomic(durable=True)
def save(
    preferences: Preferences, *, fields: list[str], actor: Actor, now: datetime
) -> None:
    """Store the named fields alone, so that two open pages do not undo each other."""
    chosen = {field: getattr(preferences, field) for field in fields}
    Preferences.objects.update_or_create(user=preferences.user, defaults=chosen)
    audit.record(
        AuditAction.PREFERENCES_CHANGED,
        actor=actor,
        subject="user",
        subject_id=preferences.user_id,
        payload=chosen,
        now=now,
    )
