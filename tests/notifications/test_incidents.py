"""What is wrong is told once when it lasts, and once more when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tradedesk.notifications import incidents
from tradedesk.notifications.incidents import Alarm, settle
from tradedesk.notifications.models import Incident, Notice, NoticeKind, Severity


@pytest.fixture
def alarm(alice) -> Alarm:
    return Alarm(
        key="queue:deep",
        kind=NoticeKind.SYSTEM,
        severity=Severity.CRITICAL,
        title="The queue backs up",
        body="300 tasks wait.",
        people=frozenset({alice.pk}),
        patience=timedelta(seconds=60),
    )


def look(clock, *alarms, looked_at=("queue",)) -> bool:
    return settle(alarms, looked_at=looked_at, now=clock.now())


def titles() -> list[str]:
    return [notice.title for notice in Notice.objects.order_by("pk")]


def test_it_is_told_when_it_has_lasted_and_only_once(alarm, clock):
    for _look in range(20):
        look(clock, alarm)
        clock.instant += timedelta(seconds=10)
    notice = Notice.objects.get()
    assert (notice.title, notice.count) == ("The queue backs up", 1)
    assert notice.severity == Severity.CRITICAL
    assert notice.wants_letter
    assert "For 60 seconds." in notice.body


def test_what_passes_in_time_is_never_told(alarm, clock):
    look(clock, alarm)
    clock.instant += timedelta(seconds=59)
    look(clock)
    assert titles() == []
    assert not Incident.objects.exists()


def test_its_end_is_told_to_whom_its_beginning_was_told(alarm, clock, alice, charlie):
    look(clock, alarm)
    clock.instant += timedelta(minutes=12)
    look(clock, alarm)
    look(clock)
    assert titles() == ["The queue backs up", "Over: The queue backs up"]
    over = Notice.objects.for_user(alice).latest("pk")
    assert (over.severity, over.body) == (Severity.INFO, "Over after 12 minutes.")
    assert over.wants_letter
    assert not Notice.objects.for_user(charlie).exists()
    assert incidents.open_incidents() == []


def test_the_same_trouble_later_is_another_incident(alarm, clock):
    for _time in range(2):
        look(clock, alarm)
        clock.instant += timedelta(seconds=60)
        look(clock, alarm)
        look(clock)
    assert titles() == ["The queue backs up", "Over: The queue backs up"] * 2


def test_what_nobody_could_look_at_has_not_ended(alarm, clock):
    look(clock, alarm)
    clock.instant += timedelta(minutes=2)
    look(clock, alarm)
    look(clock, looked_at=("disk",))
    assert [one.title for one in incidents.open_incidents()] == ["The queue backs up"]


def test_what_is_open_is_shown_to_those_who_were_told(alarm, clock, alice, charlie):
    look(clock, alarm)
    assert incidents.open_incidents() == [], "not told yet"
    clock.instant += timedelta(minutes=2)
    look(clock, alarm)
    assert len(incidents.open_incidents(alice)) == 1
    assert incidents.open_incidents(charlie) == []


@pytest.mark.django_db(transaction=True)
def test_two_watches_at_once_are_one(alarm, clock):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [incidents._WATCH_LOCK])
    try:
        assert not look(clock, alarm)
    finally:
        other.close()
    assert not Incident.objects.exists()
