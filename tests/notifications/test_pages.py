"""The bell, the list of notices, and which of them are mailed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import people
from tests.notifications.test_notices import tell
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.notifications import choices
from tradedesk.notifications.models import Notice, NoticeKind, Severity
from tradedesk.notifications.selectors import PAGE_SIZE, unread_of


@pytest.fixture
def page(alice) -> Client:
    return people.verified(alice)


def body(page: Client, **query: str) -> str:
    response = page.get(reverse("notices"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_bell_of_every_page_counts_what_is_unread(page, alice, clock):
    tell(alice, clock)
    tell(alice, clock, key="other", severity=Severity.CRITICAL)
    for address in (reverse("settings"), reverse("notices_bell")):
        html = page.get(address).content.decode()
        assert 'aria-label="Notices, 2 unread, 1 critical"' in html
        assert 'data-go="n"' in html


def test_a_desk_without_notices_says_what_would_stand_there(page):
    assert "No notice yet" in body(page)
    assert "Nothing to know" in body(page, show="unread")
    assert "No notice fits" in body(page, kind="fill")


def test_the_list_is_narrowed_by_kind_severity_and_whether_read(page, alice, clock):
    tell(alice, clock, title="Silent stream")
    tell(alice, clock, key="f", title="Bust", kind=NoticeKind.FILL)
    tell(alice, clock, key="c", title="No stop", severity=Severity.CRITICAL)
    Notice.objects.filter(title="Bust").update(read_at=clock.now())
    assert "Bust" in body(page, kind="fill")
    assert "Silent stream" not in body(page, kind="fill")
    assert "Silent stream" not in body(page, severity="critical")
    assert "Bust" not in body(page, show="unread")
    assert "Silent stream" in body(page, kind="nonsense", severity="nonsense")


def test_a_list_of_any_length_is_walked_page_by_page(page, alice, clock):
    for number in range(PAGE_SIZE + 3):
        clock.instant += timedelta(seconds=1)
        tell(alice, clock, key=f"k{number}", title=f"Thing {number:03}.")
    first = page.get(reverse("notices")).context
    assert next(n.title for n in first["notices"]) == f"Thing {PAGE_SIZE + 2:03}."
    rest = page.get(f"{reverse('notices')}?{first['older']}").context
    assert [n.title for n in rest["notices"]] == [
        "Thing 002.",
        "Thing 001.",
        "Thing 000.",
    ]
    assert not rest["older"]


@pytest.mark.parametrize("after", ["nonsense", "2026-11-20T14:30:10~x", "~", "2026~1"])
def test_a_place_in_the_list_that_cannot_be_read_is_its_beginning(
    page, alice, clock, after
):
    tell(alice, clock)
    assert "Alpaca does not answer" in body(page, after=after)


def test_reading_one_leaves_the_others(page, alice, clock):
    one, other = tell(alice, clock), tell(alice, clock, key="other")
    response = page.post(reverse("notice_read", args=[one.pk]), {"show": "unread"})
    assert response.headers["location"] == f"{reverse('notices')}?show=unread"
    unread = Notice.objects.for_user(alice).filter(read_at=None)
    assert list(unread) == [other]


def test_a_page_with_scripts_is_told_by_its_stream_instead(page, alice, clock):
    one = tell(alice, clock)
    response = page.post(
        reverse("notice_read", args=[one.pk]), headers={"hx-request": "true"}
    )
    assert response.status_code == 204
    assert unread_of(alice).count == 0


def test_somebody_elses_notice_is_not_found(page, charlie, clock):
    theirs = tell(charlie, clock)
    assert page.post(reverse("notice_read", args=[theirs.pk])).status_code == 404
    assert unread_of(charlie).count == 1


def test_reading_all_spares_what_came_after_the_page_was_drawn(page, alice, charlie):
    now = SYSTEM_CLOCK.now()
    clock = type("Then", (), {"now": lambda _self: now - timedelta(minutes=1)})()
    tell(alice, clock)
    tell(charlie, clock)
    html = body(page)
    until = html.partition('name="until" value="')[2].partition('"')[0]
    later = type("Later", (), {"now": lambda _self: now + timedelta(hours=1)})()
    newer = tell(alice, later, key="newer")
    assert page.post(reverse("notices_read"), {"until": until}).status_code == 302
    assert list(Notice.objects.for_user(alice).filter(read_at=None)) == [newer]
    assert unread_of(charlie).count == 1


def test_reading_all_of_no_page_is_refused(page):
    assert page.post(reverse("notices_read"), {"until": "soon"}).status_code == 422


def test_every_kind_is_mailed_until_the_person_chooses(page, alice, clock):
    assert all(choices.of(alice).values())
    response = page.post(
        reverse("settings_notices"), {"email": ["protection", "fill"]}, follow=True
    )
    assert "Saved." in response.content.decode()
    chosen = {kind for kind, email in choices.of(alice).items() if email}
    assert chosen == {NoticeKind.PROTECTION, NoticeKind.FILL}
    assert not tell(alice, clock).wants_letter
    assert tell(alice, clock, key="p", kind=NoticeKind.PROTECTION).wants_letter
    entry = AuditEntry.objects.latest("sequence")
    assert entry.payload.data == {"notices_by_email": ["fill", "protection"]}


def test_a_kind_that_does_not_exist_is_refused(page, alice):
    response = page.post(reverse("settings_notices"), {"email": ["weather"]})
    assert response.status_code == 422
    assert all(choices.of(alice).values())
