"""The page of tax lots of a hundred thousand fills: cold, and looked at again.

    python -m benchmarks.tax_lots [FILLS]

The desk of `benchmarks.journal_pages` with fills of 400 symbols, bought and sold in turns
a quarter of an hour apart, half of the sales at a loss. Cold is the first look after a
fill: everything is read, relieved and looked through for wash sales. Beside it stands
reading alone, and the page of orders, which is empty.
"""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from benchmarks.desk import on_a_desk
from benchmarks.journal_pages import FILLS_AT_ONCE, LOOKS, _account
from benchmarks.pages import Looker, as_database_owner


if TYPE_CHECKING:
    from brokers.models import Account


FILLS = 100_000
COLD_LOOKS = 5
ORDERS, SYMBOLS = 4_000, 400
PAGES = {
    "no trades: orders": "/orders/",
    "tax lots, a year": "/analytics/tax-lots/?year=2023",
    "tax lots, a page further": "/analytics/tax-lots/?year=2023&page=3",
    "tax lots, all years": "/analytics/tax-lots/?year=all",
}


def measure(fills: int) -> None:
    look = Looker.of_new_owner()
    account = _account(look.user_id)
    _fill(account, fills)
    as_database_owner("VACUUM ANALYZE brokers_fill", "VACUUM ANALYZE brokers_order")
    print(f"{fills:,} fills of one person; SELECT 1 takes {look.floor_ms():.2f} ms")
    _cold(look, account)
    look.at_pages(PAGES, LOOKS)


def _cold(look: Looker, account: Account) -> None:
    from django.core.cache import cache

    from journal.reports.taxlots_book import read_book

    for name, work in (
        ("reading alone", lambda: read_book([account])),
        ("cold, a year", lambda: look.at("/analytics/tax-lots/?year=2023")),
        ("cold, all years", lambda: look.at("/analytics/tax-lots/?year=all")),
    ):
        wall, processor = [], []
        for _ in range(COLD_LOOKS):
            cache.clear()
            begun, used = perf_counter(), process_time()
            work()
            wall.append(perf_counter() - begun)
            processor.append(process_time() - used)
        print(
            f"{name:<26}{statistics.median(wall):>8.2f} s, of it"
            f"{statistics.median(processor):>6.2f} s of this process",
            flush=True,
        )


def _fill(account: Account, fills: int) -> None:
    """Bought by one order and sold again, then by the next, of another symbol."""
    from brokers.models import Fill, Order
    from tradedesk.core.clock import SYSTEM_CLOCK

    orders = Order.objects.bulk_create(
        Order(
            owner_id=account.owner_id,
            account=account,
            client_order_id=f"lots-{number}",
            symbol=f"SYM{number % SYMBOLS}",
            side="buy",
            type="market",
            time_in_force="day",
            quantity=1,
            stop_loss_price=49,
            created_at=SYSTEM_CLOCK.now(),
        )
        for number in range(ORDERS)
    )
    start = datetime(2021, 1, 4, 14, 30, tzinfo=UTC)
    Fill.objects.bulk_create(
        (
            Fill(
                owner_id=account.owner_id,
                account=account,
                order=order,
                execution_id=f"lots-{number}",
                symbol=order.symbol,
                side="sell" if number % 2 else "buy",
                quantity=10,
                price=50 + number * 7_919 % 13,
                fees=1,
                executed_at=start + timedelta(minutes=15 * number),
                booked_at=start,
            )
            for number in range(fills)
            for order in [orders[number // 2 % ORDERS]]
        ),
        batch_size=FILLS_AT_ONCE,
    )


if __name__ == "__main__":
    on_a_desk(measure, most=FILLS)
