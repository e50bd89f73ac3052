"""Worst-case cards: suggested, written, rehearsed, overdue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from journal.models import WorstCaseCard
from journal.plans import due_drills
from journal.routine.days import exchange_day
from tests import people
from tradedesk.core.clock import SYSTEM_CLOCK


@pytest.fixture
def today():
    return exchange_day(SYSTEM_CLOCK.now())


def typed(today, **changed):
    form = {
        "category": "broker",
        "trigger": "The broker is down",
        "action": "Call the desk\nClose by telephone",
        "phone": "+1 555 0100",
        "responsible": "Me",
        "drill_days": "30",
        "next_drill_on": today.isoformat(),
    }
    return form | changed


@pytest.fixture
def card(client, today):
    client.post(reverse("worst_case_new"), typed(today))
    return WorstCaseCard.objects.get()


def test_suggestions_are_hints_and_no_cards(client):
    page = client.get(reverse("worst_cases")).content.decode()
    assert "Halted market" in page
    form = client.get(reverse("worst_case_new") + "?category=halt").content.decode()
    assert 'placeholder="A holding is halted and cannot be sold"' in form
    assert not WorstCaseCard.objects.exists()


def test_a_card_that_is_written_is_suggested_no_more(client, card):
    page = client.get(reverse("worst_cases"))
    assert "broker" not in [one.category for one in page.context["suggestions"]]
    assert b"+1 555 0100" in page.content


def test_an_overdue_drill_is_marked_until_it_is_held(client, card, alice, today):
    [due] = due_drills(alice, today + timedelta(days=3))
    assert (due.pk, due.overdue_days(today + timedelta(days=3))) == (card.pk, 3)
    assert b"1 to rehearse" in client.get(reverse("worst_cases")).content
    drill = reverse("worst_case_drill", args=[card.pk])
    client.post(drill, {"on": today.isoformat(), "note": "number was wrong"})
    card.refresh_from_db()
    assert card.drilled_on == today
    assert card.next_drill_on == today + timedelta(days=30)
    assert due_drills(alice, today + timedelta(days=29)) == []
    assert (
        b"number was wrong" in client.get(reverse("worst_case", args=[card.pk])).content
    )


def test_an_older_rehearsal_does_not_bring_the_next_one_forward(client, card, today):
    drill = reverse("worst_case_drill", args=[card.pk])
    client.post(drill, {"on": today.isoformat()})
    client.post(drill, {"on": (today - timedelta(days=9)).isoformat()})
    card.refresh_from_db()
    assert card.next_drill_on == today + timedelta(days=30)


def test_a_rehearsal_still_to_come_is_refused(client, card, today):
    drill = reverse("worst_case_drill", args=[card.pk])
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert client.post(drill, {"on": tomorrow}).status_code == 422


def test_a_card_put_away_is_due_no_more(client, card, alice, today):
    client.post(reverse("worst_case_archive", args=[card.pk]))
    assert due_drills(alice, today + timedelta(days=99)) == []


def test_what_is_missing_is_said(client, today):
    response = client.post(reverse("worst_case_new"), typed(today, action=""))
    assert response.status_code == 422
    assert b"The broker is down" in response.content


def test_a_strangers_card_is_not_told_of(card):
    stranger = people.verified(people.person("charlie"))
    url = reverse("worst_case", args=[card.pk])
    assert stranger.get(url).status_code == 404
