"""From rows of trades down to what the guardrails read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from journal.behaviour import services
from journal.models import BookMark, CoolingOff
from risk.services import behaviour_of
from tests.brokers.views import rows
from tests.journal.behaviour.conftest import a_trade
from tradedesk.audit.selectors import entries_for
from tradedesk.core.clock import SYSTEM_CLOCK


# In the middle of an exchange's day, whenever the test runs.
NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)


def read(account):
    return behaviour_of(user_id=account.owner_id, account_id=account.pk)


def test_what_is_written_down_is_what_was_reckoned(account):
    a_trade(account, opened=30, closed=2)
    a_trade(account, opened=20, risk=150, symbol="BRIO")
    facts = services.refresh(account, SYSTEM_CLOCK.now())
    assert read(account) == facts
    assert facts.unit_risks == {"BRIO": 15}
    assert facts.signals[0].code.value == "BEHAVIOUR_AFTER_LOSS"


def test_another_account_and_another_trader_are_not_spoken_of(account, alice):
    other = rows.an_account(alice)
    a_trade(account, opened=30, closed=2)
    services.refresh(account, SYSTEM_CLOCK.now())
    services.refresh(other, SYSTEM_CLOCK.now())
    assert read(other).signals == ()


@pytest.fixture
def hurried(account):
    """Two bigger trades, each minutes after a loss."""
    a_trade(account, opened=30, closed=20, now=NOON)
    a_trade(account, opened=18, closed=10, risk=200, now=NOON)
    return a_trade(account, opened=8, closed=1, risk=300, now=NOON)


def test_a_cooling_off_begins_once_is_audited_and_ends_by_itself(account, hurried):
    facts = services.refresh(account, NOON)
    row = CoolingOff.objects.get()
    assert row.began_at == hurried.opened_at
    assert facts.cooling_until == row.ends_at
    assert row.ends_at == hurried.opened_at + timedelta(minutes=15)
    assert facts.why == row.words
    services.refresh(account, NOON)
    assert CoolingOff.objects.count() == 1
    told = [one.action for one in entries_for("account", account.pk)]
    assert told.count("hold.began") == 1
    later = services.refresh(account, row.ends_at)
    assert later.cooling_until is None


def mark(account, built_at):
    BookMark.objects.create(account=account, symbol="ACME", built_at=built_at)


def test_an_account_is_due_when_its_trades_were_built_after_it_was_reckoned(account):
    now = SYSTEM_CLOCK.now()
    assert services.refresh_due(now) == 0
    mark(account, now)
    assert services.refresh_due(now) == 1
    assert services.refresh_due(now) == 0
    BookMark.objects.update(built_at=now + timedelta(seconds=1))
    assert services.due_accounts() == [account]
