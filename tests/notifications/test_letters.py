"""Letters leave at least once, under one Message-ID, through a real mail server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.emulators import mail
from tests.emulators.mail import MailServer, Mood
from tradedesk.accounts.models import User
from tradedesk.core.clock import FixedClock
from tradedesk.notifications import letters
from tradedesk.notifications.models import Letter, LetterStatus, Notice
from tradedesk.notifications.services import Enclosure, send_letter


PDF = Enclosure(name="report.pdf", content_type="application/pdf", content=b"%PDF-1.7")


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with mail.running() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = False
        settings.DEFAULT_FROM_EMAIL = "The desk <desk@desk.example>"
        yield running


def queue(user: User, clock: FixedClock, **said: object) -> Letter:
    fields = {"key": "report:1", "subject": "Books agree", "text": "All of them."}
    return send_letter(user.pk, now=clock.now(), **{**fields, **said})  # type: ignore[arg-type]


def again(letter: Letter, clock: FixedClock) -> Letter:
    """After the longest wait, with the sender's round done."""
    clock.instant += letters.LONGEST_WAIT
    letters.send_due(clock)
    letter.refresh_from_db()
    return letter


def test_a_letter_arrives_whole(server, alice, clock):
    letter = queue(alice, clock, html="<p>All of <b>them</b>.</p>", attachments=[PDF])
    assert letters.send_due(clock) == 1
    (arrived,) = server.letters
    assert arrived["To"] == "alice@desk.test"
    assert arrived["From"] == "The desk <desk@desk.example>"
    assert arrived["Subject"] == "Books agree"
    assert arrived["Message-ID"] == f"<{letter.message_id}@desk.example>"
    assert arrived["Date"] == "Fri, 20 Nov 2026 14:30:10 +0000"
    assert "All of them." in arrived.get_body(("plain",)).get_content()
    assert "<b>them</b>" in arrived.get_body(("html",)).get_content()
    (enclosed,) = arrived.iter_attachments()
    assert (enclosed.get_filename(), enclosed.get_content()) == (
        "report.pdf",
        PDF.content,
    )
    letter.refresh_from_db()
    assert (letter.status, letter.sent_at) == (LetterStatus.SENT, clock.now())


def test_a_letter_that_has_left_does_not_leave_again(server, alice, clock):
    queue(alice, clock)
    assert [letters.send_due(clock), letters.send_due(clock)] == [1, 0]
    assert len(server.letters) == 1


def test_the_same_key_is_one_letter_and_two_people_have_their_own(
    server, alice, charlie, clock
):
    first = queue(alice, clock)
    assert queue(alice, clock, subject="Another").pk == first.pk
    queue(charlie, clock)
    letters.send_due(clock)
    assert sorted(one["To"] for one in server.letters) == [
        "alice@desk.test",
        "charlie@desk.test",
    ]


def test_a_header_cannot_be_smuggled_in_by_a_subject(server, alice, clock):
    queue(alice, clock, subject="Books\r\nBcc: eve@desk.test")
    letters.send_due(clock)
    assert server.letters[0]["Bcc"] is None
    assert server.letters[0]["Subject"] == "Books Bcc: eve@desk.test"


@pytest.mark.parametrize("mood", [Mood.REFUSES_PERSON, Mood.BUSY])
def test_a_letter_that_is_refused_waits_and_then_leaves(server, alice, clock, mood):
    server.mood = mood
    letter = queue(alice, clock)
    assert letters.send_due(clock) == 0
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == (LetterStatus.QUEUED, 1)
    assert letter.due_at == clock.now() + letters.FIRST_WAIT
    assert letter.error
    server.mood = Mood.WELL
    assert letters.send_due(clock) == 0, "not before its time"
    assert again(letter, clock).status == LetterStatus.SENT
    assert len(server.letters) == 1


def test_a_server_that_hangs_is_left_and_holds_up_one_letter_alone(
    server, settings, alice, charlie, clock
):
    settings.EMAIL_TIMEOUT = 0.3
    server.mood = Mood.HANGS
    queue(alice, clock)
    queue(charlie, clock)
    assert letters.send_due(clock) == 0
    assert server.talks == 1
    assert sorted(Letter.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_server_that_is_not_there_is_an_error_like_any_other(
    server, settings, alice, clock
):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.EMAIL_PORT = taken.getsockname()[1]
    letter = queue(alice, clock)
    assert letters.send_due(clock) == 0
    letter.refresh_from_db()
    assert "refused" in letter.error.lower()


def test_a_letter_whose_answer_was_lost_goes_again_under_the_same_name(
    server, alice, clock
):
    server.mood = Mood.FORGETS_TO_ANSWER
    letter = queue(alice, clock)
    assert letters.send_due(clock) == 0
    server.mood = Mood.WELL
    assert again(letter, clock).status == LetterStatus.SENT
    first, second = server.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_sender_that_died_leaves_its_letter_to_the_next(server, alice, clock):
    letter = queue(alice, clock)
    assert letters._claim(letter, clock.now())
    assert letters.send_due(clock) == 0, "it is another's for now"
    clock.instant += letters.LEASE
    assert letters.send_due(clock) == 1


def test_two_senders_do_not_send_the_same_letter(server, alice, clock):
    queue(alice, clock)
    one, two = Letter.objects.get(), Letter.objects.get()
    assert letters._claim(one, clock.now())
    assert not letters._claim(two, clock.now())


def test_the_wait_doubles_up_to_an_hour():
    waits = [letters.wait_after(number).total_seconds() for number in range(1, 10)]
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert letters.wait_after(10_000) == letters.LONGEST_WAIT


def test_after_a_day_it_is_given_up_and_the_person_is_told_in_the_page(
    server, alice, clock
):
    server.mood = Mood.BUSY
    letter = queue(alice, clock)
    while letter.status == LetterStatus.QUEUED:
        again(letter, clock)
    assert letter.status == LetterStatus.GIVEN_UP
    assert clock.now() - letter.created_at == timedelta(days=1)
    notice = Notice.objects.for_user(alice).get()
    assert "Books agree" in notice.title
    assert not notice.wants_letter
    server.mood = Mood.WELL
    again(letter, clock)
    assert server.letters == []


def test_who_has_left_the_desk_gets_no_letters(server, alice, clock):
    letter = queue(alice, clock)
    User.objects.update(is_active=False)
    assert letters.send_due(clock) == 0
    letter.refresh_from_db()
    assert letter.status == LetterStatus.GIVEN_UP
    assert server.letters == []


def test_without_a_mail_server_letters_become_files(settings, tmp_path, alice, clock):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "outbox"
    queue(alice, clock)
    assert letters.send_due(clock) == 1
    (file,) = (tmp_path / "outbox").iterdir()
    assert "Subject: Books agree" in file.read_text()
