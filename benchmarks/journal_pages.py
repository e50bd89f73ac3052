"""The pages of trades with a hundred thousand of them: milliseconds and queries a page.

    python -m benchmarks.journal_pages [TRADES]

The desk's own database with the settings it ships with, its lesser role, and whole
requests through every middleware, in this process: server time without the wire. Trades
of 400 symbols over six years with two fills each, a setup on every second, a mistake on
every tenth. One person owns them all, which is the worst case. Beside them stand
SELECT 1, the floor of a query, and the page of orders without any, the floor of a page. Last comes a fill in an account of one symbol with as
many: what a rebuild takes that has to read only what is new.
"""

from __future__ import annotations

import statistics
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.desk import on_a_desk
from benchmarks.pages import GOAL_MS, GOAL_QUERIES, Looker, as_database_owner


if TYPE_CHECKING:
    from brokers.models import Account, Order


TRADES = 100_000
LOOKS = 40
FILLS_AT_ONCE = 5_000
_TRADES = """
    INSERT INTO journal_trade (
        owner_id, account_id, is_netted, key, digest, source, symbol, direction,
        opened_at, closed_at, trading_day, holding_seconds, currency, quantity,
        entry_price, exit_price, gross, fees, fees_known, net, initial_stop,
        initial_risk, first_risk, r_multiple, r_first, open_quantity, open_cost,
        mae_r, mfe_r, exit_efficiency, excursion_exact, measured_at,
        market_direction, market_volatility, followed_plan, reviewed_at, built_at
    )
    SELECT %(owner)s, %(account)s, true, 'k' || n, '', 'desk', 'SYM' || n %% 400,
        CASE WHEN n %% 3 = 0 THEN 'short' ELSE 'long' END,
        closed - interval '1 hour' * (1 + n %% 60), closed, closed::date,
        3600 * (1 + n %% 60), 'USD', 100, 50, 50 + r, 100 * r, 1, true, 100 * r - 1,
        49, 100, 100, r, r, 0, 0, least(r, 0) - 0.2, greatest(r, 0) + 0.4, 0.5, true,
        now(), 'bull', 'normal', n %% 5 <> 0,
        CASE WHEN n %% 4 = 0 THEN NULL ELSE now() END, now()
    FROM (
        SELECT n, timestamptz '2020-11-01' + interval '30 minutes' * n AS closed,
            round(((n * 7919) %% 400 - 150) / 100.0, 2) AS r
        FROM generate_series(1, %(trades)s) AS n
    ) AS told
"""
_FILLS = """
    INSERT INTO journal_tradefill (
        owner_id, trade_id, account_id, execution_id, side, quantity, price, fees,
        executed_at
    )
    SELECT owner_id, id, account_id, key || way, way, 100,
        CASE WHEN way = 'buy' THEN entry_price ELSE exit_price END, 0.5,
        CASE WHEN way = 'buy' THEN opened_at ELSE closed_at END
    FROM journal_trade, (VALUES ('buy'), ('sell')) AS ways (way)
"""
_TAGS = """
    INSERT INTO journal_tag (owner_id, family, name, description)
    SELECT %(owner)s, family, family || ' ' || n, ''
    FROM generate_series(1, 20) AS n, (VALUES ('setup'), ('mistake')) AS f (family)
"""
_SETUPS = """
    INSERT INTO journal_tradetag (owner_id, trade_id, tag_id)
    SELECT trade.owner_id, trade.id, tag.id
    FROM journal_trade AS trade JOIN journal_tag AS tag
        ON tag.name = 'setup ' || 1 + trade.id %% 20
    WHERE trade.id %% 2 = 0
"""
_MISTAKES = """
    INSERT INTO journal_mistake (
        owner_id, trade_id, tag_id, cost_r, estimated, note, created_at
    )
    SELECT trade.owner_id, trade.id, tag.id, -0.5, true, '', now()
    FROM journal_trade AS trade JOIN journal_tag AS tag
        ON tag.name = 'mistake ' || 1 + trade.id %% 20
    WHERE trade.id %% 10 = 0
"""
_TABLES = ("trade", "tradefill", "tradetag", "mistake", "tag")
PAGES = {
    "orders, none": "/orders/",
    "list": "/journal/trades/",
    "list, far back": "/journal/trades/?after=2021-02-03T00%3A00%3A00%2B00%3A00~50",
    "to review": "/journal/trades/?reviewed=no",
    "one symbol": "/journal/trades/?symbol=SYM7",
    "no such symbol": "/journal/trades/?symbol=NONE",
    "a month": "/journal/trades/?since=2022-05-01&until=2022-05-31",
    "a setup": "/journal/trades/?setup={setup}",
    "a mistake": "/journal/trades/?mistake={mistake}",
    "without a mistake, lost": "/journal/trades/?mistake=0&net=lost",
    "an hour of Mondays": "/journal/trades/?weekday=1&hour=10",
    "better than +2R": "/journal/trades/?r_from=2",
    "the table alone": "/journal/trades/?part=table",
    "one trade": "/journal/trades/{trade}/",
}


