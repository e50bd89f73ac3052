"""Signing in and out, and every side door that allauth has."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import people
from tradedesk.accounts import factors
from tradedesk.accounts.models import TotpDevice, User
from tradedesk.audit.models import AuditEntry
from tradedesk.core.actor import system
from tradedesk.core.clock import SYSTEM_CLOCK


STEP = timedelta(seconds=30)
VERIFY = "/second-factor/"


def log_in(client: Client, password: str = people.PASSWORD, **more: str):
    data = {"login": "alice@desk.test", "password": password, **more}
    return client.post(reverse("account_login"), data)


def give(client: Client, device: TotpDevice, **more: str):
    data = {"device": device.persistent_id, "code": device.code_at(SYSTEM_CLOCK.now())}
    return client.post(VERIFY, {**data, **more})


def is_inside(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


@pytest.fixture
def address(alice: User) -> EmailAddress:
    return EmailAddress.objects.create(
        user=alice, email=alice.email, verified=True, primary=True
    )


def test_password_then_code_opens_the_desk(phone, client):
    assert log_in(client, next="/settings/")["Location"] == "/settings/"
    assert not is_inside(client)
    assert client.get(VERIFY).status_code == 200
    assert give(client, phone, next="/settings/")["Location"] == "/settings/"
    assert is_inside(client)
    entry = AuditEntry.objects.get(action="session.signed_in")
    assert (entry.actor_name, entry.address) == ("alice@desk.test", "127.0.0.1")


def test_the_session_has_a_new_key_after_each_proof(phone, client):
    log_in(client)
    before = client.session.session_key
    give(client, phone)
    assert client.session.session_key != before
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert not is_inside(stolen)


def test_a_wrong_code_says_so_with_422_and_lets_nobody_in(phone, client):
    log_in(client)
    response = client.post(VERIFY, {"device": phone.persistent_id, "code": "nonsense"})
    assert response.status_code == 422
    assert "That code is wrong." in response.content.decode()
    assert not is_inside(client)


def test_a_device_of_someone_else_is_no_choice(phone, charlie, client):
    client.force_login(charlie)
    people.authenticator(charlie)
    assert give(client, phone).status_code == 422
    assert not is_inside(client)


def test_after_the_code_nobody_is_sent_to_another_site(phone, client):
    log_in(client)
    assert give(client, phone, next="https://evil.example/")["Location"] == "/"


def test_a_failed_password_is_written_down_without_what_was_typed(phone, client):
    assert log_in(client, password="my other password").status_code == 200
    entry = AuditEntry.objects.get(action="session.failed")
    assert entry.subject_id == str(phone.user.pk)
    assert "my other password" not in str(entry.__dict__)


@pytest.mark.django_db
def test_an_unknown_address_gets_the_same_answer(alice, client):
    known = log_in(client, password="wrong").content.decode()
    data = {"login": "nobody@desk.test", "password": "wrong"}
    unknown = client.post(reverse("account_login"), data).content.decode()
    message = "are not correct"
    assert message in known
    assert message in unknown


def test_guessing_passwords_is_throttled(phone, client):
    for _ in range(6):
        response = log_in(client, password="wrong")
    assert "Too many failed login attempts" in response.content.decode()


def test_signing_out_ends_the_session(alice, phone):
    client = people.verified(alice)
    assert client.post(reverse("account_logout")).status_code == 302
    assert not is_inside(client)
    assert AuditEntry.objects.filter(action="session.signed_out").count() == 1


@pytest.mark.django_db
def test_sign_up_is_closed(client):
    assert client.get(reverse("account_signup")).status_code == 302
    data = {
        "email": "x@y.zz",
        "password1": people.PASSWORD,
        "password2": people.PASSWORD,
    }
    client.post(reverse("account_signup"), data)
    assert not User.objects.exists()


def test_a_reset_password_meets_the_second_factor_too(phone, address, client):
    inside = people.verified(phone.user)
    client.post(reverse("account_reset_password"), {"email": "alice@desk.test"})
    (letter,) = mail.outbox
    link = re.search(r"http://testserver(/\S+)", letter.body)[1]
    form_page = client.get(link)["Location"]
    password = "a wholly different secret"
    data = {"password1": password, "password2": password}
    assert client.post(form_page, data).status_code == 302
    assert not is_inside(client)
    assert not is_inside(inside), "the sessions of before are over"
    log_in(client, password=password)
    assert not is_inside(client)
    assert client.get("/settings/")["Location"].startswith(VERIFY)
    assert AuditEntry.objects.filter(action="password.changed").count() == 1


def test_a_reset_link_for_an_unknown_address_sends_no_letter(alice, client):
    response = client.post(reverse("account_reset_password"), {"email": "no@desk.test"})
    assert response.status_code == 302
    assert mail.outbox == []


def test_changing_the_password_ends_the_other_sessions(alice, phone, address):
    here, there = people.verified(alice), people.verified(alice)
    new = "a wholly different secret"
    data = {"oldpassword": people.PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), data).status_code == 302
    assert is_inside(here)
    assert not is_inside(there)
    assert "Your password has been changed" in mail.outbox[0].body


def test_confirming_an_address_signs_nobody_in(alice, phone, address):
    client, here = Client(), people.verified(alice)
    data = {"email": "alice@new.test", "action_add": ""}
    assert here.post(reverse("account_email"), data).status_code == 302
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    assert client.get(link).status_code == 200
    client.post(link)
    assert not is_inside(client)
    alice.refresh_from_db()
    assert alice.email == "alice@new.test"
    assert AuditEntry.objects.filter(action="user.email_changed").count() == 1
    assert any("changed from alice@desk.test" in each.body for each in mail.outbox)


def test_every_allauth_page_renders_for_who_may_see_it(alice, phone, address):
    client = people.verified(alice)
    for name in ("account_email", "account_change_password", "account_logout"):
        assert client.get(reverse(name)).status_code == 200, name
    anonymous = Client()
    for name in (
        "account_login",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ):
        assert anonymous.get(reverse(name)).status_code == 200, name


def test_who_lost_everything_comes_back_by_mail_and_a_new_factor(
    phone, address, client
):
    factors.reset(phone.user, actor=system("console"), now=SYSTEM_CLOCK.now())
    client.post(reverse("account_reset_password"), {"email": "alice@desk.test"})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    password = "a wholly different secret"
    data = {"password1": password, "password2": password}
    client.post(client.get(link)["Location"], data)
    log_in(client, password=password)
    assert client.get("/settings/")["Location"].startswith("/second-factor/enrol/")


def test_a_broken_reset_link_says_so(db, client):
    path = reverse("account_reset_password_from_key", args=["1", "broken-key"])
    assert "This link is closed" in client.get(path).content.decode()


def test_a_recovery_code_signs_in_from_its_own_page(alice, client, clock):
    people.authenticator(alice)
    codes = factors._replace_codes(alice, SYSTEM_CLOCK.now())
    log_in(client)
    assert "Use a recovery code" in client.get(VERIFY).content.decode()
    page = client.get(f"{VERIFY}?with=recovery").context["form"]
    device = page.fields["device"].choices[0][0]
    data = {"device": device, "code": codes[0], "with": "recovery"}
    assert client.post(VERIFY, data).status_code == 302
    assert is_inside(client)
