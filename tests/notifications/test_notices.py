"""A notice is one row for one thing to know, however often it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tradedesk.accounts.models import User
from tradedesk.core.clock import FixedClock
from tradedesk.notifications.models import Notice, NoticeKind, Severity
from tradedesk.notifications.services import notify


def tell(user: User, clock: FixedClock, **said: object) -> Notice:
    fields = {
        "kind": NoticeKind.CONNECTION,
        "severity": Severity.WARNING,
        "title": "Alpaca does not answer",
        "key": "connection:1",
        **said,
    }
    return notify(user.pk, now=clock.now(), **fields)  # type: ignore[arg-type]


@contextmanager
def reading(clock: FixedClock) -> Iterator[None]:
    yield
    Notice.objects.update(read_at=clock.now())


def test_the_same_thing_told_again_while_unread_counts_up(alice, clock):
    first = tell(alice, clock)
    clock.instant += timedelta(minutes=1)
    again = tell(alice, clock, title="Alpaca still does not answer")
    assert again.pk == first.pk
    assert (again.count, again.title) == (2, "Alpaca still does not answer")
    assert again.created_at == first.created_at
    assert again.last_at == clock.now()


def test_what_was_read_and_happens_again_is_told_anew(alice, clock):
    with reading(clock):
        first = tell(alice, clock)
    assert tell(alice, clock).pk != first.pk


def test_notices_without_a_key_are_never_counted_together(alice, clock):
    assert tell(alice, clock, key="").pk != tell(alice, clock, key="").pk


def test_two_people_are_told_apart(alice, charlie, clock):
    assert tell(alice, clock).pk != tell(charlie, clock).pk
    assert Notice.objects.for_user(alice).count() == 1


def test_a_key_that_does_not_fit_is_refused_before_the_database(alice, clock):
    with pytest.raises(ValueError, match="at most 160"):
        tell(alice, clock, key="k" * 161)


def test_words_that_are_too_long_are_cut_and_say_so(alice, clock):
    notice = tell(alice, clock, title="t" * 200, body="b" * 2000)
    assert (len(notice.title), notice.title[-1]) == (160, "\N{HORIZONTAL ELLIPSIS}")
    assert len(notice.body) == 1000
