"""The behaviour page with a history, with one trade, and with nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from journal.behaviour.report import report_of
from journal.models import CoolingOff, Nudge, TradeFill
from risk.facts import Policy
from risk.services import effective_policy
from tests import people
from tests.brokers.views import rows
from tests.devices.models import ChaosDevice
from tests.journal.analytics.worked import vectors
from tests.journal.behaviour.conftest import a_trade
from tradedesk.accounts.models import Role
from tradedesk.core.clock import SYSTEM_CLOCK


D = Decimal


@pytest.fixture
def sequence(account):
    """The worked sequence, begun five hours ago."""
    made = vectors("behaviour")["trades_open_close_risk_r"]
    return [
        a_trade(account, opened=300 - opened, closed=300 - closed, risk=risk, r=r)
        for opened, closed, risk, r in made
    ]


def shown(client, **query):
    return client.get(reverse("behaviour"), query).content.decode()


def test_the_sequence_gives_its_flags_and_its_leakage(account, sequence):
    report = report_of(account, Policy(), SYSTEM_CLOCK.now())
    assert report.sizes.leakage.leakage == vectors("behaviour")["sizing_leakage"]
    assert report.sizes.leakage.made == vectors("behaviour")["pnl"]
    assert report.hurried.count == 2
    assert report.hurried.longest_run == 2
    newest = [one.trade.key for one in report.hurried.shown]
    assert newest == [sequence[3].key, sequence[2].key]
    assert report.sizes.ratios.median == D("1.3")


def test_the_page_says_the_leakage_and_that_the_sample_is_low(client, sequence):
    page = shown(client)
    assert "\N{MINUS SIGN}1,000.00" in page
    assert "Low sample: 8 trades with a planned risk." in page
    assert "Below 30 trades in a group no comparison is made." in page
    assert "too few for a verdict" in page


def test_an_account_without_trades_claims_nothing(client, account):
    page = shown(client)
    assert "Nothing to read yet" in page
    assert "No warning yet" in page


def test_one_trade_is_shown_without_a_claim(client, account):
    a_trade(account, opened=60, closed=30, r="2")
    page = shown(client)
    assert "Low sample: 1 trade with a planned risk." in page
    assert "n/a" in page


def test_a_trader_without_an_account_is_told_where_to_begin(db):
    client = people.verified(people.person("dora"))
    assert "No account yet" in shown(client)


def test_a_strangers_account_is_not_there(client, account):
    theirs = rows.an_account(people.person("bob"))
    response = client.get(reverse("behaviour"), {"account": theirs.pk})
    assert response.status_code == 404


def warned(account, *, answer, order=None, **fields):
    now = SYSTEM_CLOCK.now()
    given = {
        "intent": uuid4(),
        "signal": "BEHAVIOUR_AFTER_LOSS",
        "level": 1,
        "words": "You closed a loss 2 min ago.",
        "symbol": "ACME",
        "shown_at": now,
        "answered_at": now if answer else None,
    } | fields
    return Nudge.objects.create(
        owner=account.owner, account=account, order=order, answer=answer, **given
    )


def test_a_warning_is_joined_to_the_trade_that_it_warned_of(client, account):
    order = rows.an_order(account, status="filled")
    trade = a_trade(account, opened=20, closed=5, r="-1.25", order=order)
    TradeFill.objects.create(
        owner=account.owner, trade=trade, account=account, execution_id="x1",
        side="buy", quantity=10, price=60, fees=0, order=order,
        executed_at=trade.opened_at,
    )  # fmt: skip
    warned(account, answer="proceeded", order=order, reason="my setup")
    stop = rows.an_exit(account, parent=order)
    warned(account, answer="edited", order=stop)
    warned(account, answer="abandoned")
    outcomes = report_of(account, Policy(), SYSTEM_CLOCK.now()).outcomes
    (of_signal,) = outcomes.signals
    assert of_signal.shown == 3
    assert dict(of_signal.answers) == {"proceeded": 1, "edited": 1, "abandoned": 1}
    of_stop = next(one for one in outcomes.newest if one.nudge.order == stop)
    assert of_stop.ended.trade_id == trade.pk
    assert of_signal.proceeded_r.mean == D("-1.25")
    page = shown(client)
    assert "\N{MINUS SIGN}1.25R" in page
    assert "my setup" in page
    assert "never one" in page


def test_a_warning_that_everybody_clicks_away_is_said_to_be_of_no_use(client, account):
    for _ in range(19):
        warned(account, answer="proceeded")
    assert "hardly ever heeded" not in shown(client)
    warned(account, answer="proceeded")
    assert "hardly ever heeded" in shown(client)


def limits(**changed):
    return {"reason": "After the review of my month", **changed}


def test_a_tighter_limit_holds_at_once_and_a_looser_one_from_the_next_session(
    client, alice, account
):
    url, now = reverse("behaviour_limits"), SYSTEM_CLOCK.now

    def in_force():
        return effective_policy(user_id=alice.pk, account_id=account.pk, now=now())

    assert client.get(url).status_code == 200
    response = client.post(url, limits(cooling_off_minutes="30", new_orders_a_day="5"))
    assert response.status_code == 302
    assert in_force().cooling_off_minutes == 30
    assert in_force().new_orders_a_day == 5
    looser = limits(cooling_off_minutes="20", new_orders_a_day="5")
    response = client.post(url, looser)
    assert response.status_code == 422
    assert "This loosens: Cooling-off lasts." in response.content.decode()
    code = people.next_code(ChaosDevice.objects.get(user=alice))
    response = client.post(url, looser | {"code": code})
    assert response.status_code == 302
    assert in_force().cooling_off_minutes == 30
    tomorrow = now() + timedelta(hours=13)
    later = effective_policy(user_id=alice.pk, account_id=account.pk, now=tomorrow)
    assert later.cooling_off_minutes == 20
    assert "looser from" in client.get(url).content.decode()


def test_a_limit_that_is_no_number_or_says_no_why_is_not_written(client, account):
    url = reverse("behaviour_limits")
    assert client.post(url, limits(tilt_losses="-1")).status_code == 422
    assert client.post(url, {"tilt_losses": "2"}).status_code == 422


@pytest.fixture
def locked(db):
    bob = people.person("bob")
    account = rows.an_account(bob)
    now = SYSTEM_CLOCK.now()
    return CoolingOff.objects.create(
        owner=bob, account=account, kind="lock", signal="BEHAVIOUR_TILT",
        occasion="today", words="The day is over.", began_at=now,
        ends_at=now + timedelta(hours=8),
    )  # fmt: skip


def test_the_owner_lifts_somebody_elses_lock_with_a_reason(client, alice, locked):
    assert "The day is over." in client.get(reverse("holds")).content.decode()
    url = reverse("hold_lift", args=[locked.pk])
    assert client.post(url, {"reason": "no"}).status_code == 422
    assert client.post(url, {"reason": "Hedge agreed by phone"}).status_code == 302
    locked.refresh_from_db()
    assert (locked.lifted_by, locked.lift_reason) == (alice, "Hedge agreed by phone")
    told = shown(people.verified(locked.owner))
    assert f"lifted by {alice.email}: Hedge agreed by phone" in told


def test_nobody_lifts_their_own_lock(locked):
    own = people.verified(locked.owner)
    url = reverse("hold_lift", args=[locked.pk])
    assert own.post(url, {"reason": "I feel fine again"}).status_code == 403
    locked.owner.role = Role.OWNER
    locked.owner.save()
    assert own.post(url, {"reason": "I feel fine again"}).status_code == 403
    locked.refresh_from_db()
    assert locked.lifted_at is None
