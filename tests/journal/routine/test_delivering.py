"""Each reminder once: on its minute, after the quiet hours, late with a word, or not."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial

import pytest

from journal.models import (
    Reminder,
    ReminderDelivery,
    RoutineWishes,
    Task,
    TaskTemplate,
)
from journal.models.routine import ReminderKind, TaskState
from journal.routine.delivering import deliver_due
from journal.routine.remembering import (
    pause_reminder,
    remind_of_template,
    set_reminder,
    use_usual,
)
from journal.routine.wishes import save_wishes
from tests import people
from tests.journal.routine.conftest import MONDAY
from tests.race.threads import together
from tradedesk.audit.models import AuditEntry
from tradedesk.notifications import choices
from tradedesk.notifications.gathering import gather
from tradedesk.notifications.models import Letter, Notice, NoticeKind


pytestmark = pytest.mark.django_db


@pytest.fixture
def reminder(alice, clock) -> Reminder:
    return remember(alice, clock)


def remember(user, clock, **fields) -> Reminder:
    """Every day at ten in New York, about water, unless told else."""
    chosen = {
        "kind": ReminderKind.OWN, "title": "Drink some water", "at": time(10),
        "weekdays": "1234567", "zone": "America/New_York", **fields,
    }  # fmt: skip
    actor = people.actor(user)
    return set_reminder(user, chosen, actor=actor, now=clock.now())


def outcomes(reminder) -> list[str]:
    found = ReminderDelivery.objects.filter(reminder=reminder).order_by("due_at")
    return list(found.values_list("outcome", flat=True))


def wait(clock, **span) -> int:
    clock.instant += timedelta(**span)
    return deliver_due(clock)


def test_it_is_told_at_its_minute_and_not_before(reminder, clock, alice):
    assert deliver_due(clock) == 0
    assert wait(clock, minutes=30) == 1
    notice = Notice.objects.get(user=alice)
    assert (notice.title, notice.body, notice.kind) == ("Drink some water", "", "reminder")  # fmt: skip
    assert deliver_due(clock) == 0
    reminder.refresh_from_db()
    assert reminder.next_at == MONDAY + timedelta(days=1, minutes=30)


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_it_once(reminder, clock, alice):
    clock.instant += timedelta(minutes=31)
    together(*[partial(deliver_due, clock)] * 6)
    assert outcomes(reminder) == ["told"]
    assert Notice.objects.filter(user=alice).values_list("count", flat=True).get() == 1


def test_a_time_that_is_settled_already_is_not_told_again(reminder, clock, alice):
    wait(clock, minutes=30)
    Reminder.objects.update(next_at=clock.now(), look_at=clock.now())
    assert deliver_due(clock) == 0
    assert Notice.objects.filter(user=alice).count() == 1


def test_what_the_desk_slept_through_is_told_once_late_with_a_word(reminder, clock):
    assert wait(clock, hours=6) == 1
    assert outcomes(reminder) == ["late"]
    assert "Late: it was due Mon 10:00 EST" in Notice.objects.get().body


def test_what_is_a_day_old_is_dropped_and_listed_and_the_newest_told(reminder, clock):
    assert wait(clock, days=3, hours=12) == 1
    assert outcomes(reminder) == ["dropped", "dropped", "dropped", "late"]
    assert "3 earlier missed" in Notice.objects.get().body


def test_one_that_came_once_and_was_missed_for_days_is_dropped(alice, clock):
    once = remember(alice, clock, recurrence="once", day=date(2026, 11, 16))
    assert wait(clock, days=2) == 0
    assert outcomes(once) == ["dropped"]
    assert not Notice.objects.exists()
    once.refresh_from_db()
    assert once.next_at is None


def quiet(alice, clock, begins, ends, zone="America/New_York"):
    fields = {"zone": zone, "quiet_from": begins, "quiet_until": ends}
    save_wishes(alice, fields, actor=people.actor(alice), now=clock.now())


def test_quiet_hours_keep_it_until_their_end(alice, clock, reminder):
    quiet(alice, clock, time(9, 45), time(11))
    assert wait(clock, minutes=45) == 0
    assert outcomes(reminder) == []
    assert wait(clock, minutes=45) == 1
    assert outcomes(reminder) == ["held"]
    assert "quiet hours; it was due Mon 10:00 EST" in Notice.objects.get().body


def test_changed_quiet_hours_let_go_what_they_held(alice, clock, reminder):
    quiet(alice, clock, time(9, 45), time(20))
    wait(clock, minutes=45)
    quiet(alice, clock, None, None)
    assert deliver_due(clock) == 1


def test_quiet_hours_go_by_the_traders_own_clock(alice, clock, reminder):
    quiet(alice, clock, time(22), time(7), zone="Asia/Tokyo")
    assert wait(clock, minutes=45) == 0  # past midnight in Tokyo
    assert wait(clock, hours=6, minutes=46) == 1
    assert outcomes(reminder) == ["held"]


def test_a_paused_one_keeps_silent_and_is_not_made_up_for(alice, clock, reminder):
    actor = people.actor(alice)
    pause_reminder(alice, reminder.pk, active=False, actor=actor, now=clock.now())
    assert wait(clock, days=2) == 0
    pause_reminder(alice, reminder.pk, active=True, actor=actor, now=clock.now())
    assert deliver_due(clock) == 0
    assert outcomes(reminder) == []


def test_it_goes_by_email_where_that_is_wanted(alice, clock):
    remember(alice, clock, by_email=True)
    remember(alice, clock, title="In the page alone")
    wait(clock, minutes=30)
    clock.instant += timedelta(minutes=3)
    gather(clock.now())
    letter = Letter.objects.get()
    assert "Drink some water" in letter.subject
    assert "In the page alone" not in letter.text


def test_no_email_for_who_turned_it_off_for_all_reminders(alice, clock):
    others = set(NoticeKind) - {NoticeKind.REMINDER}
    choices.save(alice, others, actor=people.actor(alice), now=clock.now())
    remember(alice, clock, by_email=True)
    wait(clock, minutes=30)
    assert not Notice.objects.get().wants_letter


def template(alice, **fields) -> TaskTemplate:
    return TaskTemplate.objects.create(owner=alice, title="Debrief", at=time(10), **fields)  # fmt: skip


def test_a_task_is_reminded_of_only_while_it_is_open(alice, clock):
    made = template(alice)
    remind_of_template(made, wanted=True, by_email=False, now=clock.now())
    assert wait(clock, minutes=30) == 1
    assert Notice.objects.get().title == "To do: Debrief"
    task = Task.objects.get(template=made)
    assert task.due_at == clock.now()
    clock.instant += timedelta(hours=23)
    assert deliver_due(clock) == 0
    Task.objects.create(
        owner=alice, template=made, day=date(2026, 11, 17), title="Debrief",
        state=TaskState.DONE, created_at=clock.now(),
    )  # fmt: skip
    assert wait(clock, hours=1) == 0
    assert outcomes(made.reminders.get()) == ["told", "nothing"]


def test_each_week_has_its_own_bias_and_it_waits_for_an_answer(alice, clock):
    reminder = remember(alice, clock, kind=ReminderKind.BIAS, title="", weekdays="1")
    wait(clock, minutes=30)
    wait(clock, days=7)
    told = ReminderDelivery.objects.filter(reminder=reminder)
    assert len(set(told.values_list("bias", flat=True))) == 2
    assert set(told.values_list("acknowledged_at", flat=True)) == {None}


def test_of_chosen_biases_only_those_come(alice, clock):
    remember(alice, clock, kind=ReminderKind.BIAS, biases=["lotto"], weekdays="1")
    wait(clock, minutes=30)
    assert ReminderDelivery.objects.get().bias == "lotto"
    assert "All weight on the entry" in Notice.objects.get().title


def test_the_usual_ones_say_nothing_while_nothing_is_open(alice, clock):
    use_usual(alice, "America/New_York", actor=people.actor(alice), now=clock.now())
    assert Reminder.objects.for_user(alice).count() == 6
    wait(clock, hours=8)
    assert set(Notice.objects.values_list("title", flat=True)) == set()
    wait(clock, days=7)
    told = ReminderDelivery.objects.filter(outcome="nothing")
    assert set(told.values_list("reminder__kind", flat=True)) >= {"unreviewed", "unprotected", "drills"}  # fmt: skip


def test_using_the_usual_ones_twice_doubles_nothing(alice, clock):
    for _ in range(2):
        use_usual(alice, "UTC", actor=people.actor(alice), now=clock.now())
    assert Reminder.objects.for_user(alice).count() == 6


def test_what_is_set_and_paused_is_in_the_log_and_deliveries_are_not(alice, clock, reminder):  # fmt: skip
    before = AuditEntry.objects.filter(action="reminder.changed").count()
    assert before == 1
    wait(clock, minutes=30)
    assert AuditEntry.objects.count() == before


def test_one_persons_quiet_hours_hold_nobody_elses(alice, clock, reminder):
    bob = people.person("bob")
    quiet(bob, clock, time(9, 45), time(11))
    remember(bob, clock)
    assert wait(clock, minutes=31) == 1
    assert Notice.objects.get().user == alice
    assert RoutineWishes.objects.for_user(bob).get().quiet_hours is not None
