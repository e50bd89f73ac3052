"""The pages of notes: written, kept, read, put away and brought back."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from journal.models import Note, NoteDraft, NoteImage, NoteTag, NoteTemplate
from journal.notes.markdown import reference
from tests import people
from tests.journal.notes.made import a_note, form, stored
from tradedesk.audit.models import AuditEntry


@pytest.fixture
def charlie(db):
    return people.verified(people.person("charlie"))


def test_a_note_is_written_and_read(client, alice):
    sent = form(
        title="Gap",
        body="**Strong** open in $ACME #idea",
        tags="earnings",
        symbols="brk.b",
    )
    response = client.post(reverse("note_new"), sent)
    note = Note.objects.get()
    assert response.url == reverse("note", args=[note.pk])
    assert note.tags == ["earnings", "idea"]
    assert note.symbols == ["BRK.B", "ACME"]
    page = client.get(response.url).content.decode()
    assert "<strong>Strong</strong> open" in page
    assert AuditEntry.objects.filter(action="note.saved").count() == 1


def test_the_same_form_sent_twice_is_one_note(client):
    sent = form(body="once")
    first, second = (client.post(reverse("note_new"), sent) for _ in range(2))
    assert first.url == second.url
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"body": "kept text", "tags": "a/b"}, "cannot be a tag"),
        ({"body": "kept text", "symbols": "?!"}, "is not a symbol"),
        ({"body": "kept text", "day": "soon"}, "Enter a valid date"),
        ({"body": " \n "}, "Write something first"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_text_is_kept(client, fields, words):
    response = client.post(reverse("note_new"), form(**fields))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert fields["body"].strip() in page
    assert not Note.objects.exists()


def test_an_older_form_is_refused_with_both_texts_and_may_then_be_saved(client, alice):
    note = a_note(alice, "first")
    edit = reverse("note_edit", args=[note.pk])
    client.post(edit, form(version="1", body="theirs"))
    stale = client.post(edit, form(version="1", body="mine"))
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "theirs" in page
    assert "mine" in page
    note.refresh_from_db()
    assert note.body == "theirs"
    assert 'name="version" value="2"' in page
    client.post(edit, form(version="2", body="mine"))
    note.refresh_from_db()
    assert (note.body, note.version) == ("mine", 3)


def test_archiving_can_be_undone_in_place(client, alice):
    note = a_note(alice, "Put away", title="Old idea")
    response = client.post(reverse("note_archive", args=[note.pk]), follow=True)
    page = response.content.decode()
    assert "Archived “Old idea”" in page
    assert reverse("note_restore", args=[note.pk]) in page
    assert "Old idea" in client.get(reverse("notes_archive")).content.decode()
    client.post(reverse("note_restore", args=[note.pk]))
    assert "Old idea" in client.get(reverse("notes")).content.decode()
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"note.archived", "note.restored"} <= set(actions)


def test_a_note_is_deleted_for_good_with_what_is_only_its_own(client, alice):
    key, shared = stored(alice), stored(alice)
    body = f"Secret {reference(key)} {reference(shared)}"
    note = a_note(alice, body, title="Plan X", tags=["only-here", "idea"])
    other = a_note(alice, f"Also {reference(shared)}", tags=["idea"])
    page = client.get(reverse("note_delete", args=[note.pk])).content.decode()
    assert "1 picture<" in page
    assert "another note shows too stays" in page
    assert Note.objects.count() == 2
    gone = client.post(reverse("note_delete", args=[note.pk]))
    assert gone.headers["Location"] == reverse("notes")
    assert [one.pk for one in Note.objects.all()] == [other.pk]
    assert [str(one.key) for one in other.images.all()] == [shared]
    assert not NoteImage.objects.filter(key=key).exists()
    assert [one.name for one in NoteTag.objects.all()] == ["idea"]
    told = AuditEntry.objects.filter(action="note.deleted").get()
    said = str(told.payload.data)
    assert "Secret" not in said
    assert "only-here" not in said


def test_a_draft_is_kept_offered_and_gone_when_the_note_is_saved(client):
    sent = form(title="Half", body="half a thou")
    assert client.post(reverse("note_draft"), sent).status_code == 200
    assert "Half" in client.get(reverse("notes")).content.decode()
    page = client.get(reverse("note_new"), {"draft": sent["key"]}).content.decode()
    assert "half a thou" in page
    client.post(reverse("note_new"), {**sent, "body": "half a thought"})
    assert not NoteDraft.objects.exists()


def test_a_draft_that_comes_after_the_note_was_saved_is_not_kept(client, alice):
    note = a_note(alice, "saved")
    late = form(key=str(note.key), version="0", body="typed before")
    assert client.post(reverse("note_draft"), late).status_code == 409
    assert not NoteDraft.objects.exists()


def test_what_was_typed_in_a_note_is_offered_when_it_is_opened_again(client, alice):
    note = a_note(alice, "saved")
    typed = form(key=str(note.key), version="1", body="saved and more")
    client.post(reverse("note_draft"), typed)
    edit = reverse("note_edit", args=[note.pk])
    assert "You typed more than you saved" in client.get(edit).content.decode()
    assert "saved and more" in client.get(edit, {"draft": "1"}).content.decode()


def test_a_draft_may_be_wrong_in_every_field(client):
    sent = form(body="x", day="tomorrow", tags="a/b", symbols="?")
    assert client.post(reverse("note_draft"), sent).status_code == 200
    assert NoteDraft.objects.get().day == "tomorrow"


@pytest.mark.parametrize(
    ("template", "words"),
    [("pre-market", "What I will not do"), ("idea", "Low risk?"),
     ("trade-review", "Verdict"), ("weekly-review", "The week in R")],
)  # fmt: skip
def test_a_note_may_begin_with_a_template_of_the_desk(client, template, words):
    given = {"template": template, "symbol": "acme", "day": "2026-03-02"}
    page = client.get(reverse("note_new"), given).content.decode()
    assert words in page
    assert "{day}" not in page
    assert "{symbol}" not in page


def test_own_templates_are_made_used_and_deleted(client):
    fields = {"name": "Close", "title": "Close of {day}", "body": "What now?"}
    client.post(reverse("note_template_new"), fields)
    page = client.get(reverse("notes")).content.decode()
    assert "Close" in page
    again = client.post(reverse("note_template_new"), fields)
    assert again.status_code == 422
    assert "called Close already" in again.content.decode()
    own = NoteTemplate.objects.get()
    begun = client.get(reverse("note_new"), {"template": own.pk, "day": "2026-03-02"})
    assert "Close of 2 March 2026" in begun.content.decode()
    client.post(reverse("note_template_delete", args=[own.pk]))
    assert not NoteTemplate.objects.exists()


def test_a_stranger_finds_nothing_and_changes_nothing(charlie, alice):
    note = a_note(alice, "alice alone")
    for name in ("note", "note_edit"):
        assert charlie.get(reverse(name, args=[note.pk])).status_code == 404
    for name in ("note_edit", "note_archive", "note_restore"):
        answer = charlie.post(
            reverse(name, args=[note.pk]), form(version="1", body="x")
        )
        assert answer.status_code == 404
    taken = charlie.post(reverse("note_new"), form(key=str(note.key), body="mine?"))
    assert taken.status_code == 404
    assert "alice alone" not in charlie.get(reverse("notes")).content.decode()
    assert "alice alone" not in b"".join(charlie.get(reverse("notes_json"))).decode()
    assert Note.objects.get().body == "alice alone"


def test_scripts_and_foreign_pictures_do_not_reach_the_page(client, alice):
    body = (
        "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
        " ![far](https://elsewhere.example/x.png) [out](https://elsewhere.example)"
    )
    note = a_note(alice, body)
    page = client.get(reverse("note", args=[note.pk])).content.decode()
    article = page[page.index("<article") : page.index("</article")]
    assert "<script" not in article
    assert "javascript:" not in article.replace("(javascript:alert(1))", "")
    assert "<img" not in article
    assert 'rel="noopener noreferrer nofollow"' in article


def test_the_preview_shows_what_the_note_will(client):
    page = client.post(reverse("note_preview"), {"body": "- [x] done"})
    assert "☑ done" in page.content.decode()


def test_json_holds_what_the_filters_show(client, alice):
    a_note(alice, "one #keep")
    a_note(alice, "two")
    answer = client.get(reverse("notes_json"), {"tag": "keep"})
    told = json.loads(b"".join(answer.streaming_content))
    assert [note["body"] for note in told["notes"]] == ["one #keep"]
