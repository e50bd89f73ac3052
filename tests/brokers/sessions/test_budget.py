"""One budget per connection over real processes, a real Valkey and a real socket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import override_settings

from brokers.domain.errors import BudgetSpent, RateLimited
from brokers.registry import BROKERS, Broker
from brokers.sessions import budget as shared
from brokers.sessions.budget import Budget
from brokers.sessions.context import budget_of
from brokers.sessions.reading import open_reader
from brokers.sessions.trading import open_trader
from brokers.wire.budget import Priority
from tests.brokers.adapters.alpaca_samples import CLIENT_ID, SPEC, order
from tests.brokers.sessions.test_sessions import Connection, at
from tests.emulators.scripted import Reply, ScriptedServer
from tradedesk.web import valkey


REPOSITORY = Path(__file__).resolve().parents[3]
# Its bucket holds eight, and gets one more in two and a half seconds.
SMALL = 32


def a_budget(per_minute: int = SMALL) -> Budget:
    return Budget(name=f"test-{uuid4()}", requests_per_minute=per_minute)


def spent(budget: Budget, priority: Priority, tries: int = 20) -> int:
    """How many of so many tries were let through."""
    passed = 0
    for _ in range(tries):
        try:
            budget.spend(priority)
            passed += 1
        except BudgetSpent:
            continue
    return passed


def test_cancels_pass_while_polls_wait():
    budget = a_budget()
    assert 0 < spent(budget, Priority.POLL) < 20
    spent(budget, Priority.POLL)
    assert spent(budget, Priority.WAY_OUT, tries=3) == 3


def test_a_reading_that_would_run_dry_is_not_begun():
    budget = a_budget()
    assert budget.affords(3, Priority.POLL)
    spent(budget, Priority.POLL)
    assert not budget.affords(3, Priority.POLL)
    assert budget.affords(1, Priority.WAY_OUT)


PROGRAM = """
import sys
from django.conf import settings
settings.configure(REDIS_URL=sys.argv[5])
from brokers.domain.errors import BudgetSpent
from brokers.sessions.budget import Budget
from brokers.wire.budget import Priority
budget = Budget(name=sys.argv[1], requests_per_minute=int(sys.argv[2]))
passed = 0
for _ in range(int(sys.argv[4])):
    try:
        budget.spend(Priority(sys.argv[3]))
        passed += 1
    except BudgetSpent:
        pass
print(passed)
"""


def another_process(budget: Budget, priority: Priority, tries: int) -> str:
    """What a process of its own says it was let through."""
    given = [budget.name, budget.requests_per_minute, priority.value, tries]
    given.append(settings.REDIS_URL)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, given)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.strip()


def test_two_processes_share_one_budget():
    # One a minute flows in: how long a process takes to start does not matter.
    budget = a_budget(1)
    assert spent(budget, Priority.WAY_OUT, tries=1) == 1
    assert another_process(budget, Priority.POLL, 5) == "0"
    assert another_process(replace(budget, name="other"), Priority.POLL, 5) == "1"


def test_what_a_broker_asked_for_is_heeded_by_every_process():
    budget = a_budget(6000)
    budget.drain(600)
    assert another_process(budget, Priority.SUBMIT, 5) == "0"
    assert another_process(budget, Priority.WAY_OUT, 1) in {"0", "1"}
    seen = budget.look()
    assert seen is not None
    assert 0 < seen.closed_seconds <= 600


@pytest.fixture
def without_valkey() -> Iterator[None]:
    caches = (valkey.client, shared._script)
    for one in caches:
        one.cache_clear()
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        yield
    for one in caches:
        one.cache_clear()


@pytest.mark.usefixtures("without_valkey")
def test_without_valkey_each_process_keeps_a_part_and_no_way_out_is_shut():
    budget = a_budget(SMALL * 4)
    assert 0 < spent(budget, Priority.POLL) < 20
    assert spent(budget, Priority.WAY_OUT) == 20
    assert budget.affords(1, Priority.POLL)
    assert budget.look() is None


@pytest.fixture
def tight() -> Iterator[None]:
    """A practice exchange that takes eight requests at once."""
    registry = cast("MutableMapping[str, Broker]", BROKERS)
    usual = registry["practice"]
    table = replace(usual.capabilities, requests_per_minute=SMALL)
    registry["practice"] = replace(usual, capabilities=table)
    yield
    registry["practice"] = usual


def a_connection(server: ScriptedServer) -> Connection:
    return replace(at(server), credentials=f'{{"key": "{uuid4()}", "secret": "s"}}')


@pytest.mark.usefixtures("tight")
def test_a_request_beyond_the_budget_never_leaves():
    with ScriptedServer(Reply(body=[])) as server:
        reader = open_reader(a_connection(server), Priority.POLL)
        passed = 0
        for _ in range(20):
            with suppress(BudgetSpent):
                reader.get_positions()
                passed += 1
    assert 0 < server.count("GET") == passed < 20


@pytest.mark.usefixtures("tight")
def test_a_cancel_leaves_when_polls_and_orders_may_not():
    with ScriptedServer(Reply(body=[])) as server:
        connection = a_connection(server)
        spent(budget_of(connection), Priority.SUBMIT)
        with pytest.raises(BudgetSpent):
            open_trader(connection).place_order(CLIENT_ID, SPEC)
        server.steps = [Reply(204)]
        open_trader(connection, way_out=True).cancel_order("an-order")
    assert server.count("POST") == 0
    assert server.count("DELETE") == 1


def test_too_many_requests_empties_the_budget_for_everybody():
    busy = Reply(429, {"message": "slow down"}, {"Retry-After": "600"})
    with ScriptedServer(busy, Reply(body=order())) as server:
        connection = a_connection(server)
        with pytest.raises(RateLimited):
            open_reader(connection).get_positions()
        with pytest.raises(BudgetSpent) as told:
            open_trader(connection).place_order(CLIENT_ID, SPEC)
    assert told.value.retry_after > 500
    assert server.count("POST") == 0
