"""Nothing but a short list opens without the second factor."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import people
from tradedesk.accounts.middleware import OPEN_VIEWS


ANSWERS = {
    "str": "abc",
    "int": "1",
    "slug": "abc",
    "path": "abc",
    "uuid": "3f1c1a52-6b3f-4a76-a0e9-2a8c9f5b1d11",
}
REASONED = {
    "healthz": "says only which part of the desk is well",
    "account_login": "signing in",
    "account_logout": "the way out",
    "account_inactive": "says that an account is closed",
    "account_reset_password": "asks for a letter; the factor is asked afterwards",
    "account_reset_password_done": "says that a letter left",
    "account_reset_password_from_key": "sets a password; the factor is asked afterwards",
    "account_reset_password_from_key_done": "says that it was set",
    "account_confirm_email": "confirms an address by its letter",
    "people_setup": "the first owner's one-time link",
    "people_join": "an invitation's one-time link",
    "second_factor_verify": "gives the factor",
    "second_factor_enrol": "sets the first factor up; needs one once there is one",
}


def paths(patterns=None, prefix=""):
    """Every address that the resolver knows, with something in each place."""
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        route = str(each.pattern)
        if isinstance(each, URLResolver):
            yield from paths(each.url_patterns, prefix + route)
        elif isinstance(each, URLPattern) and each.name not in OPEN_VIEWS:
            yield prefix + route, each


def address(route: str, pattern: URLPattern) -> str | None:
    if "(?P" in route or "^" in route:
        return None
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        kind = {"string": "str"}.get(kind, kind)
        route = route.replace(f"<{kind}:{name}>", ANSWERS[kind]).replace(
            f"<{name}>", ANSWERS[kind]
        )
    return "/" + route


ALL = sorted({found for route, each in paths() if (found := address(route, each))})


def test_the_list_of_open_pages_is_the_reviewed_one():
    assert set(REASONED) == OPEN_VIEWS


def test_the_walk_finds_the_pages():
    assert {"/settings/", "/settings/people/", "/auth/email/", "/admin/"} <= set(ALL)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_anonymous_gets_past_the_door(method):
    client = Client()
    for path in ALL:
        response = getattr(client, method)(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith(reverse("account_login")), path


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_password_alone_opens_nothing(phone, method):
    client = people.signed_in(phone.user)
    for path in ALL:
        response = getattr(client, method)(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith(reverse("second_factor_verify")), path


def test_without_a_factor_everything_leads_to_setting_one_up(alice):
    client = people.signed_in(alice)
    for path in ALL:
        assert client.get(path)["Location"].startswith(
            reverse("second_factor_enrol")
        ), path


def test_a_factor_that_was_removed_closes_the_session_again(alice, phone):
    client = people.verified(alice)
    assert client.get("/settings/security/").status_code == 200
    people.ChaosDevice.objects.all().delete()
    assert client.get("/settings/security/").status_code == 302


def test_a_device_of_someone_else_in_the_session_verifies_nothing(
    alice, charlie, phone
):
    client = people.signed_in(charlie)
    people.authenticator(charlie)
    session = client.session
    session["otp_device_id"] = phone.persistent_id
    session.save()
    assert client.get("/settings/").status_code == 302


def test_a_page_is_remembered_and_an_action_is_not(phone):
    client = people.signed_in(phone.user)
    assert client.get("/settings/?a=1")["Location"].endswith(
        "next=%2Fsettings%2F%3Fa%3D1"
    )
    assert client.post("/settings/")["Location"].endswith("next=%2F")


def test_htmx_is_sent_to_a_whole_page(phone):
    response = people.signed_in(phone.user).get(
        "/settings/", headers={"hx-request": "true"}
    )
    assert response.status_code == 200
    assert response["HX-Redirect"].startswith(reverse("second_factor_verify"))
    assert response.content == b""


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
@pytest.mark.django_db
def test_programs_get_a_status_and_no_page(phone, kind):
    headers = {"accept": kind}
    assert Client().get("/settings/", headers=headers).status_code == 401
    assert (
        people.signed_in(phone.user).get("/settings/", headers=headers).status_code
        == 403
    )


def test_a_deactivated_person_is_out_at_once(alice, phone):
    client = people.verified(alice)
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert client.get("/settings/")["Location"].startswith(reverse("account_login"))
