"""Reminders that are due: told once, in the page and by email, or listed as dropped.

The row of a reminder is locked while it is told, and `ReminderDelivery` has one row for
each time it was due, written in the transaction of the notice. So of two workers one
tells, and a worker that dies in between has told nothing. Deliveries are not audited:
like the notices that they are, they keep their own record.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from journal.domain.schedule import next_after, occurrences
from journal.models import Reminder, ReminderDelivery, RoutineWishes
from journal.models.routine import DeliveryOutcome
from journal.routine.sayings import Occasion, Saying, saying_of
from tradedesk.core.clock import Clock
from tradedesk.notifications import choices
from tradedesk.notifications.models import Notice, NoticeKind, Severity
from tradedesk.notifications.services import cut, raise_notice
from tradedesk.web import events


# What was missed for longer is of no use any more: listed, not told.
KEPT_FOR = timedelta(hours=24)
# Beat comes every few seconds; what is later than this was missed.
LATE_AFTER = timedelta(minutes=5)
BATCH = 200
# A desk that was away for years lists the newest of what it missed.
MOST_LISTED = 60
TITLE_LENGTH = 160


def deliver_due(clock: Clock) -> int:
    """Tell what is due, at most one batch; how many reminders were told."""
    waiting = Reminder.objects.filter(active=True, look_at__lte=clock.now())
    found = waiting.order_by("look_at", "pk").values_list("pk", flat=True)[:BATCH]
    return sum(_deliver(reminder_id, clock.now()) for reminder_id in list(found))


@transaction.atomic
def _deliver(reminder_id: int, now: datetime) -> bool:
    reminder = (
        Reminder.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("owner", "task")
        .filter(pk=reminder_id, active=True, look_at__lte=now)
        .first()
    )
    if reminder is None or reminder.next_at is None:
        return False
    routine = _routine_of(reminder)
    quiet = routine.quiet_hours
    ends = quiet.end_of(now) if quiet else None
    if ends is not None:
        reminder.look_at = ends
        reminder.save(update_fields=["look_at"])
        return False
    told = _settle(reminder, reminder.next_at, routine=routine, now=now)
    reminder.next_at = reminder.look_at = next_after(reminder.schedule, now)
    reminder.save(update_fields=["next_at", "look_at"])
    return told


def _routine_of(reminder: Reminder) -> RoutineWishes:
    found = RoutineWishes.objects.for_user(reminder.owner).first()
    return found or RoutineWishes(owner=reminder.owner)


def _settle(
    reminder: Reminder, first: datetime, *, routine: RoutineWishes, now: datetime
) -> bool:
    """Every time that it was due until now: the newest is told, if it is not too old."""
    *missed, last = occurrences(reminder.schedule, first, now)
    for due_at in missed[-MOST_LISTED:]:
        too_old = now - due_at > KEPT_FOR
        outcome = DeliveryOutcome.DROPPED if too_old else DeliveryOutcome.MERGED
        _listed(reminder, due_at, outcome, now=now)
    if now - last > KEPT_FOR:
        _listed(reminder, last, DeliveryOutcome.DROPPED, now=now)
        return False
    occasion = Occasion(reminder=reminder, routine=routine, due_at=last, now=now)
    return _tell(occasion, missed=len(missed))


def _listed(
    reminder: Reminder,
    due_at: datetime,
    outcome: DeliveryOutcome,
    *,
    now: datetime,
    said: Saying | None = None,
) -> bool:
    """Write down what became of it; whether nobody had done so before."""
    _row, is_new = ReminderDelivery.objects.get_or_create(
        reminder=reminder,
        due_at=due_at,
        defaults={
            "owner_id": reminder.owner_id,
            "outcome": outcome,
            "settled_at": now,
            "title": cut(said.title if said else str(reminder), TITLE_LENGTH),
            "bias": said.bias if said else "",
        },
    )
    return is_new


def _tell(occasion: Occasion, *, missed: int) -> bool:
    reminder, due_at, now = occasion.reminder, occasion.due_at, occasion.now
    said = saying_of(occasion)
    if said is None:
        _listed(reminder, due_at, DeliveryOutcome.NOTHING, now=now)
        return False
    outcome = _outcome(occasion)
    if not _listed(reminder, due_at, outcome, now=now, said=said):
        return False
    _raise(occasion, said, _late_words(occasion, outcome, missed=missed))
    return True


def _outcome(occasion: Occasion) -> DeliveryOutcome:
    quiet = occasion.routine.quiet_hours
    held_until = quiet.end_of(occasion.due_at) if quiet else None
    if occasion.now - (held_until or occasion.due_at) > LATE_AFTER:
        return DeliveryOutcome.LATE
    return DeliveryOutcome.HELD if held_until else DeliveryOutcome.TOLD


def _late_words(occasion: Occasion, outcome: DeliveryOutcome, *, missed: int) -> str:
    """What is said of a reminder that does not come on its minute."""
    if outcome is DeliveryOutcome.TOLD:
        return ""
    zone = occasion.reminder.schedule.zone
    due = f"{occasion.due_at.astimezone(zone):%a %H:%M %Z}"
    more = f" {missed} earlier missed." if missed else ""
    if outcome is DeliveryOutcome.HELD:
        return f"Kept until after your quiet hours; it was due {due}.{more}"
    return f"Late: it was due {due}, when the desk was not running.{more}"


def _raise(occasion: Occasion, said: Saying, late: str) -> None:
    """At the bell and as a toast; into the next letter of notices where it is wanted."""
    reminder, due_at = occasion.reminder, occasion.due_at
    mailed = reminder.by_email and choices.by_email(
        reminder.owner_id, NoticeKind.REMINDER
    )
    notice = raise_notice(
        Notice(
            user_id=reminder.owner_id,
            kind=NoticeKind.REMINDER,
            severity=Severity.INFO,
            title=said.title,
            body=" ".join(filter(None, (late, said.body))),
            url=said.url,
            key=f"reminder:{reminder.pk}:{due_at:%Y%m%dT%H%M%S}",
            last_at=occasion.now,
            wants_letter=mailed,
        )
    )
    toast = {"level": "info", "text": notice.title, "detail": late, "url": said.url}
    events.publish(reminder.owner_id, events.Kind.NOTICE, toast)
