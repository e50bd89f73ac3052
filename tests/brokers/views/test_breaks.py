"""A break's page and its steps, through the browser's plain forms."""

from __future__ import annotations

import pytest
from django.urls import reverse

from brokers.models import Break
from tests import people
from tests.brokers.views import found
from tradedesk.accounts.models import Role


@pytest.fixture
def broken(account):
    return found.a_break(found.a_run(account))


@pytest.fixture
def dora(db):
    return people.person("dora", Role.COMPLIANCE)


@pytest.fixture
def reviewer(dora):
    return people.verified(dora)


def text(response):
    return " ".join(response.content.decode().split())


def send(client, broken, step, **given):
    url = reverse(f"break_{step}", args=[broken.pk])
    return client.post(url, {"seen": broken.status} | given)


def resolved(client, broken):
    given = {"resolution": "error_theirs", "note": "They corrected it."}
    assert send(client, broken, "resolve", **given).status_code == 302
    broken.refresh_from_db()
    return broken


def test_the_page_shows_both_sides_and_offers_the_owners_steps(client, broken):
    said = text(client.get(reverse("break", args=[broken.pk])))
    assert "100 @ 60.00" in said
    assert "It may be a fill that only one side has." in said
    for step in ("assign", "status", "resolve"):
        assert reverse(f"break_{step}", args=[broken.pk]) in said
    assert reverse("break_verify", args=[broken.pk]) not in said


def test_the_list_has_what_waits_and_leaves_out_what_is_settled(client, broken):
    page = reverse("break", args=[broken.pk])
    assert page in text(client.get("/reconciliation/breaks/"))
    resolved(client, broken)
    assert page not in text(client.get("/reconciliation/breaks/"))
    assert page in text(client.get("/reconciliation/breaks/?tab=unverified"))


def test_a_break_is_given_to_somebody(client, broken, dora):
    assert send(client, broken, "assign", assignee=dora.pk).status_code == 302
    broken.refresh_from_db()
    assert broken.assignee == dora
    assert "dora" in text(client.get(reverse("break", args=[broken.pk])))


def test_its_work_has_a_state(client, broken):
    given = {"status": "awaiting_broker", "note": "Mail sent"}
    assert send(client, broken, "status", **given).status_code == 302
    broken.refresh_from_db()
    assert broken.status == "awaiting_broker"
    assert "Mail sent" in text(client.get(reverse("break", args=[broken.pk])))


def test_a_resolution_needs_a_note(client, broken):
    response = send(client, broken, "resolve", resolution="timing", note=" ")
    assert response.status_code == 422
    assert "This field is required." in text(response)
    assert Break.objects.get(pk=broken.pk).status == "open"


def test_what_the_workflow_refuses_comes_back_beside_its_field(client, broken):
    response = send(client, broken, "resolve", resolution="adjustment", note="Book it")
    assert response.status_code == 422
    assert "Give the units or the money of the entry." in text(response)


def test_a_break_that_moved_on_is_a_conflict(client, broken):
    resolved(client, broken)
    stale = {"seen": "open", "status": "investigating", "note": ""}
    url = reverse("break_status", args=[broken.pk])
    assert client.post(url, stale).status_code == 409


def test_a_second_person_signs_off_and_the_first_cannot(client, reviewer, broken):
    resolved(client, broken)
    assert send(client, broken, "verify").status_code == 403
    said = text(reviewer.get(reverse("break", args=[broken.pk])))
    assert "you are the second person" in said
    assert send(reviewer, broken, "verify", note="Seen").status_code == 302
    broken.refresh_from_db()
    assert broken.status == "verified"


def test_alone_on_a_desk_the_page_says_who_is_missing(client, broken):
    resolved(client, broken)
    said = text(client.get(reverse("break", args=[broken.pk])))
    assert "there is none on this desk" in said


def test_a_settled_break_is_opened_again_with_a_reason(client, broken):
    resolved(client, broken)
    assert send(client, broken, "reopen", note="").status_code == 422
    assert send(client, broken, "reopen", note="It is back").status_code == 302
    broken.refresh_from_db()
    assert broken.status == "open"


@pytest.mark.parametrize("step", ["assign", "status", "resolve", "verify", "reopen"])
def test_a_stranger_finds_no_break(stranger, broken, step):
    assert stranger.get(reverse("break", args=[broken.pk])).status_code == 404
    assert send(stranger, broken, step, note="x").status_code == 404


def test_a_reviewer_may_not_change_the_book(reviewer, broken):
    said = text(reviewer.get(reverse("break", args=[broken.pk])))
    assert "Compensating entry" not in said
    given = {"resolution": "write_off", "note": "small"}
    assert send(reviewer, broken, "resolve", **given).status_code == 403
