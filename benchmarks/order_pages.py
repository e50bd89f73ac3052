"""Orders and positions among a million orders: milliseconds and queries a page.

    python -m benchmarks.order_pages [ORDERS]

The desk of `benchmarks.journal_pages`, and whole requests in this process. Orders of 400
symbols, one every two minutes: of five thousand one works, of a thousand one was
rejected, of four one was cancelled, and all others were filled; every one planned a
stop. Twenty symbols are held. One person owns them all, which is the worst case. Beside
them stand SELECT 1 and the page of notices, which shows nothing: the floor of a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.desk import on_a_desk
from benchmarks.journal_pages import LOOKS, _account, _order
from benchmarks.pages import GOAL_MS, GOAL_QUERIES, Looker, as_database_owner


if TYPE_CHECKING:
    from brokers.models import Account


ORDERS = 1_000_000
HELD = 20
_VALUES = {
    "intent": "gen_random_uuid()",
    "client_order_id": "'c' || n",
    "broker_order_id": "'b' || n",
    "symbol": "'SYM' || n %% 400",
    "created_at": "timestamptz '2020-01-01' + interval '2 minutes' * n",
    "submitted_at": "timestamptz '2020-01-01' + interval '2 minutes' * n",
    "status": "CASE WHEN n %% 5000 = 0 THEN 'working' WHEN n %% 1000 = 1 THEN 'rejected'"
    " WHEN n %% 4 = 0 THEN 'cancelled' ELSE 'filled' END",
    "filled_quantity": "CASE WHEN n %% 4 = 0 OR n %% 1000 = 1 THEN 0 ELSE 1 END",
    "average_price": "CASE WHEN n %% 4 = 0 OR n %% 1000 = 1 THEN NULL ELSE 50 END",
}
PAGES = {
    "notices, none": "/notices/",
    "working": "/orders/",
    "all": "/orders/?tab=all",
    "all, far back": "/orders/?tab=all&after=2020-03-01T00%3A00%3A00%2B00%3A00~50",
    "filled": "/orders/?tab=filled",
    "rejected": "/orders/?tab=rejected",
    "cancelled": "/orders/?tab=cancelled",
    "one symbol": "/orders/?tab=all&symbol=SYM7",
    "no such symbol": "/orders/?tab=all&symbol=NONE",
    "the table alone": "/orders/?tab=all&part=table",
    "positions": "/positions/",
}


def measure(orders: int) -> None:
    look = Looker.of_new_owner()
    _fill(_account(look.user_id), orders)
    print(f"{orders:,} orders of one person; SELECT 1 takes {look.floor_ms():.2f} ms")
    print(f"goal: p95 {GOAL_MS:.0f} ms, {GOAL_QUERIES} queries")
    look.at_pages(PAGES, LOOKS)


def _fill(account: Account, orders: int) -> None:
    """Copies of one order, each with its own of what differs."""
    from django.db import connection

    from brokers.models import Order, Position
    from tradedesk.core.clock import SYSTEM_CLOCK

    model = _order(account)
    columns = [
        one.column or "" for one in Order._meta.concrete_fields if not one.primary_key
    ]
    values = [_VALUES.get(name, f"model.{name}") for name in columns]
    statement = (
        f"INSERT INTO brokers_order ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608 - names of ours
        " FROM brokers_order AS model, generate_series(1, %s) AS n WHERE model.id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [orders, model.pk])
    for number in range(HELD):
        Position.objects.create(
            owner_id=account.owner_id,
            account=account,
            symbol=f"SYM{number}",
            quantity=10,
            average_price=50,
            broker_quantity=10,
            changed_at=SYSTEM_CLOCK.now(),
        )
    as_database_owner("VACUUM ANALYZE brokers_order")


if __name__ == "__main__":
    on_a_desk(measure, most=ORDERS)
