from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.urls import reverse

from tests import people
from tradedesk.accounts import factors, preferences
from tradedesk.accounts.models import (
    Preferences,
    RecoveryDevice,
    StepUpGrant,
    TotpDevice,
)
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK


@pytest.fixture
def page(alice, phone):
    factors._replace_codes(alice, SYSTEM_CLOCK.now())
    return people.verified(alice)


def chaos(alice):
    device = people.ChaosDevice.objects.get(user=alice)
    return {"device": device.persistent_id, "code": people.next_code(device)}


CHOICES = {
    "theme": "dark",
    "contrast": "high",
    "palette": "blue",
    "density": "comfortable",
    "zone": "local",
    "local_zone": "Europe/Berlin",
    "hide_money": "on",
    "size_model": "fixed_value",
    "risk_percent": "0.75",
    "breakeven_r": "0.1",
    "name": "Alice A.",
}


def test_wishes_are_kept_and_reach_the_page(page, alice):
    assert page.post("/settings/", CHOICES).status_code == 302
    wishes = preferences.of(alice)
    assert preferences.html_attributes(wishes) == {
        "theme": "dark",
        "palette": "blue",
        "density": "comfortable",
        "contrast": "high",
    }
    assert preferences.zone_name(wishes) == "Europe/Berlin"
    assert (wishes.hide_money, wishes.shortcuts_enabled) == (True, False)
    alice.refresh_from_db()
    assert alice.name == "Alice A."
    assert AuditEntry.objects.filter(action="preferences.changed").count() == 1


def test_without_wishes_the_defaults_are_shown_and_nothing_is_stored(page, alice):
    assert page.get("/settings/").status_code == 200
    wishes = preferences.of(alice)
    assert "contrast" not in preferences.html_attributes(wishes)
    assert preferences.zone_name(wishes) == ""
    assert not Preferences.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"local_zone": "Mars/Olympus"}, {"risk_percent": "50"}, {"theme": "pink"}]
)
def test_a_wish_that_cannot_be_is_refused_with_422(page, wrong):
    assert page.post("/settings/", {**CHOICES, **wrong}).status_code == 422
    assert not Preferences.objects.exists()


def test_saving_leaves_what_another_page_changed(alice):
    stale = preferences.of(alice)
    preferences.save(
        Preferences(user=alice, theme="dark"),
        fields=["theme"],
        actor=people.actor(alice),
        now=SYSTEM_CLOCK.now(),
    )
    stale.palette = "east"
    preferences.save(
        stale, fields=["palette"], actor=people.actor(alice), now=SYSTEM_CLOCK.now()
    )
    assert (preferences.of(alice).theme, preferences.of(alice).palette) == (
        "dark",
        "east",
    )


def test_rows_are_found_by_their_person_alone(alice, charlie, phone):
    for model in (Preferences, StepUpGrant):
        assert not model.objects.for_user(charlie).exists()
    assert list(TotpDevice.objects.for_user(alice)) == [phone]
    assert not TotpDevice.objects.for_user(charlie).exists()


def test_security_shows_factors_codes_and_sessions(page, alice):
    text = page.get("/settings/security/").content.decode()
    assert "10 of 10 left" in text
    assert "Phone" in text
    assert "this one" in text


def test_adding_an_authenticator_needs_a_code_of_one_there_is(page, alice):
    page.get("/second-factor/enrol/")
    pending = TotpDevice.objects.get(confirmed=False)
    new = {"pending": pending.pk, "new_code": pending.code_at(SYSTEM_CLOCK.now())}
    assert page.post("/second-factor/enrol/", new).status_code == 422
    assert TotpDevice.objects.filter(confirmed=False).exists()
    added = page.post(
        "/second-factor/enrol/", {**new, **chaos(alice), "name": "Tablet"}
    )
    assert added["Location"] == reverse("settings_security")
    assert TotpDevice.objects.get(name="Tablet").confirmed
    assert page.get("/settings/").status_code == 200


def test_a_set_up_page_that_is_out_of_date_starts_again(page, alice):
    response = page.post(
        "/second-factor/enrol/", {"pending": "999", "new_code": "123456"}
    )
    assert response.status_code == 409
    assert "out of date" in response.content.decode()


def test_removing_a_factor_asks_for_a_code_and_ends_other_sessions(page, alice, phone):
    path = reverse("remove_factor", args=["accounts.totpdevice", phone.pk])
    other = people.verified(alice)
    assert page.get(path).status_code == 200
    assert page.post(path, {**chaos(alice), "code": "wrong"}).status_code == 422
    assert TotpDevice.objects.filter(pk=phone.pk).exists()
    assert "Too many wrong codes" in page.post(path, chaos(alice)).content.decode()
    people.ChaosDevice.objects.update(step_up_failures=0)
    assert page.post(path, chaos(alice)).status_code == 302
    assert not TotpDevice.objects.filter(pk=phone.pk).exists()
    assert page.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 302


def test_a_factor_of_someone_else_is_not_there(alice, charlie, phone):
    path = reverse("remove_factor", args=["accounts.totpdevice", phone.pk])
    assert people.verified(charlie).get(path).status_code == 404


def test_new_recovery_codes_are_shown_once(page, alice):
    path = reverse("recovery_codes")
    assert page.get(path).status_code == 200
    shown = page.post(path, chaos(alice))
    code = shown.context["codes"][0]
    assert code in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert code not in page.get("/settings/security/").content.decode()
    assert RecoveryDevice.objects.get().codes.count() == 10


def test_last_seen_is_written_once_a_minute_and_not_with_every_page(page, alice):
    page.get("/settings/security/")
    long_ago = SYSTEM_CLOCK.now() - timedelta(hours=1)
    UserSession.objects.update(last_seen_at=long_ago)
    page.get("/settings/security/")
    assert UserSession.objects.get().last_seen_at == long_ago
    cache.clear()
    page.get("/settings/security/")
    assert UserSession.objects.get().last_seen_at > long_ago


def test_all_other_sessions_end_at_once(page, alice):
    other = people.verified(alice)
    assert page.post(reverse("end_sessions")).status_code == 302
    assert page.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 302
    assert AuditEntry.objects.filter(action="session.others_ended").exists()


def test_changes_need_a_post(page):
    assert page.get(reverse("end_sessions")).status_code == 405
    assert page.get(reverse("change_role", args=[1])).status_code == 405
