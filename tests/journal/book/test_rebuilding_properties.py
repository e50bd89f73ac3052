"""Whatever the fills, and in whatever order the book hears of them: the same rows, and
no cent is lost.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brokers.models import Account, Fill, Order
from brokers.orders.ledger import traded_cash
from journal.models import Trade
from tests.journal.book import ledger
from tests.journal.trades.fills import at


pytestmark = pytest.mark.django_db
MODEST = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
some_fills = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(-4, 4).filter(bool),
        st.decimals("0.01", "90", places=4),
        st.decimals("0", "2", places=2),
    ),
    min_size=1,
    max_size=9,
)
_symbols = count(1)


def book(account: Account, symbol: str, told: list[tuple[int, Any]], now: int) -> None:
    """Write these fills down and build what they make."""
    order = Order.objects.filter(account=account, symbol=symbol).first()
    order = order or ledger.order(account, 0, 1, symbol=symbol)
    Fill.objects.bulk_create(
        [
            Fill(
                owner=account.owner,
                account=account,
                order=order,
                execution_id=f"{symbol}-{number}",
                symbol=symbol,
                side="buy" if quantity > 0 else "sell",
                quantity=abs(quantity),
                price=price,
                fees=fees,
                executed_at=at(minute),
                booked_at=at(minute),
            )
            for number, (minute, quantity, price, fees) in told
        ]
    )
    ledger.moved(account, symbol, now=at(10_000 + now))
    ledger.rebuild(account)


def rows(symbol: str) -> list[dict[str, Any]]:
    """The trades of a symbol and their parts, without what names the symbol."""
    leave = {"id", "key", "digest", "symbol", "built_at", "measured_at", "order_id"}
    found = []
    for trade in Trade.objects.filter(symbol=symbol).order_by("opened_at", "key"):
        said = {
            name: value
            for name, value in vars(trade).items()
            if name not in leave and not name.startswith("_")
        }
        parts = trade.fills.order_by("executed_at", "execution_id")
        columns = ("side", "quantity", "price", "fees", "executed_at")
        said["parts"] = list(parts.values_list(*columns))
        found.append(said)
    return found


@MODEST
@given(some_fills, st.data())
def test_the_rows_do_not_depend_on_the_order_of_the_news(fills, data):
    account = Account.objects.first() or ledger.account()
    told = list(enumerate(fills))
    first, second = (f"S{next(_symbols)}" for _ in range(2))
    book(account, first, told, 1)
    shuffled = data.draw(st.permutations(told))
    cut = data.draw(st.integers(0, len(told)))
    book(account, second, shuffled[:cut], 1)
    book(account, second, shuffled[cut:], 2)
    assert rows(first) == rows(second)
    assert ledger.rebuild(account) == 0


@MODEST
@given(some_fills)
def test_profits_and_what_is_open_are_the_money_that_the_fills_moved(fills):
    account = Account.objects.first() or ledger.account()
    book(account, f"S{next(_symbols)}", list(enumerate(fills)), 1)
    trades = Trade.objects.filter(account=account)
    accounted = sum((one.net - one.open_cost for one in trades), Decimal(0))
    difference = accounted - traded_cash(account)
    assert difference.quantize(Decimal("0.01")) == 0
