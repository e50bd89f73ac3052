"""What is wrong now: told once when it has lasted, once more when it is over.

A watch looks again and again and says each time what is wrong. The row of the incident
is what makes one telling of many looks, whichever process looks and however often.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from tradedesk.accounts.models import User
from tradedesk.notifications import choices
from tradedesk.notifications.models import Incident, Notice, NoticeKind, Severity
from tradedesk.notifications.services import raise_notice


# Any number, the same in every process: one watch at a time writes.
_WATCH_LOCK = 0x7D5C_0001


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that is wrong at this look. `key` is ``family:what``.

    It is told once it has been seen for `patience`, to `people` by their ids.
    """

    key: str
    kind: NoticeKind
    severity: Severity
    title: str
    body: str = ""
    url: str = ""
    people: frozenset[int]
    patience: timedelta = timedelta(0)

    @property
    def family(self) -> str:
        return self.key.partition(":")[0]


def settle(
    alarms: Sequence[Alarm], *, looked_at: Collection[str], now: datetime
) -> bool:
    """Begin, tell and end incidents by one look; False where another watch is at it.

    `looked_at` are the families that could be looked at: what nobody could see has
    not ended.
    """
    with transaction.atomic():
        if not _is_alone():
            return False
        found = {alarm.key: alarm for alarm in alarms}
        known = {one.key: one for one in Incident.objects.filter(cleared_at=None)}
        for key, alarm in found.items():
            _hold(known.get(key), alarm, now)
        for key, incident in known.items():
            if key not in found and key.partition(":")[0] in looked_at:
                _end(incident, now)
    return True


def open_incidents(user: User | None = None) -> list[Incident]:
    """What has been told (to this person) and is not over, the worst and oldest first."""
    told = Incident.objects.filter(cleared_at=None).exclude(told_at=None)
    if user is not None:
        told = told.filter(people=user)
    return sorted(told, key=lambda one: (one.severity != Severity.CRITICAL, one.pk))


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_WATCH_LOCK])
        (is_alone,) = cursor.fetchone()
    return bool(is_alone)


def _hold(incident: Incident | None, alarm: Alarm, now: datetime) -> None:
    if incident is None:
        incident = Incident.objects.create(
            key=alarm.key,
            kind=alarm.kind,
            severity=alarm.severity,
            title=alarm.title,
            body=alarm.body,
            url=alarm.url,
            began_at=now,
        )
    if incident.told_at is None and now - incident.began_at >= alarm.patience:
        _tell(incident, alarm, now)


def _tell(incident: Incident, alarm: Alarm, now: datetime) -> None:
    incident.severity, incident.told_at = alarm.severity, now
    incident.title, incident.body = alarm.title, alarm.body
    incident.save(update_fields=["severity", "title", "body", "told_at"])
    incident.people.set(alarm.people)
    for user_id in sorted(alarm.people):
        _raise(incident, user_id, now)


def _raise(incident: Incident, user_id: int, now: datetime) -> None:
    """The notice of its beginning, or of its end."""
    is_over = incident.cleared_at is not None
    told = (incident.told_at or now) - incident.began_at
    over = f"Over after {_span(now - incident.began_at)}."
    worth = incident.severity != Severity.INFO
    raise_notice(
        Notice(
            user_id=user_id,
            kind=incident.kind,
            severity=Severity.INFO if is_over else incident.severity,
            title=f"Over: {incident.title}" if is_over else incident.title,
            body=over if is_over else _with_age(incident.body, told),
            url=incident.url,
            key=f"incident:{incident.pk}:{'over' if is_over else 'begun'}",
            last_at=now,
            # Who was written to about its beginning is written to about its end.
            wants_letter=worth and choices.by_email(user_id, NoticeKind(incident.kind)),
        )
    )


def _end(incident: Incident, now: datetime) -> None:
    if incident.told_at is None:  # over before it was worth a word
        incident.delete()
        return
    incident.cleared_at = now
    incident.save(update_fields=["cleared_at"])
    for user_id in incident.people.order_by("pk").values_list("pk", flat=True):
        _raise(incident, user_id, now)


def _with_age(body: str, told: timedelta) -> str:
    return f"{body} For {_span(told)}." if told >= timedelta(seconds=10) else body


def _span(length: timedelta) -> str:
    """In words: "40 seconds", "12 minutes", "3 h 20 min"."""
    seconds = int(length.total_seconds())
    if seconds < 100:  # noqa: PLR2004 - where seconds stop being read
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} minutes"
