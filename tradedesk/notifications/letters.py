"""The outbox of letters: gathered, claimed, sent, tried again, given up.

A letter leaves at least once. Between the claim and the note that it has left nothing
holds a lock or a transaction; who crashes there leaves a letter that is due again when
its lease has run out, and goes under the same Message-ID.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F

from tradedesk.core.clock import Clock
from tradedesk.notifications.models import (
    Letter,
    LetterStatus,
    Notice,
    NoticeKind,
    Severity,
)
from tradedesk.notifications.services import cut, raise_notice


log = structlog.get_logger(__name__)

# Longer than a server may take (EMAIL_TIMEOUT bounds each step of the talk).
LEASE = timedelta(minutes=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=1)
BATCH = 50
ERROR_LENGTH = 300


def send_due(clock: Clock) -> int:
    """Send what is due, at most one batch; how many letters have left.

    The first that cannot leave ends it: the others are due at the next call, and a
    server that hangs holds up one worker for one letter's time, not for fifty's.
    """
    _give_up_on_closed_accounts()
    sent = 0
    for letter in _due(clock.now()):
        if not _claim(letter, clock.now()):
            continue
        error = _leave(letter)
        if error:
            _put_off(letter, error, clock.now())
            break
        Letter.objects.filter(pk=letter.pk).update(
            status=LetterStatus.SENT, sent_at=clock.now(), error=""
        )
        sent += 1
    return sent


def _give_up_on_closed_accounts() -> None:
    Letter.objects.filter(status=LetterStatus.QUEUED, user__is_active=False).update(
        status=LetterStatus.GIVEN_UP, error="This person's account is closed."
    )


def _due(now: datetime) -> list[Letter]:
    queued = Letter.objects.filter(status=LetterStatus.QUEUED, due_at__lte=now)
    found = queued.select_related("user").prefetch_related("attachments")
    return list(found.order_by("due_at", "pk")[:BATCH])


def _claim(letter: Letter, now: datetime) -> bool:
    """Whether it is ours now: compare and set."""
    letter.attempts += 1
    return bool(
        Letter.objects.filter(
            pk=letter.pk, status=LetterStatus.QUEUED, due_at=letter.due_at
        ).update(due_at=now + LEASE, attempts=F("attempts") + 1)
    )


def _leave(letter: Letter) -> str:
    """Hand it to the mail server; what went wrong, "" when it has left."""
    try:
        _message(letter).send()
    except OSError as error:  # smtplib's errors are OSErrors
        log.warning("letter_not_sent", letter=letter.pk, error=repr(error))
        return str(error) or type(error).__name__
    return ""


def _message(letter: Letter) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        to=[letter.user.email],
        headers={
            "Message-ID": f"<{letter.message_id}@{domain or 'localhost'}>",
            "Date": format_datetime(letter.created_at),
            # RFC 3834: no holiday answers to a machine.
            "Auto-Submitted": "auto-generated",
        },
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    for one in letter.attachments.all():
        message.attach(one.name, bytes(one.content), one.content_type)
    return message


def wait_after(attempts: int) -> timedelta:
    """How long to leave it after so many failed attempts: doubling, up to an hour."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 16)), LONGEST_WAIT)


@transaction.atomic
def _put_off(letter: Letter, error: str, now: datetime) -> None:
    gives_up = now - letter.created_at >= GIVE_UP_AFTER
    Letter.objects.filter(pk=letter.pk, status=LetterStatus.QUEUED).update(
        status=LetterStatus.GIVEN_UP if gives_up else LetterStatus.QUEUED,
        due_at=now + wait_after(letter.attempts),
        error=cut(" ".join(error.split()), ERROR_LENGTH),
    )
    if gives_up:
        raise_notice(
            Notice(
                user_id=letter.user_id,
                kind=NoticeKind.SYSTEM,
                severity=Severity.WARNING,
                title=f"An email could not be sent: {letter.subject}",
                body=f"Tried for a day, {letter.attempts} times. {error}",
                key=f"letter:{letter.pk}",
                last_at=now,
                wants_letter=False,  # it would go the way of the first
            )
        )
