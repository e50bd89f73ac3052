"""Notices that are mailed go together: no storm of letters, and none that is late."""

from __future__ import annotations

from datetime import timedelta

from tests.notifications.test_notices import tell
from tradedesk.notifications import gathering, reading
from tradedesk.notifications.models import Letter, Notice, Severity


def test_warnings_of_two_minutes_go_in_one_letter(alice, charlie, clock):
    for number in range(12):
        tell(alice, clock, key=f"k{number}", title=f"Thing {number}.")
        assert gathering.gather(clock.now()) == 0
        clock.instant += timedelta(seconds=10)
    assert gathering.gather(clock.now()) == 1
    letter = Letter.objects.get()
    assert letter.user == alice
    assert letter.subject == "[DESK] WARNING: Thing 0. and 11 more"
    assert all(f"Thing {number}." in letter.text for number in range(12))
    assert gathering.gather(clock.now() + timedelta(hours=1)) == 0


def test_a_critical_notice_goes_at_once_and_takes_along_what_waits(alice, clock):
    tell(alice, clock, title="Silent stream")
    assert gathering.gather(clock.now()) == 0
    tell(alice, clock, key="c", severity=Severity.CRITICAL, title="No stop on ACME")
    assert gathering.gather(clock.now()) == 1
    letter = Letter.objects.get()
    assert letter.subject == "[DESK] CRITICAL: No stop on ACME and 1 more"
    assert "Silent stream" in letter.text


def test_many_critical_ones_still_make_one_letter_in_two_minutes(alice, clock):
    written = 0
    for number in range(60):
        tell(alice, clock, key=f"c{number}", severity=Severity.CRITICAL)
        written += gathering.gather(clock.now())
        clock.instant += timedelta(seconds=2)
    assert written == 1
    assert gathering.gather(clock.now()) == 1
    assert not Notice.objects.filter(wants_letter=True).exists()


def test_information_is_not_mailed(alice, clock):
    tell(alice, clock, severity=Severity.INFO)
    assert gathering.gather(clock.now() + timedelta(hours=1)) == 0


def test_what_was_read_in_time_is_not_mailed(alice, clock):
    reading.mark_read(alice, tell(alice, clock).pk, clock.now())
    assert gathering.gather(clock.now() + timedelta(hours=1)) == 0


def test_what_becomes_worse_is_mailed_once_more(alice, clock):
    tell(alice, clock)
    clock.instant += gathering.WINDOW
    assert gathering.gather(clock.now()) == 1
    tell(alice, clock)
    clock.instant += gathering.WINDOW
    assert gathering.gather(clock.now()) == 0, "the same again"
    tell(alice, clock, severity=Severity.CRITICAL)
    assert gathering.gather(clock.now()) == 1


def test_the_letter_links_to_the_desk_and_escapes_what_was_said(alice, clock, settings):
    settings.DESK_URL = "https://desk.example"
    tell(alice, clock, title="<b>Bold</b> & brave", url="/orders/7/")
    gathering.gather(clock.now() + gathering.WINDOW)
    letter = Letter.objects.get()
    assert "https://desk.example/orders/7/" in letter.text
    assert "<b>Bold</b> & brave" in letter.text
    assert 'href="https://desk.example/orders/7/"' in letter.html
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; brave" in letter.html
    assert "https://desk.example/settings/notices/" in letter.text