def measure(trades: int) -> None:
    from journal.models import Tag, Trade

    look = Looker.of_new_owner()
    account = _account(look.user_id)
    _fill(account, trades)
    ids = {
        "trade": Trade.objects.order_by("pk")[trades // 2].pk,
        "setup": Tag.objects.filter(family="setup").earliest("pk").pk,
        "mistake": Tag.objects.filter(family="mistake").earliest("pk").pk,
    }
    print(f"{trades:,} trades of one person; SELECT 1 takes {look.floor_ms():.2f} ms")
    print(f"goal: p95 {GOAL_MS:.0f} ms, {GOAL_QUERIES} queries")
    look.at_pages({name: path.format(**ids) for name, path in PAGES.items()}, LOOKS)
    _rebuilding(account, trades)


def _account(owner_id: int) -> Account:
    from brokers.models import Account, Connection
    from tradedesk.core.clock import SYSTEM_CLOCK

    connection = Connection.objects.create(
        owner_id=owner_id,
        slug="practice",
        environment="practice",
        label="Practice",
        credentials="{}",
        created_at=SYSTEM_CLOCK.now(),
    )
    return Account.objects.create(
        owner_id=owner_id,
        connection=connection,
        broker_account_id="bench",
        number="1",
        name="Bench",
        mode="practice",
    )


def _fill(account: Account, trades: int) -> None:
    from django.db import connection

    whose = {"owner": account.owner_id, "account": account.pk, "trades": trades}
    with connection.cursor() as cursor:
        for statement in (_TRADES, _FILLS, _TAGS, _SETUPS, _MISTAKES):
            cursor.execute(statement, whose)
    as_database_owner(*(f"VACUUM ANALYZE journal_{name}" for name in _TABLES))


# One more fill


def _rebuilding(account: Account, fills: int) -> None:
    """The first build of a symbol with this many fills, then one more at a time."""
    from journal.book.rebuilding import rebuild
    from tradedesk.core.clock import SYSTEM_CLOCK

    order = _order(account)
    for begin in range(0, fills, FILLS_AT_ONCE):
        _book(order, range(begin, min(begin + FILLS_AT_ONCE, fills)))
    as_database_owner("VACUUM ANALYZE brokers_fill")
    begun = perf_counter()
    rebuild(account.pk, clock=SYSTEM_CLOCK, symbols=["ONE"])
    print(f"first build of {fills:,} fills: {perf_counter() - begun:.1f} s")
    took = []
    for number in range(fills, fills + 20):
        _book(order, range(number, number + 1))
        begun = perf_counter()
        rebuild(account.pk, clock=SYSTEM_CLOCK, symbols=["ONE"])
        took.append((perf_counter() - begun) * 1000)
    print(f"one more fill: {statistics.median(took):.0f} ms, worst {max(took):.0f} ms")


def _order(account: Account) -> Order:
    from brokers.models import Order
    from tradedesk.core.clock import SYSTEM_CLOCK

    return Order.objects.create(
        owner_id=account.owner_id,
        account=account,
        client_order_id="bench",
        symbol="ONE",
        side="buy",
        type="market",
        time_in_force="day",
        quantity=1,
        stop_loss_price=49,
        created_at=SYSTEM_CLOCK.now(),
    )


def _book(order: Order, numbers: range) -> None:
    """Bought and sold in turns, a minute apart."""
    from datetime import UTC, datetime, timedelta

    from brokers.models import Fill

    start = datetime(2022, 1, 3, 14, 30, tzinfo=UTC)
    Fill.objects.bulk_create(
        [
            Fill(
                owner_id=order.owner_id,
                account_id=order.account_id,
                order=order,
                execution_id=f"e{number}",
                symbol="ONE",
                side="sell" if number % 2 else "buy",
                quantity=10,
                price=50 + number % 7,
                fees=0,
                executed_at=start + timedelta(minutes=number),
                booked_at=start,
            )
            for number in numbers
        ]
    )


if __name__ == "__main__":
    on_a_desk(measure, most=TRADES)
