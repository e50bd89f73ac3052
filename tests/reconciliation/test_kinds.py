"""Every kind of break, made at the exchange and found here, then carried or settled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.domain.breaks import BreakKind, BreakSeverity, RunResult
from brokers.models import Order, ReconciliationRun
from tests.reconciliation.venue import Books, findings
from tradedesk.core.clock import SYSTEM_CLOCK, FixedClock


def found(books: Books) -> tuple[ReconciliationRun, list[str]]:
    run = books.run()
    return run, books.kinds()


def test_a_silent_bust_is_an_unmatched_fill_of_ours(books: Books):
    execution = books.fill_of(books.bought()).execution_id
    books.operate("books/bust", execution_id=execution)
    run, kinds = found(books)
    assert run.result == RunResult.BREAKS.value
    assert BreakKind.UNMATCHED_FILL_OURS.value in kinds
    assert BreakKind.MISSING_AT_BROKER.value in kinds
    assert BreakKind.CASH.value in kinds
    broken = books.only(BreakKind.UNMATCHED_FILL_OURS.value)
    assert (broken.subject, broken.symbol) == (execution, "ACME")
    assert broken.severity == BreakSeverity.CRITICAL.value


def test_units_that_left_without_a_trade_are_a_quantity(books: Books):
    books.bought()
    books.operate("books/units", symbol="ACME", quantity="-3", price="60")
    run, kinds = found(books)
    assert kinds == [BreakKind.QTY_MISMATCH.value]
    broken = books.only(BreakKind.QTY_MISMATCH.value)
    assert broken.difference == -3
    assert broken.money is not None
    assert broken.money < 0
    assert run.result == RunResult.BREAKS.value


def test_a_holding_that_left_whole_is_missing_at_the_broker(books: Books):
    books.bought()
    books.operate("books/units", symbol="ACME", quantity="-10", price="60")
    assert found(books)[1] == [BreakKind.MISSING_AT_BROKER.value]


def test_a_holding_that_came_is_missing_here(books: Books):
    books.operate("books/units", symbol="BRIO", quantity="5", price="12.50")
    assert found(books)[1] == [BreakKind.MISSING_LOCALLY.value]
    broken = books.only(BreakKind.MISSING_LOCALLY.value)
    assert broken.theirs["average_price"] == "12.5"


def test_a_holding_that_turned_around_is_a_side(books: Books):
    books.bought()
    books.operate("books/units", symbol="ACME", quantity="-14", price="60")
    assert found(books)[1] == [BreakKind.SIDE_MISMATCH.value]


def test_another_average_price_is_a_cost_basis(books: Books):
    order = books.bought()
    price = books.fill_of(order).price + Decimal(2)
    books.operate("books/cost", symbol="ACME", price=str(price))
    assert found(books)[1] == [BreakKind.COST_BASIS.value]
    broken = books.only(BreakKind.COST_BASIS.value)
    assert (broken.difference, broken.money) == (2, 20)


def test_cash_that_moved_without_an_activity_is_cash(books: Books):
    books.operate("books/cash", amount="-12.65")
    assert found(books)[1] == [BreakKind.CASH.value]
    broken = books.only(BreakKind.CASH.value)
    assert (broken.difference, broken.money) == (Decimal("-12.65"), Decimal("-12.65"))


def test_a_fee_that_became_another_is_a_fee(books: Books):
    fee = books.operate("books/charge", amount="1.25")
    assert found(books)[1] == []
    books.operate("books/fee", activity_id=fee["id"], amount="2.50")
    assert found(books)[1] == [BreakKind.CASH.value, BreakKind.FEE.value]
    broken = books.only(BreakKind.FEE.value)
    assert (broken.subject, broken.difference) == (fee["id"], Decimal("-1.25"))


def test_an_execution_listed_twice_is_a_duplicate(books: Books):
    order = books.bought()
    execution = books.fill_of(order).execution_id
    twin = books.operate("books/list-twice", execution_id=execution)
    _, kinds = found(books)
    assert BreakKind.DUPLICATE_FILL.value in kinds
    assert BreakKind.UNMATCHED_FILL_THEIRS.value not in kinds
    broken = books.only(BreakKind.DUPLICATE_FILL.value)
    assert {broken.theirs["execution"], broken.ours["execution"]} == {
        twin["execution_id"],
        execution,
    }


def test_an_execution_of_an_order_that_nobody_tells_of_is_theirs(books: Books):
    books.desk.quote()
    placed = books.exchange.request(
        "POST",
        "/v2/orders",
        {
            "symbol": "ACME",
            "qty": "4",
            "side": "buy",
            "type": "market",
            "time_in_force": "day",
        },
    )
    books.operate("books/forget", order_id=placed["id"])
    _, kinds = found(books)
    assert BreakKind.UNMATCHED_FILL_THEIRS.value in kinds
    assert BreakKind.MISSING_LOCALLY.value in kinds


def test_an_order_that_the_broker_forgot_is_an_order_state(books: Books):
    order = books.resting()
    books.operate("books/forget", order_id=order.broker_order_id)
    assert found(books)[1] == [BreakKind.ORDER_STATE.value]
    broken = books.only(BreakKind.ORDER_STATE.value)
    assert broken.subject == order.broker_order_id
    assert broken.theirs == {}


def test_an_order_that_works_again_at_the_broker_is_critical(books: Books):
    order = books.resting()
    books.desk.cancel(order)
    books.desk.sync()
    books.operate("books/reopen", order_id=order.broker_order_id)
    assert found(books)[1] == [BreakKind.ORDER_STATE.value]
    broken = books.only(BreakKind.ORDER_STATE.value)
    assert broken.severity == BreakSeverity.CRITICAL.value
    assert Order.objects.get(pk=order.pk).state.is_terminal


def test_more_than_was_ordered_is_an_overfill(books: Books):
    order = books.bought()
    books.operate("late-fill", order_id=order.broker_order_id, quantity="5", price="60")
    assert found(books)[1] == [BreakKind.OVERFILL.value]
    assert books.only(BreakKind.OVERFILL.value).difference == 5


def test_a_split_that_nobody_told_of_is_a_corporate_action(books: Books):
    books.bought()
    books.operate("books/split", symbol="ACME", new=2, old=1)
    assert found(books)[1] == [BreakKind.CORPORATE_ACTION.value]
    broken = books.only(BreakKind.CORPORATE_ACTION.value)
    assert "2:1" in broken.suggested_cause
    assert broken.severity == BreakSeverity.MAJOR.value


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/v2/positions", "positions"),
        ("/v2/orders", "orders"),
        ("/v2/account/activities/FILL", "fills"),
        ("/v2/account", "cash"),
    ],
)
def test_one_question_without_an_answer_leaves_the_run_incomplete(
    books: Books, path: str, source: str
):
    books.exchange.add_fault("down", kind="answer", status=503, path=path)
    run, kinds = found(books)
    assert run.result == RunResult.INCOMPLETE.value
    assert kinds == [BreakKind.NOT_RECONCILED.value]
    assert list(run.failures) == [source]
    books.exchange.clear_faults()
    again, kinds = found(books)
    assert (again.result, kinds) == (RunResult.CLEAN.value, [])
    assert findings(again) == [("auto_resolved", "not_reconciled", "cleared")]


def test_an_answer_from_the_past_is_stale(books: Books):
    books.bought()
    late = FixedClock(SYSTEM_CLOCK.now() + timedelta(hours=1))
    run = books.run(clock=late)
    assert run.result == RunResult.INCOMPLETE.value
    assert set(books.kinds()) == {BreakKind.STALE_DATA.value}
    assert "minutes old" in run.failures["positions"]


def test_a_list_without_positions_is_a_difference_and_never_flat(books: Books):
    order = books.bought()
    books.exchange.add_fault("none", kind="empty", path="/v2/positions")
    run, kinds = found(books)
    assert kinds == [BreakKind.MISSING_AT_BROKER.value]
    assert run.result == RunResult.BREAKS.value
    held = books.account.positions.get(symbol=order.symbol)
    assert held.quantity == 10


def test_news_that_only_the_run_brought_is_listed_with_its_rule(books: Books):
    books.exchange.request(
        "POST",
        "/v2/orders",
        {
            "symbol": "ACME",
            "qty": "4",
            "side": "buy",
            "type": "market",
            "time_in_force": "day",
        },
    )
    run, kinds = found(books)
    assert (run.result, kinds) == (RunResult.CLEAN.value, [])
    assert set(findings(run)) == {
        ("auto_resolved", "unmatched_fill_theirs", "taken_in"),
        ("auto_resolved", "missing_locally", "taken_in"),
        ("auto_resolved", "order_state", "taken_in"),
        ("auto_resolved", "cash", "taken_in"),
    }


def test_a_difference_within_tolerance_is_listed_and_no_break(books: Books):
    books.operate("books/cash", amount="0.004")
    for _ in range(2):
        run, kinds = found(books)
        assert (run.result, kinds) == (RunResult.CLEAN.value, [])
        assert findings(run) == [("auto_resolved", "cash", "rounding")]
