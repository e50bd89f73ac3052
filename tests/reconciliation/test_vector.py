"""The worked example at an exchange: two accounts, each with exactly its five breaks."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from brokers.domain.breaks import BreakKind, RunResult
from brokers.models import Break
from brokers.reconciliation.building import report_of_day
from tests import world
from tests.emulators.accounts import Accounts
from tests.reconciliation.venue import Books
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK


VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "vectors.json"
# The exchange lists companies of its own.
NAMES = {"AAPL": "ACME", "MSFT": "BRIO", "TSLA": "CRUX", "NVDA": "DUNE"}


@pytest.fixture(scope="module")
def vector() -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip("The worked numbers are not in this checkout.")
    return json.loads(VECTORS.read_text(), parse_float=Decimal)["recon"]


def opened(accounts: Accounts, owner: User, local: dict[str, Any]) -> Books:
    """An account whose book was opened with the example's own side."""
    exchange = accounts.next()
    body = {"key": exchange.key}
    cash = local["cash"] - 100_000
    exchange.request("POST", "/control/books/cash", {**body, "amount": str(cash)})
    for symbol, quantity, price in local["positions"]:
        terms = {"quantity": str(quantity), "price": str(price)}
        moved = {**body, "symbol": NAMES[symbol], **terms}
        exchange.request("POST", "/control/books/units", moved)
    return Books(world.build(exchange, owner))


def moved_apart(books: Books) -> None:
    """The broker's side becomes the example's."""
    books.operate("books/units", symbol=NAMES["AAPL"], quantity="-10", price="150")
    books.operate("books/cost", symbol=NAMES["MSFT"], price="301.10")
    books.operate("books/units", symbol=NAMES["TSLA"], quantity="10", price="200")
    books.operate("books/units", symbol=NAMES["NVDA"], quantity="5", price="400")
    books.operate("books/cash", amount="-12.65")


EXPECTED = [
    (BreakKind.MISSING_AT_BROKER, NAMES["TSLA"], Decimal(10)),
    (BreakKind.MISSING_LOCALLY, NAMES["NVDA"], Decimal(5)),
    (BreakKind.QTY_MISMATCH, NAMES["AAPL"], Decimal(-10)),
    (BreakKind.CASH, "", Decimal("-12.65")),
    (BreakKind.COST_BASIS, NAMES["MSFT"], Decimal("1.1")),
]


def test_two_accounts_have_their_five_breaks_each(
    accounts: Accounts, alice: User, vector: dict[str, Any]
):
    both = []
    for name in ("One", "Two"):
        books = opened(accounts, alice, vector["local"])
        assert books.run().result == RunResult.CLEAN.value
        books.account.name = name
        books.account.save(update_fields=["name"])
        moved_apart(books)
        both.append((accounts.exchange.key, accounts.exchange.secret, books))
    for key, secret, books in both:
        books.exchange.key, books.exchange.secret = key, secret
        assert books.run().result == RunResult.BREAKS.value
    day = Break.objects.earliest("pk").first_seen_day
    report = report_of_day(alice, day, SYSTEM_CLOCK.now())
    for name in ("One", "Two"):
        lines = [one for one in report.breaks if one.account == name]
        told = [(one.kind, one.subject, one.difference) for one in lines]
        assert told == EXPECTED
    assert report.counts.standing == 10
    assert report.subject == f"[DESK] BREAKS {day} 2 accounts, 10 breaks"


def test_one_call_without_an_answer_leaves_the_example_incomplete(
    accounts: Accounts, alice: User, vector: dict[str, Any]
):
    books = opened(accounts, alice, vector["local"])
    moved_apart(books)
    books.exchange.add_fault("down", kind="answer", status=503, path="/v2/positions")
    run = books.run()
    books.exchange.clear_faults()
    assert run.result == RunResult.INCOMPLETE.value
    assert set(books.kinds()) == {BreakKind.CASH.value, BreakKind.NOT_RECONCILED.value}
