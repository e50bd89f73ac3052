from __future__ import annotations

import pytest
from django.apps import apps
from django.core.cache import cache
from django.urls import reverse

from brokers.privacy import OWNED
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role


MODELS = ("order", "fill", "command", "position", "account", "connection")
REVIEWERS = (Role.OWNER, Role.COMPLIANCE, Role.OPERATOR)


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def book(db):
    account = rows.an_account(people.person("alice", Role.OWNER))
    order = rows.an_order(account)
    return {
        "order": order,
        "fill": rows.a_fill(order, "10", "60.00"),
        "command": rows.a_command(order),
        "position": rows.a_position(account),
        "account": account,
        "connection": account.connection,
    }


def page(client, model, verb, *ids):
    return client.get(reverse(f"admin:brokers_{model}_{verb}", args=ids))


@pytest.mark.parametrize("role", REVIEWERS)
def test_a_reviewer_reads_everything_and_changes_nothing(book, role):
    client = people.verified(people.person(f"reviewer-{role}", role))
    for model in MODELS:
        row = book[model]
        assert page(client, model, "changelist").status_code == 200
        shown = page(client, model, "change", row.pk)
        assert shown.status_code == 200
        assert b'name="_save"' not in shown.content
        assert page(client, model, "add").status_code == 403
        assert page(client, model, "delete", row.pk).status_code == 403


def test_a_reviewer_gets_to_the_record_of_an_order(book):
    client = people.verified(people.person("reviewer", Role.COMPLIANCE))
    shown = page(client, "order", "change", book["order"].pk).content.decode()
    where = f"subject=order&amp;subject_id={book['order'].pk}"
    assert where in shown
    commands = reverse("admin:brokers_command_changelist")
    assert client.get(f"{commands}?order={book['order'].pk}").status_code == 200


def test_credentials_are_never_shown(book):
    client = people.verified(people.person("reviewer", Role.COMPLIANCE))
    shown = page(client, "connection", "change", book["connection"].pk)
    assert b"s3cret-value" not in shown.content
    assert b"credentials" not in shown.content


def test_who_only_trades_does_not_get_in(book):
    client = people.verified(people.person("trader", Role.TRADER))
    assert page(client, "order", "changelist").status_code != 200


def test_every_row_of_a_person_is_named_for_export_and_erasure():
    shared = {"Instrument", "StoredBar"}
    named = {model.__name__ for model in OWNED}
    assert named | shared == {
        model.__name__ for model in apps.get_app_config("brokers").get_models()
    }


def test_the_lookups_lead_to_the_person(book):
    owner = book["account"].owner
    other = people.person("stranger")
    for row in book.values():
        mine = type(row).objects.filter(pk=row.pk)
        assert mine.filter(**{OWNED[type(row)]: owner}).exists()
        assert not mine.filter(**{OWNED[type(row)]: other}).exists()
