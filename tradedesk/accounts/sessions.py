"""Sessions: a new key with each proof of identity, and an end to all the others."""

from __future__ import annotations

import hashlib
from datetime import datetime

import django_otp
from allauth.usersessions.models import UserSession
from django.contrib import auth
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from tradedesk.accounts.http import actor_for
from tradedesk.accounts.models import DeskDevice, User
from tradedesk.audit import services as audit
from tradedesk.audit.actions import AuditAction


SEEN_EVERY_SECONDS = 60
BACKEND = "tradedesk.accounts.backend.PersonBackend"


def start(request: HttpRequest, user: User) -> None:
    """Sign a person in by password alone; the middleware lets them no further yet."""
    auth.login(request, user, backend=BACKEND)


def mark_verified(request: HttpRequest, device: DeskDevice) -> None:
    """The second factor was given: from here on the session has a new key."""
    request.session.cycle_key()
    django_otp.login(request, device)
    UserSession.objects.create_from_request(request)


def keep_this_one(request: HttpRequest, user: User) -> None:
    """After the person's epoch was raised: this session goes on, all others are over."""
    user.refresh_from_db(fields=["session_epoch", "password"])
    auth.update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)


def note_activity(request: HttpRequest) -> None:
    """Keep "last seen" fresh to a minute, without a write for every page."""
    key = hashlib.sha256((request.session.session_key or "").encode()).hexdigest()
    if cache.add(f"session-seen:{key}", 1, SEEN_EVERY_SECONDS):
        UserSession.objects.create_from_request(request)


def of(request: HttpRequest, user: User) -> list[UserSession]:
    """The person's living sessions, this one first."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    key = request.session.session_key
    return sorted(found, key=lambda each: (each.session_key != key, -each.pk))


@transaction.atomic(durable=True)
def end_others(request: HttpRequest, user: User, now: datetime) -> None:
    """End every other session of this person."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    keep_this_one(request, user)
    audit.record(
        AuditAction.SESSIONS_ENDED,
        actor=actor_for(user, request),
        subject="user",
        subject_id=user.pk,
        payload={},
        now=now,
    )
