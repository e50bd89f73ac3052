"""Telling a person something: a notice in the page, a letter by email.

Neither is written to the audit log: what they tell of already is, by whoever did it, in
the same transaction. So `notify` may stand before the caller's own `audit.record`, which
stays the last call, and never holds the head of the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tradedesk.notifications import choices
from tradedesk.notifications.models import (
    Attachment,
    Letter,
    Notice,
    NoticeKind,
    Severity,
)
from tradedesk.web import events, queue


__all__ = ["Enclosure", "NoticeKind", "Severity", "notify", "send_letter"]

TITLE_LENGTH, BODY_LENGTH, KEY_LENGTH = 160, 1000, 160
SUBJECT_LENGTH = 200

# One statement, so that two transactions that tell the same thing make one row. A
# notice that becomes worse than it was asks for a letter once more.
_RAISE = """
    INSERT INTO notifications_notice AS old (
        user_id, kind, severity, title, body, url, key, count, created_at, last_at,
        wants_letter
    ) VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s)
    ON CONFLICT (user_id, key) WHERE read_at IS NULL AND NOT (key = '')
    DO UPDATE SET
        kind = EXCLUDED.kind, severity = EXCLUDED.severity, title = EXCLUDED.title,
        body = EXCLUDED.body, url = EXCLUDED.url, count = old.count + 1,
        last_at = GREATEST(old.last_at, EXCLUDED.last_at),
        wants_letter = old.wants_letter OR (EXCLUDED.wants_letter AND (
            old.severity = 'info'
            OR (old.severity = 'warning' AND EXCLUDED.severity = 'critical')
        ))
    RETURNING *
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a letter; `content_type` as in ``application/pdf``."""

    name: str
    content_type: str
    content: bytes


def notify(  # noqa: PLR0913 - one row's fields
    user_id: int,
    *,
    kind: NoticeKind,
    severity: Severity,
    title: str,
    body: str = "",
    url: str = "",
    key: str = "",
    now: datetime,
) -> Notice:
    """Tell the person, in the caller's transaction; open pages hear of it after commit.

    `key` says what it is about: told again while unread, the notice counts up instead
    of doubling. `url` is a path of the desk. Warnings and critical notices also go by
    email, gathered, where the person has not chosen the page alone.

    Locks the notice row and nothing else: give it before `audit.record`.

    Raises:
        ValueError: the key is longer than 160 characters, or `now` is naive.
    """
    by_email = severity is not Severity.INFO and choices.by_email(user_id, kind)
    return raise_notice(
        Notice(
            user_id=user_id,
            kind=kind,
            severity=severity,
            title=title,
            body=body,
            url=url,
            key=key,
            last_at=now,
            wants_letter=by_email,
        )
    )


def raise_notice(said: Notice) -> Notice:
    """`said`, unsaved, as a row of its own or counted up; see `notify`."""
    if len(said.key) > KEY_LENGTH or said.last_at.tzinfo is None:
        raise ValueError("A notice needs a key of at most 160 and an aware instant.")
    row = Notice.objects.raw(
        _RAISE,
        [
            said.user_id,
            said.kind,
            said.severity,
            cut(said.title, TITLE_LENGTH),
            cut(said.body, BODY_LENGTH),
            said.url,
            said.key,
            said.last_at,
            said.last_at,
            said.wants_letter,
        ],
    )[0]
    events.publish(row.user_id, events.Kind.NOTICE, _toast(row))
    return row


def _toast(notice: Notice) -> dict[str, str]:
    """What open pages show; information waits at the bell without interrupting."""
    if notice.severity == Severity.INFO:
        return {}
    return {
        "level": "warning",  # polite: what is critical stays at the bell, in crimson
        "text": notice.title,
        "detail": notice.body,
        "url": notice.url,
    }


def send_letter(  # noqa: PLR0913 - a letter's parts
    user_id: int,
    *,
    key: str,
    subject: str,
    text: str,
    html: str = "",
    attachments: Sequence[Enclosure] = (),
    now: datetime,
) -> Letter:
    """Queue a letter in the caller's transaction; it leaves after commit.

    The same person and key is one letter, the first that was queued. It leaves at least
    once, always under the same Message-ID; a letter that cannot leave for a day is
    given up, which the person is told in the page.

    Raises:
        ValueError: the key is too long.
    """
    own_key = f"{user_id}:{key}"
    if len(own_key) > KEY_LENGTH:
        raise ValueError(f"The key of a letter is too long: {own_key!r}")
    letter, is_new = Letter.objects.get_or_create(
        key=own_key,
        defaults={
            "user_id": user_id,
            "subject": cut(" ".join(subject.split()), SUBJECT_LENGTH),
            "text": text,
            "html": html,
            "created_at": now,
            "due_at": now,
        },
    )
    if is_new:
        Attachment.objects.bulk_create(
            Attachment(
                letter=letter,
                name=one.name,
                content_type=one.content_type,
                content=one.content,
            )
            for one in attachments
        )
        queue.hint("tradedesk.notifications.tasks.send_letters")
    return letter


def cut(text: str, length: int) -> str:
    """At most so many characters; what was cut is marked by an ellipsis."""
    return (
        text if len(text) <= length else f"{text[: length - 1]}\N{HORIZONTAL ELLIPSIS}"
    )
