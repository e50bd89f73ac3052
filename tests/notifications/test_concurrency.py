"""Many transactions that tell, read and mail at once, on a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from tests.notifications.test_notices import tell
from tradedesk.notifications import gathering, letters, reading
from tradedesk.notifications.models import Letter, Notice
from tradedesk.notifications.services import send_letter


THREADS = 8
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(act) -> list[object]:
    gate = Barrier(THREADS)

    def one(_: int) -> object:
        gate.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_what_eight_transactions_tell_is_one_notice(alice, clock):
    def raise_it() -> None:
        with transaction.atomic():
            tell(alice, clock)

    at_once(raise_it)
    assert Notice.objects.get().count == THREADS


def test_one_letter_of_eight_that_are_queued_for_the_same_thing(alice, clock):
    def queue_it() -> int:
        with transaction.atomic():
            letter = send_letter(
                alice.pk, key="day", subject="s", text="t", now=clock.now()
            )
        return letter.pk

    assert len(set(at_once(queue_it))) == 1
    assert Letter.objects.count() == 1


def test_eight_senders_send_a_letter_once(alice, clock, mailoutbox):
    tell(alice, clock)
    clock.instant += gathering.WINDOW

    def round_of_the_task() -> None:
        gathering.gather(clock.now())
        letters.send_due(clock)

    at_once(round_of_the_task)
    round_of_the_task()
    assert len(mailoutbox) == 1


def test_reading_everything_waits_for_nobody_who_is_telling(alice, clock):
    """A notice that is being counted up stays unread; the reader does not wait."""
    told, other = tell(alice, clock), tell(alice, clock, key="other")
    counted_up, may_commit = Event(), Event()

    def tell_again() -> None:
        try:
            with transaction.atomic():
                tell(alice, clock)
                counted_up.set()
                assert may_commit.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        telling = pool.submit(tell_again)
        assert counted_up.wait(30)
        assert reading.mark_all_read(alice, until=clock.now(), now=clock.now()) == 1
        may_commit.set()
        telling.result(30)
    assert list(Notice.objects.filter(read_at=None)) == [told]
    assert Notice.objects.get(pk=other.pk).read_at is not None
