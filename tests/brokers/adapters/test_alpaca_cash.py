"""Alpaca's other activities: what they are, what they move, and what is only told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from brokers.adapters.alpaca import AlpacaReader
from brokers.adapters.alpaca.cash import KINDS, cash_activity
from brokers.domain.reports import CashKind
from brokers.wire.fields import Unfamiliar, Unreadable
from tests.brokers.adapters.alpaca_samples import context
from tests.brokers.adapters.published import PUBLISHED
from tests.emulators.scripted import Reply, ScriptedServer


# The example of schema NonTradeActivities in Alpaca's Trading API document.
STOCK_DIVIDEND = {
    "activity_sub_type": "SDIV",
    "activity_type": "DIV",
    "created_at": "2021-05-10T14:01:04.650275Z",
    "currency": "USD",
    "date": "2019-08-01",
    "id": "20190801011955195::5f596936-6f23-4cef-bdf1-3806aae57dbf",
    "net_amount": "1.02",
    "per_share_amount": "0.51",
    "qty": "2",
    "status": "executed",
    "symbol": "T",
}


def activity(word: str, **fields: Any) -> dict[str, Any]:
    plain = {"activity_type": word, "date": "2026-11-18", "id": f"2026::{word}"}
    return plain | {"net_amount": "0", "status": "executed"} | fields


def test_the_published_example_is_read_whole():
    unfamiliar = Unfamiliar()
    told = cash_activity(STOCK_DIVIDEND, unfamiliar)
    assert told.kind is CashKind.DIVIDEND
    assert told.amount == Decimal("1.02")
    assert told.quantity == 2
    assert told.occurred_at == datetime(2021, 5, 10, 14, 1, 4, 650275, tzinfo=UTC)
    assert not unfamiliar


def test_what_a_cash_dividend_was_paid_on_does_not_move():
    told = cash_activity(STOCK_DIVIDEND | {"activity_sub_type": "CDIV"}, Unfamiliar())
    assert told.quantity == 0
    assert told.symbol == "T"


@pytest.mark.parametrize("word", ["SPLIT", "JNLS", "ACATS", "FOPT", "SPIN", "MA"])
def test_units_that_came_or_went_are_signed(word: str):
    told = cash_activity(activity(word, symbol="ACME", qty="-5"), Unfamiliar())
    assert told.quantity == -5


def test_a_fee_is_money_alone_and_a_day_is_its_midnight():
    told = cash_activity(
        activity("FEE", activity_sub_type="TAF", net_amount="-0.03"), Unfamiliar()
    )
    assert told.kind is CashKind.FEE
    assert told.amount == Decimal("-0.03")
    assert told.description == "FEE TAF"
    assert told.occurred_at == datetime(2026, 11, 18, tzinfo=UTC)


def test_a_type_that_nobody_knows_counts_as_money_and_is_counted():
    unfamiliar = Unfamiliar()
    told = cash_activity(activity("MOON", net_amount="3"), unfamiliar)
    assert told.kind is CashKind.OTHER
    assert told.amount == 3
    assert unfamiliar == {"cash_activity.activity_type=MOON": 1}


def test_what_was_taken_back_says_so():
    told = cash_activity(activity("INT", status="canceled"), Unfamiliar())
    assert told.cancelled


@pytest.mark.parametrize("amount", ["NaN", "1e999", "a lot"])
def test_an_amount_that_is_none_is_never_guessed(amount: str):
    with pytest.raises(Unreadable):
        cash_activity(activity("INT", net_amount=amount), Unfamiliar())


def test_every_published_type_is_known():
    document = PUBLISHED / "trading-api.openapi.json"
    if not document.exists():
        pytest.skip("Alpaca's documents are not here")
    schemas = json.loads(document.read_text())["components"]["schemas"]
    published = set(schemas["ActivityType"]["enum"])
    assert published - {"FILL"} <= KINDS.keys()


def test_pages_are_read_to_the_end_and_each_activity_comes_once():
    rows = [activity("CSD", id=f"2026111813000000{n:02d}::{n}") for n in range(130)]
    pages = [rows[:100], rows[98:130]]
    with ScriptedServer(*(Reply(body=page) for page in pages)) as server:
        told = AlpacaReader(context(server.url)).list_cash(
            after=datetime(2026, 11, 1, tzinfo=UTC)
        )
    assert [one.activity_id for one in told] == [row["id"] for row in rows]
    first, second = (request.query for request in server.received)
    assert first["category"] == "non_trade_activity"
    assert first["after"].startswith("2026-11-01")
    assert second["page_token"] == rows[98]["id"]
