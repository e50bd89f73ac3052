"""Runs against a practice exchange: clean, incomplete, repeated, and at the same time."""

from __future__ import annotations

from brokers.domain.breaks import RunResult
from brokers.models import Break
from tests.reconciliation.venue import Books


def test_an_account_that_agrees_is_clean(books: Books):
    books.bought()
    books.resting()
    run = books.run()
    assert books.kinds() == []
    assert run.result == RunResult.CLEAN.value
    assert run.failures == {}
    assert run.compared["orders"] >= 2
    assert run.compared["positions"] == 1
    assert not Break.objects.exists()
