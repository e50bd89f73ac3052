"""Tasks of the day: made once, filed by time, done, skipped, put off and taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from django.urls import reverse

from journal.models import Note, Reminder, RoutineWishes, Task, TaskTemplate
from journal.models.routine import TaskState
from journal.routine.board import Column, board_of, column_of, tasks_of
from journal.routine.days import exchange_day
from journal.routine.delivering import deliver_due
from journal.routine.doing import snooze_task
from journal.routine.making import make_day, make_everyones_day
from journal.routine.seeding import TEN_TASKS, use_ten_tasks
from journal.routine.wishes import wishes_of
from tests import people
from tests.journal.routine.conftest import MONDAY
from tests.race.threads import together
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK


TODAY = date(2026, 11, 16)


def seed(user, now=MONDAY) -> None:
    use_ten_tasks(user, actor=people.actor(user), now=now)


def make(user, day=TODAY) -> int:
    return make_day(user, wishes_of(user), day, now=MONDAY)


@pytest.mark.django_db
def test_ten_tasks_make_a_week_and_nine_of_them_each_day(alice):
    seed(alice)
    assert len(TEN_TASKS) == 10
    assert make(alice) == 9
    assert make(alice, date(2026, 11, 20)) == 10
    first = Task.objects.order_by("due_at").first()
    assert first.due_at == datetime(2026, 11, 16, 13, 30, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_day_is_made_once_however_many_open_it(alice):
    seed(alice)
    together(*[partial(make, alice)] * 5)
    assert Task.objects.count() == 9
    assert make(alice) == 0
    RoutineWishes.objects.update(tasks_made_on=None)
    assert make(alice) == 0


@pytest.mark.django_db
def test_no_checklist_on_a_holiday_or_a_weekend(alice):
    seed(alice)
    assert make(alice, date(2026, 11, 26)) == 0  # Thanksgiving
    assert make(alice, date(2026, 11, 28)) == 0
    TaskTemplate.objects.update(trading_days_only=False)
    RoutineWishes.objects.update(tasks_made_on=None)
    assert make(alice, date(2026, 11, 26)) == 9


@pytest.mark.django_db
def test_beat_makes_everyones_day(alice):
    bob = people.person("bob")
    for one in (alice, bob):
        seed(one)
    people.person("charlie")
    assert make_everyones_day(TODAY, MONDAY) == 18
    assert make_everyones_day(TODAY, MONDAY) == 0


def task(minutes=None, **fields) -> Task:
    due = None if minutes is None else MONDAY + timedelta(minutes=minutes)
    return Task(day=TODAY, title="x", due_at=due, **fields)


@pytest.mark.parametrize(
    ("one", "column"),
    [
        (task(-1), Column.OVERDUE),
        (task(0), Column.NOW),
        (task(60), Column.NOW),
        (task(61), Column.LATER),
        (task(), Column.NOW),
        (task(-5, snoozed_until=MONDAY + timedelta(minutes=5)), Column.LATER),
        (task(-50, snoozed_until=MONDAY), Column.NOW),
        (task(-5, state=TaskState.DONE), Column.DONE),
        (task(500, state=TaskState.SKIPPED), Column.DONE),
    ],
)
def test_a_task_stands_in_the_column_of_its_time(one, column):
    assert column_of(one, MONDAY) is column


def test_an_empty_board_is_said_to_be_so():
    assert board_of([], TODAY, MONDAY).is_empty
    assert board_of([task(), task(state=TaskState.DONE)], TODAY, MONDAY).share == 50


@pytest.mark.django_db
def test_only_what_was_added_by_hand_is_carried_over(alice):
    seed(alice)
    make(alice, date(2026, 11, 13))
    Task.objects.create(owner=alice, day=date(2026, 11, 13), title="By hand", created_at=MONDAY)  # fmt: skip
    titles = [one.title for one in tasks_of(alice, TODAY, TODAY)]
    assert titles == ["By hand"]


@pytest.mark.django_db
def test_what_is_put_off_comes_back_with_a_reminder(alice, clock):
    row = Task.objects.create(owner=alice, day=TODAY, title="Call", created_at=MONDAY)
    for _ in range(2):
        snooze_task(alice, row.pk, 15, actor=people.actor(alice), now=clock.now())
    assert deliver_due(clock) == 0
    clock.instant += timedelta(minutes=15)
    assert deliver_due(clock) == 1
    assert Reminder.objects.get().next_at is None


# The pages ----------------------------------------------------------------------------


@pytest.fixture
def mine(alice) -> Task:
    now = SYSTEM_CLOCK.now()
    return Task.objects.create(owner=alice, day=exchange_day(now), title="Read the plan", created_at=now)  # fmt: skip


def act(client, row, **fields):
    return client.post(reverse("task_act", args=[row.pk]), fields)


def state(row) -> str:
    row.refresh_from_db()
    return row.state


@pytest.mark.django_db
def test_a_new_trader_is_offered_the_ten_tasks_and_takes_them(client, alice):
    page = client.get(reverse("tasks")).content.decode()
    assert "Use the ten tasks of trading" in page
    client.post(reverse("tasks_seed"))
    assert TaskTemplate.objects.for_user(alice).count() == 10
    client.post(reverse("tasks_seed"))
    assert TaskTemplate.objects.for_user(alice).count() == 10
    assert "Look at yourself" in client.get(reverse("task_templates")).content.decode()


@pytest.mark.django_db
def test_opening_the_board_makes_the_day_and_says_so_in_the_log(client, alice):
    TaskTemplate.objects.create(owner=alice, title="Every day", weekdays="1234567", trading_days_only=False)  # fmt: skip
    assert "Every day" in client.get(reverse("tasks")).content.decode()
    client.get(reverse("tasks"))
    assert Task.objects.count() == 1
    assert AuditEntry.objects.filter(action="task.changed").count() == 1


@pytest.mark.django_db
def test_done_with_a_word_and_undone_again(client, mine):
    response = act(client, mine, act="done", note="Twice")
    assert state(mine) == "done"
    page = client.get(response.url).content.decode()
    assert "Undo" in page
    assert "Twice" in page
    assert act(client, mine, act="done").status_code == 409
    act(client, mine, act="reopen")
    assert (state(mine), mine.closing_note) == ("open", "")
    said = [e.payload.body for e in AuditEntry.objects.filter(action="task.changed").select_related("payload")]  # fmt: skip
    assert len(said) == 2


@pytest.mark.django_db
def test_skipped_put_off_and_deleted(client, mine):
    act(client, mine, act="skip")
    assert state(mine) == "skipped"
    act(client, mine, act="reopen")
    act(client, mine, act="snooze", minutes="15")
    assert state(mine) == "open"
    assert mine.snoozed_until is not None
    assert act(client, mine, act="snooze", minutes="7").status_code == 422
    assert act(client, mine, act="burn").status_code == 422
    act(client, mine, act="delete")
    assert not Task.objects.exists()


@pytest.mark.django_db
def test_a_press_on_the_board_answers_with_the_board_alone(client, mine):
    response = client.post(
        reverse("task_act", args=[mine.pk]), {"act": "done"}, headers={"HX-Request": "true"}
    )  # fmt: skip
    page = response.content.decode()
    assert 'id="board"' in page
    assert "<html" not in page
    assert "Undo" in page


@pytest.mark.django_db
def test_a_press_on_today_answers_with_its_checklist(client, mine):
    fields = {"act": "done", "from": "today"}
    url = reverse("task_act", args=[mine.pk])
    page = client.post(url, fields, headers={"HX-Request": "true"}).content.decode()
    assert 'id="checklist"' in page
    assert "<html" not in page
    assert client.post(url, {**fields, "act": "reopen"}).url.startswith(reverse("today"))  # fmt: skip


@pytest.mark.django_db
def test_a_task_is_added_by_hand_with_a_reminder_by_the_traders_clock(client, alice):
    day = exchange_day(SYSTEM_CLOCK.now()) + timedelta(days=1)
    fields = {"title": "Call the broker", "day": day, "at": "09:30", "priority": 1, "remind": "on"}  # fmt: skip
    assert client.post(reverse("task_new"), fields).status_code == 302
    row = Task.objects.get()
    assert row.due_at.astimezone(Reminder.objects.get().schedule.zone) == row.due_at
    assert Reminder.objects.get().next_at == row.due_at
    without_time = client.post(reverse("task_new"), {**fields, "at": ""})
    assert without_time.status_code == 422


@pytest.mark.django_db
def test_a_task_is_about_a_note_of_ones_own(client, stranger, alice):
    now = SYSTEM_CLOCK.now()
    note = Note.objects.create(owner=alice, title="Gaps", day=TODAY, created_at=now, changed_at=now)  # fmt: skip
    address = f"{reverse('task_new')}?note={note.pk}"
    page = client.get(address).content.decode()
    assert "Look at the note again: Gaps" in page
    assert stranger.get(address).status_code == 404
    fields = {"title": "Gaps again", "day": TODAY, "priority": 2, "note": note.pk}
    client.post(reverse("task_new"), fields)
    assert Task.objects.get().note == note
    assert stranger.post(reverse("task_new"), fields).status_code == 404


RULE = {"recurrence": "weekdays", "weekdays": ["1", "3"], "at": "07:45", "zone": "Europe/Berlin"}  # fmt: skip
TEMPLATE = {"title": "Stretch", "priority": 3, **RULE}


@pytest.mark.django_db
def test_a_template_is_written_changed_and_retired(client, alice):
    client.post(reverse("task_template_new"), {**TEMPLATE, "remind": "on"})
    row = TaskTemplate.objects.get()
    assert (row.weekdays, row.at, row.zone) == ("13", time(7, 45), "Europe/Berlin")
    assert row.reminders.count() == 1
    address = reverse("task_template", args=[row.pk])
    assert "Stretch" in client.get(address).content.decode()
    client.post(address, {**TEMPLATE, "title": "Walk"})
    row.refresh_from_db()
    assert (row.title, row.reminders.count()) == ("Walk", 0)
    client.post(reverse("task_template_retire", args=[row.pk]), {"active": "0"})
    row.refresh_from_db()
    assert not row.active


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"zone": "Mars/Base"}, {"weekdays": []}, {"at": "25:00"}, {"title": ""},
              {"recurrence": "monthly", "month_day": ""}, {"recurrence": "once"}]
)  # fmt: skip
def test_a_template_that_would_not_come_is_refused(client, wrong):
    response = client.post(reverse("task_template_new"), {**TEMPLATE, **wrong})
    assert response.status_code == 422
    assert not TaskTemplate.objects.exists()


@pytest.mark.django_db
def test_a_strangers_tasks_are_not_found_and_a_reader_changes_none(
    client, stranger, reader, mine, alice
):
    row = TaskTemplate.objects.create(owner=alice, title="Mine")
    assert act(stranger, mine, act="done").status_code == 404
    assert act(reader, mine, act="done").status_code == 403
    assert stranger.get(reverse("task_template", args=[row.pk])).status_code == 404
    assert b"Read the plan" not in stranger.get(reverse("tasks")).content
    assert state(mine) == "open"
