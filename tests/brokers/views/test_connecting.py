from __future__ import annotations

import json

import pytest

from brokers.models import Account, Connection
from brokers.registry import BROKERS, practice_endpoints
from tests import people
from tests.devices.models import ChaosDevice
from tests.emulators.practice import PracticeExchange
from tradedesk.audit.models import AuditEntry


URL = "/accounts/connect/"


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange")
    with PracticeExchange(folder).running() as running:
        yield running


@pytest.fixture
def brokers_at(settings):
    """Every broker answers at this port of the machine."""

    def move(port: int) -> None:
        settings.BROKER_ENDPOINTS = dict.fromkeys(BROKERS, practice_endpoints(port))

    return move


def form(broker="alpaca", environment="paper", **more) -> dict[str, str]:
    return {
        "broker": broker,
        "environment": environment,
        "label": "My account",
        "credential_key": "PKTEST",
        "credential_secret": "practice-secret",
    } | more


def test_every_broker_and_environment_can_be_chosen(client, account):
    page = client.get(URL).content.decode()
    for broker in BROKERS.values():
        for environment in broker.environments:
            assert f"broker={broker.slug}&amp;environment={environment}" in page


@pytest.mark.parametrize("slug", BROKERS)
def test_the_form_asks_for_exactly_what_the_broker_needs(client, account, slug):
    broker = BROKERS[slug]
    environment = next(iter(broker.environments))
    page = client.get(URL, {"broker": slug, "environment": environment})
    for field in broker.credential_fields:
        assert f'name="credential_{field.name}"' in page.content.decode()
        assert (
            field.tip
            in page.context["form"].fields[f"credential_{field.name}"].help_text
        )


def test_a_secret_is_never_written_back(client, account):
    page = client.post(URL, form(label="")).content.decode()
    assert "PKTEST" in page
    assert "practice-secret" not in page


@pytest.mark.parametrize("missing", ["label", "credential_key", "credential_secret"])
def test_a_missing_field_is_told(client, alice, missing):
    response = client.post(URL, form(**{missing: ""}))
    assert response.status_code == 422
    assert missing in response.context["form"].errors
    assert not Connection.objects.exists()


def test_a_connection_is_stored_once_the_broker_answered(
    client, alice, exchange, brokers_at
):
    brokers_at(exchange.port)
    response = client.post(URL, form())
    account = Account.objects.get(owner=alice)
    assert response.headers["Location"] == f"/accounts/{account.pk}/"
    assert (account.mode, account.name) == ("paper", "My account")
    assert account.equity is not None
    stored = json.loads(account.connection.credentials)
    assert stored == {"key": "PKTEST", "secret": "practice-secret"}


def test_refused_credentials_store_nothing(client, alice, exchange, brokers_at):
    brokers_at(exchange.port)
    response = client.post(URL, form(credential_secret="wrong"))
    assert response.status_code == 422
    assert b"refused these credentials" in response.content
    assert not Connection.objects.exists()


def test_a_broker_that_does_not_answer_stores_nothing(client, alice, brokers_at):
    brokers_at(1)
    response = client.post(URL, form())
    assert response.status_code == 503
    assert b"does not answer" in response.content
    assert not Connection.objects.exists()


def live(alice, **more) -> dict[str, str]:
    device = ChaosDevice.objects.get(user=alice)
    given = {"accepted": "on", "code": people.next_code(device)}
    return form(environment="live", **given) | more


def test_live_trading_shows_its_risks(client, account):
    page = client.get(URL, {"broker": "alpaca", "environment": "live"})
    assert b"Real money is at risk." in page.content
    assert b"A stop is no guarantee" in page.content


@pytest.mark.parametrize(
    "missing", [{"accepted": ""}, {"code": ""}, {"code": "000000"}]
)
def test_nothing_live_is_stored_without_acceptance_and_code(
    client, alice, exchange, brokers_at, missing
):
    brokers_at(exchange.port)
    response = client.post(URL, live(alice, **missing))
    assert response.status_code == 422
    assert not Connection.objects.exists()
    assert not AuditEntry.objects.filter(action="live.risk_accepted").exists()


def test_the_acceptance_is_written_down_before_a_live_account(
    client, alice, exchange, brokers_at
):
    brokers_at(exchange.port)
    client.post(URL, live(alice))
    account = Account.objects.get(owner=alice)
    assert account.mode == "live"
    accepted = AuditEntry.objects.get(action="live.risk_accepted")
    connected = AuditEntry.objects.get(action="account.connected")
    assert accepted.sequence < connected.sequence
    assert accepted.actor_user_id == alice.pk
    assert accepted.payload.data["version"] == 1
    assert "real money" in accepted.payload.data["warnings"][0]


def test_who_may_only_look_connects_nothing(reader, exchange, brokers_at):
    brokers_at(exchange.port)
    assert reader.post(URL, form()).status_code == 403
    assert not Connection.objects.exists()


def test_an_unknown_choice_is_no_choice(client, account):
    response = client.get(URL, {"broker": "alpaca", "environment": "practice"})
    assert "form" not in response.context
