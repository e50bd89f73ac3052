"""From the owner link to a first page, and invitations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail, management
from django.test import Client

from tests import people
from tradedesk.accounts import services
from tradedesk.accounts.models import Invitation, OwnerLink, Role, TotpDevice, User
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError, NotAllowedError, StaleStateError


NEW_OWNER = {"email": "Olga@Desk.test", "password": "walnut ferry compass"}


def owner_path() -> str:
    return services.owner_link(SYSTEM_CLOCK.now())


@pytest.mark.django_db
def test_the_owner_link_leads_to_a_desk_with_a_second_factor(client):
    path = owner_path()
    assert client.get(path).status_code == 200
    assert client.post(path, NEW_OWNER)["Location"] == "/second-factor/enrol/"
    page = client.get("/second-factor/enrol/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert "style=" not in page
    done = enrol(client)
    assert len(done.context["codes"]) == 10
    assert client.get("/settings/security/").status_code == 200
    owner = User.objects.get()
    assert (owner.email, owner.role) == ("olga@desk.test", Role.OWNER)


def enrol(client: Client, **more: str):
    pending = TotpDevice.objects.get(confirmed=False)
    code = pending.code_at(SYSTEM_CLOCK.now())
    data = {"pending": pending.pk, "new_code": code, **more}
    return client.post("/second-factor/enrol/", data)


@pytest.mark.django_db
def test_the_owner_link_works_once(client):
    path = owner_path()
    client.post(path, NEW_OWNER)
    assert Client().get(path).status_code == 410
    assert Client().post(path, {**NEW_OWNER, "email": "b@c.dd"}).status_code == 410
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_each_start_voids_the_link_of_the_one_before(client):
    first, second = owner_path(), owner_path()
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


@pytest.mark.django_db
def test_a_link_of_yesterday_is_closed(client):
    path = owner_path()
    OwnerLink.objects.update(expires_at=SYSTEM_CLOCK.now())
    assert client.get(path).status_code == 410


@pytest.mark.django_db
def test_the_token_of_a_link_is_not_stored():
    token = owner_path().split("/")[-2]
    assert OwnerLink.objects.get().token_hash != token
    assert len(token) == 43


def test_with_an_owner_there_is_no_owner_link(alice, capsys):
    with pytest.raises(StaleStateError):
        owner_path()
    management.call_command("owner_link")
    out, err = capsys.readouterr()
    assert out == ""
    assert "an owner already" in err


@pytest.mark.django_db
def test_the_command_prints_the_path(capsys, client):
    management.call_command("owner_link")
    assert client.get(capsys.readouterr().out.strip()).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password1234", "olga@desk.test"])
def test_a_weak_password_is_refused_with_422_and_nothing_is_lost(client, password):
    response = client.post(owner_path(), {**NEW_OWNER, "password": password})
    assert response.status_code == 422
    assert 'value="Olga@Desk.test"' in response.content.decode()
    assert not User.objects.exists()


def test_an_owner_invites_and_the_invited_joins_with_that_role(alice, client):
    owner = people.verified(alice)
    data = {"email": "Nina@desk.test", "role": "compliance"}
    page = owner.post("/settings/people/", data)
    link = page.context["link"]
    assert link.startswith("http://testserver/join/")
    assert link in mail.outbox[0].body
    assert mail.outbox[0].to == ["nina@desk.test"]
    assert link not in owner.get("/settings/people/").content.decode()
    path = link.removeprefix("http://testserver")
    assert "nina@desk.test" in client.get(path).content.decode()
    assert client.post(path, {"password": NEW_OWNER["password"]}).status_code == 302
    nina = User.objects.get(email="nina@desk.test")
    assert nina.role == Role.COMPLIANCE
    assert Client().get(path).status_code == 410


def test_the_invitation_decides_the_address_and_role_not_the_form(alice, client):
    issued = invite(alice, "nina@desk.test", Role.READ_ONLY)
    data = {"password": NEW_OWNER["password"], "email": "x@y.zz", "role": "owner"}
    client.post(issued.path, data)
    assert User.objects.get(email="nina@desk.test").role == Role.READ_ONLY


def invite(by: User, email: str, role: Role = Role.TRADER):
    return services.invite(
        email=email, role=role, by=by, actor=people.actor(by), now=SYSTEM_CLOCK.now()
    )


def test_a_second_invitation_withdraws_the_first(alice, client):
    first = invite(alice, "nina@desk.test")
    second = invite(alice, "NINA@desk.test")
    assert client.get(first.path).status_code == 410
    assert client.get(second.path).status_code == 200


def test_a_withdrawn_or_old_invitation_is_closed(alice, client):
    issued = invite(alice, "nina@desk.test")
    people.verified(alice).post(
        f"/settings/people/invitations/{issued.invitation.pk}/withdraw/"
    )
    assert client.get(issued.path).status_code == 410
    with pytest.raises(StaleStateError):
        services.withdraw_invitation(
            issued.invitation.pk, actor=people.actor(alice), now=SYSTEM_CLOCK.now()
        )
    late = invite(alice, "nina@desk.test")
    Invitation.objects.update(expires_at=SYSTEM_CLOCK.now() - timedelta(seconds=1))
    assert client.get(late.path).status_code == 410


def test_who_has_an_account_is_not_invited(alice, charlie):
    with pytest.raises(InvalidInputError):
        invite(alice, "Charlie@desk.test")
    page = people.verified(alice).post(
        "/settings/people/", {"email": "charlie@desk.test", "role": "trader"}
    )
    assert page.status_code == 422
    assert "has an account already" in page.content.decode()


@pytest.mark.parametrize("role", [each for each in Role if each != Role.OWNER])
def test_only_owners_see_and_change_people(alice, charlie, role):
    charlie.role = role
    charlie.save(update_fields=["role"])
    client = people.verified(charlie)
    assert client.get("/settings/people/").status_code == 403
    for act in ("role", "deactivate", "reactivate"):
        response = client.post(
            f"/settings/people/{alice.pk}/{act}/", {"role": "trader"}
        )
        assert response.status_code == 403
    alice.refresh_from_db()
    assert (alice.role, alice.is_active) == (Role.OWNER, True)


def test_an_owner_changes_a_role_and_it_is_written_down(alice, charlie):
    client = people.verified(alice)
    client.post(f"/settings/people/{charlie.pk}/role/", {"role": "operator"})
    charlie.refresh_from_db()
    assert charlie.role == Role.OPERATOR
    assert AuditEntry.objects.get(action="user.role_changed").subject_id == str(
        charlie.pk
    )
    wrong = client.post(f"/settings/people/{charlie.pk}/role/", {"role": "emperor"})
    assert wrong.status_code == 422


def test_the_last_owner_stays(alice, charlie):
    now, by = SYSTEM_CLOCK.now(), people.actor(alice)
    for act in (
        lambda: services.change_role(alice, Role.TRADER, actor=by, now=now),
        lambda: services.deactivate(alice, actor=by, now=now),
    ):
        with pytest.raises(NotAllowedError, match="needs an owner"):
            act()
    services.change_role(charlie, Role.OWNER, actor=by, now=now)
    services.deactivate(alice, actor=by, now=now)
    assert not User.objects.get(pk=alice.pk).is_active


def test_deactivating_ends_sessions_and_reactivating_lets_sign_in_again(alice, charlie):
    client, owner = people.verified(charlie), people.verified(alice)
    owner.post(f"/settings/people/{charlie.pk}/deactivate/")
    assert client.get("/settings/").status_code == 302
    owner.post(f"/settings/people/{charlie.pk}/reactivate/")
    assert User.objects.get(pk=charlie.pk).is_active
    assert AuditEntry.objects.filter(action__startswith="user.").count() == 2
