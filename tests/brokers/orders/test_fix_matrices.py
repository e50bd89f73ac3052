"""FIX's order-state matrices, row by row, through the door that all news takes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from brokers.domain.orders import CommandKind, OrderStatus
from brokers.domain.reports import FillReport, OrderReport
from brokers.models import Account, Order
from brokers.orders import transitions
from tests.brokers.orders import book


MATRICES = (
    Path(__file__).resolve().parents[4] / "shared/data/fix_order_state/matrices.json"
)
CASES = json.loads(MATRICES.read_text())["cases"] if MATRICES.exists() else []

# FIX's words for an order of which nothing, or a part, has been filled. What is pending
# has changed nothing yet; a good-till-cancelled order done for the day works tomorrow.
OPEN = {"New", "PartiallyFilled", "PendingCancel", "PendingReplace", "DoneForDay"}
ENDED = {"Filled": "filled", "Canceled": "canceled"}


@dataclass(slots=True)
class Replay:
    """One case being told; `names` are the broker's ids, of which the last is current."""

    account: Account
    order: Order
    apart: bool
    executions: dict[str, FillReport] = field(default_factory=dict)
    standing: dict[str, FillReport] = field(default_factory=dict)
    version: str = "v1"
    row: int = 0

    def hear(self, step: dict[str, Any]) -> None:
        self.row += 1
        if step["recv"]:
            if step["recv"].startswith("CancelReq"):
                book.a_command(self.order, CommandKind.CANCEL)
            return
        fill = self._execution(step)
        state = self._report(step)
        if self.apart and fill:
            book.take(self.account, fills=(fill,), after=self.row)
            book.take(self.account, state, after=self.row)
        else:
            fills = (fill,) if fill else ()
            book.take(self.account, state, fills=fills, after=self.row)

    def _execution(self, step: dict[str, Any]) -> FillReport | None:
        kind, note = step["exec_type"], step.get("note")
        note = note if isinstance(note, dict) else {}
        name = note.get("exec", f"row {self.row}")
        if kind == "TradeCancel":
            return book.bust(
                self.standing.pop(note["ref"]), broker_order_id=self.version
            )
        if not step["last_qty"] or kind not in {"Trade", "PartialFill", "TradeCorrect"}:
            return None
        price = note.get("last_px", 100)
        told = book.execution(
            name, step["last_qty"], price, broker_order_id=self.version
        )
        if kind == "TradeCorrect":
            old = self.standing.pop(note["ref"])
            told = book.correction(old, name, quantity=told.quantity, price=told.price)
        self.standing[name] = told
        return told

    def _report(self, step: dict[str, Any]) -> OrderReport:
        replaces = ""
        if step["exec_type"] == "Replace":
            self.version, replaces = "v2", "v1"
        filled = Decimal(step["cum_qty"])
        word = ENDED.get(step["ord_status"])
        if word is None:
            assert step["ord_status"] in OPEN
            word = "partially_filled" if filled else "new"
        return book.report(
            word,
            after=self.row,
            broker_id=self.version,
            quantity=Decimal(step["order_qty"]),
            filled_quantity=filled,
            average_price=_average(self.standing),
            replaces=replaces,
        )


def _average(standing: dict[str, FillReport]) -> Decimal | None:
    quantity = sum((one.quantity for one in standing.values()), Decimal(0))
    money = sum((one.quantity * one.price for one in standing.values()), Decimal(0))
    return money / quantity if quantity else None


def _expected(step: dict[str, Any]) -> OrderStatus:
    word, filled = step["ord_status"], Decimal(step["cum_qty"])
    if word in ENDED:
        return book.WORDS[ENDED[word]]
    if filled >= step["order_qty"]:
        return OrderStatus.FILLED
    return OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.WORKING


@pytest.mark.django_db
@pytest.mark.skipif(not CASES, reason="FIX's matrices are not on this machine")
@pytest.mark.parametrize("apart", [False, True], ids=["together", "fill first"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_row_ends_where_fix_says(case: dict[str, Any], *, apart: bool):
    account = book.an_account()
    quantity = Decimal(case["steps"][0]["order_qty"])
    tif = "gtc" if case["id"] == "D29" else "day"
    order = book.an_order(account, quantity=quantity, time_in_force=tif)
    replay = Replay(account, order, apart)
    for number, step in enumerate(case["steps"], start=1):
        replay.hear(step)
        if step["recv"]:
            continue
        order.refresh_from_db()
        state = transitions.state_of(order)
        assert state.status is _expected(step), number
        assert state.filled_quantity == step["cum_qty"], number
        assert state.leaves == step["leaves_qty"], number
        note = step.get("note")
        if isinstance(note, dict) and note.get("avg_px"):
            assert state.average_price == note["avg_px"], number


@pytest.mark.skipif(not CASES, reason="FIX's matrices are not on this machine")
def test_the_matrices_are_all_there():
    assert len(CASES) == 6
    assert sum(len(case["steps"]) for case in CASES) == 42


@pytest.mark.django_db
def test_a_replace_below_what_was_filled_is_filled_at_that():
    """C.3: the cumulative quantity wins over the new one."""
    account = book.an_account()
    order = book.an_order(account)
    fill = book.execution("one", 7)
    state = book.report("partially_filled", after=1, filled_quantity=Decimal(7))
    book.take(account, state, fills=(fill,))
    smaller = book.report(
        "filled", after=2, broker_id="v2", replaces="v1", quantity=Decimal(5)
    )
    book.take(account, smaller)
    order.refresh_from_db()
    assert (order.state, order.filled_quantity) == (OrderStatus.FILLED, 7)
    assert transitions.state_of(order).leaves == 0
