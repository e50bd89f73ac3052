"""The plan's pages: written in sections, published as versions, reviewed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from journal.models import Plan, PlanVersion
from journal.plans import due_reviews
from journal.plans.sections import BY_KEY, SECTIONS
from journal.plans.writing import section_digest
from journal.routine.days import exchange_day
from tests import people
from tradedesk.accounts.models import Role
from tradedesk.audit.selectors import entries_for
from tradedesk.core.clock import SYSTEM_CLOCK


HTMX = {"HX-Request": "true"}


def write(client, key, *, seen=None, headers=None, **fields):
    url = reverse("plan_section", args=[key])
    form = {"seen": section_digest({}) if seen is None else seen, **fields}
    return client.post(url, form, headers=headers or {})


def publish(client, reason=""):
    return client.post(reverse("plan_changes"), {"reason": reason})


def test_an_empty_plan_shows_every_section_and_stores_no_prompt(client, alice):
    page = client.get(reverse("plan"))
    assert page.status_code == 200
    for section in SECTIONS:
        assert section.title in page.content.decode()
    assert not Plan.objects.exists()


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_each_section_opens_as_a_form(client, key):
    page = client.get(reverse("plan"), {"edit": key}).content.decode()
    assert BY_KEY[key].fields[0].hint in page


def test_a_section_is_kept_in_the_draft_and_carried_by_nothing_yet(client, alice):
    response = write(client, "purpose", purpose="To own my\r\ntime ")
    assert response.headers["Location"] == f"{reverse('plan')}#purpose"
    plan = Plan.objects.get()
    assert plan.draft == {"purpose": {"purpose": "To own my\ntime"}}
    assert plan.current is None
    assert entries_for("plan", plan.pk).get().action == "plan.changed"


def test_a_script_gets_the_section_and_the_state_of_the_plan(client):
    form = client.get(reverse("plan_section", args=["purpose"]), headers=HTMX)
    assert b"<html" not in form.content
    saved = write(client, "purpose", purpose="Time", headers=HTMX).content.decode()
    assert "<form" not in saved
    assert 'id="plan-state"' in saved
    assert "hx-swap-oob" in saved


def test_a_figure_has_to_be_one(client):
    refused = write(client, "objectives", largest_drawdown="a lot")
    assert refused.status_code == 422
    assert b"a lot" in refused.content
    write(client, "objectives", largest_drawdown="12.5")
    assert Plan.objects.get().draft["objectives"] == {"largest_drawdown": "12.5"}


def test_two_windows_do_not_overwrite_each_other_unseen(client):
    write(client, "purpose", purpose="First")
    stale = write(client, "purpose", purpose="Second")
    assert stale.status_code == 409
    assert b"Second" in stale.content
    assert Plan.objects.get().draft["purpose"] == {"purpose": "First"}
    again = stale.context["form"]["seen"].value()
    assert write(client, "purpose", seen=again, purpose="Second").status_code == 302


def test_a_published_version_stays_what_it_was(client, alice):
    write(client, "purpose", purpose="Time")
    assert publish(client, "the first").status_code == 302
    write(client, "purpose", seen=section_digest({"purpose": "Time"}), purpose="Ease")
    assert PlanVersion.objects.get().sections == {"purpose": {"purpose": "Time"}}
    publish(client)
    page = client.get(reverse("plan_version", args=[2])).content.decode()
    assert "<del>" in page
    assert "Ease" in page
    assert [v.number for v in PlanVersion.objects.order_by("number")] == [1, 2]


def test_the_database_refuses_to_change_a_version(client, alice):
    write(client, "purpose", purpose="Time")
    publish(client)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        PlanVersion.objects.update(sections={})


def test_nothing_new_is_not_published_twice(client):
    write(client, "purpose", purpose="Time")
    publish(client)
    refused = publish(client)
    assert refused.status_code == 422
    assert b"Nothing has changed since version 1." in refused.content


def test_an_empty_plan_is_not_published(client):
    assert publish(client).status_code == 422


def test_the_draft_goes_back_to_what_is_in_force(client):
    write(client, "purpose", purpose="Time")
    assert client.post(reverse("plan_discard")).status_code == 409
    publish(client)
    write(client, "purpose", seen=section_digest({"purpose": "Time"}), purpose="x")
    client.post(reverse("plan_discard"))
    assert Plan.objects.get().draft == {"purpose": {"purpose": "Time"}}


def test_a_published_plan_is_due_again_and_a_review_says_when(client, alice):
    write(client, "purpose", purpose="Time")
    today = exchange_day(SYSTEM_CLOCK.now())
    assert due_reviews(alice, today + timedelta(days=400)) == []
    publish(client)
    assert due_reviews(alice, today + timedelta(days=89)) == []
    [due] = due_reviews(alice, today + timedelta(days=91))
    assert due.overdue_days(today + timedelta(days=91)) == 1
    client.post(reverse("plan_review"), {"every_days": "30", "note": "holds"})
    plan = Plan.objects.get()
    assert (plan.reviewed_on, plan.review_note) == (today, "holds")
    assert due_reviews(alice, today + timedelta(days=30)) != []


def test_a_stranger_finds_no_version_and_a_reader_cannot_write(client):
    write(client, "purpose", purpose="Time")
    publish(client)
    stranger = people.verified(people.person("charlie"))
    assert stranger.get(reverse("plan_version", args=[1])).status_code == 404
    assert b"Time" not in stranger.get(reverse("plan")).content
    reader = people.verified(people.person("bob", Role.READ_ONLY))
    assert write(reader, "purpose", purpose="Mine").status_code == 403


def test_the_plan_takes_few_queries_however_many_versions(
    client, django_assert_max_num_queries
):
    text = ""
    for number in range(5):
        seen = section_digest({"purpose": text} if text else {})
        text = f"Reason {number}"
        write(client, "purpose", seen=seen, purpose=text)
        publish(client)
    client.get("/about")
    with django_assert_max_num_queries(12):
        client.get(reverse("plan"))
