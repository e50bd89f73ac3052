"""The practice exchange connected by one click: its first ticket may go at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection

from brokers.models import Account
from brokers.orders.turns import TurnTaken, turn_of
from brokers.registry import practice_endpoints
from tests import people
from tests.emulators.practice import PracticeExchange
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk import welcome


@pytest.fixture
def account(exchange: PracticeExchange, alice: User, settings, monkeypatch) -> Account:
    """Connected as by the button, with the exchange as the desk's own."""
    settings.BROKER_ENDPOINTS = {"practice": practice_endpoints(exchange.port)}
    monkeypatch.setenv("PRACTICE_KEY", exchange.key)
    monkeypatch.setenv("PRACTICE_SECRET", exchange.secret)
    return connected(alice)


def connected(user: User) -> Account:
    found = welcome.connect_practice(user, people.actor(user), SYSTEM_CLOCK)
    found.refresh_from_db()
    return found


def test_positions_are_known_before_the_first_page(account: Account):
    assert account.synced_at is not None
    assert account.equity
    assert account.connection.venue_told_at is not None


def test_everybody_practises_on_an_account_of_their_own(account: Account):
    assert connected(account.owner) == account
    bob, carol = (connected(people.person(name)) for name in ("bob", "carol"))
    assert len({account.number, bob.number, carol.number}) == 3
    assert bob.equity == 100_000
    assert bob.synced_at is not None


@contextmanager
def read_elsewhere(account: Account, seconds: float) -> Iterator[None]:
    """Another process has the turn, for so long at most or until this is left."""
    begun, over = Event(), Event()

    def background() -> None:
        with turn_of(account.pk):
            begun.set()
            over.wait(seconds)
        connection.close()

    thread = Thread(target=background)
    thread.start()
    begun.wait()
    yield
    over.set()
    thread.join()


def test_a_reading_that_the_background_has_begun_is_waited_for(account: Account):
    Account.objects.filter(pk=account.pk).update(synced_at=None)
    with read_elsewhere(account, seconds=0.3):
        with pytest.raises(TurnTaken), turn_of(account.pk):
            raise AssertionError("the turn was free")
        welcome._read_account(account, SYSTEM_CLOCK)
        assert account.synced_at is not None
        with turn_of(account.pk):
            """It was given back."""


def test_nobody_waits_for_a_turn_for_ever(account: Account):
    short = timedelta(milliseconds=50)
    with read_elsewhere(account, seconds=60):
        with pytest.raises(TurnTaken), turn_of(account.pk, short):
            raise AssertionError("the turn was free")
        assert Account.objects.filter(pk=account.pk).exists()
