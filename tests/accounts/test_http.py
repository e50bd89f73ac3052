from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from tests import people
from tradedesk.accounts import http, privacy
from tradedesk.accounts.models import Role, User
from tradedesk.core.errors import NotAllowedError


def request(user=None, method="get", **headers):
    made = getattr(RequestFactory(), method)(
        "/", headers=headers, REMOTE_ADDR="192.0.2.1"
    )
    made.user = user or AnonymousUser()
    return made


def test_an_actor_is_the_person_and_their_address(alice):
    actor = http.actor_of(request(alice))
    assert (actor.name, actor.user_id, actor.address) == (
        alice.email,
        alice.pk,
        "192.0.2.1",
    )
    assert http.actor_of(request()).name == "anonymous"


def test_a_forwarded_address_is_believed_behind_tls_only(settings):
    forged = {"x-forwarded-for": "203.0.113.9, 198.51.100.7"}
    assert http.address_of(request(**forged)) == "192.0.2.1"
    settings.HTTPS = True
    assert http.address_of(request(**forged)) == "198.51.100.7"
    assert http.address_of(request()) == "192.0.2.1"


@pytest.mark.parametrize("role", Role)
def test_only_owners_and_traders_change_orders_and_all_may_look(db, role):
    user = people.person("someone", role)
    view = http.trading_role_required(lambda _request: HttpResponse("done"))
    assert view(request(user)).content == b"done"
    if role in {Role.OWNER, Role.TRADER}:
        assert view(request(user, "post")).content == b"done"
    else:
        with pytest.raises(NotAllowedError):
            view(request(user, "post"))


def test_a_listed_role_is_required_whatever_the_method(alice, bob):
    view = http.role_required(Role.OWNER)(lambda _request: HttpResponse("done"))
    assert view(request(alice)).content == b"done"
    with pytest.raises(NotAllowedError):
        view(request(bob))


def test_staff_roles_may_look_at_everything_in_admin_and_change_nothing(alice, charlie):
    assert alice.has_perm("accounts.view_user")
    assert alice.has_module_perms("accounts")
    assert not alice.has_perm("accounts.change_user")
    assert not alice.has_perms(["accounts.view_user", "accounts.delete_user"])
    assert not charlie.has_perm("accounts.view_user")


def test_admin_is_for_staff_behind_the_second_factor_and_read_only(alice, charlie):
    staff = people.verified(alice)
    for page in ("", "accounts/user/", f"accounts/user/{charlie.pk}/change/"):
        assert staff.get(f"/admin/{page}").status_code == 200
    assert staff.get("/admin/accounts/user/add/").status_code == 403
    assert staff.post(f"/admin/accounts/user/{charlie.pk}/delete/").status_code == 403
    trader = people.verified(charlie)
    assert trader.get("/admin/", follow=True).status_code == 403


def test_admin_has_no_sign_in_page_of_its_own(alice):
    assert people.verified(alice).get("/admin/logout/")["Location"] == "/auth/logout/"


def test_everything_held_of_a_person_is_named_for_privacy(alice):
    for model, lookup in privacy.OWNED.items():
        assert model._default_manager.filter(**{lookup: alice.pk}).count() >= 0
    assert privacy.OWNED[User] == "pk"
