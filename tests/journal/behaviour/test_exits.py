"""How trades were left, read from rows: stops moved away, losers added to, sales by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from brokers.models import StoredBar
from journal.behaviour import exits, selling
from journal.behaviour.beside import beside
from journal.behaviour.newest import newest_trades
from journal.models import StopMove, TradeFill
from tests.journal.behaviour.conftest import a_trade
from tradedesk.core.clock import SYSTEM_CLOCK


D = Decimal
NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)


def a_fill(trade, number, side, quantity, price, stop=None):
    return TradeFill.objects.create(
        owner=trade.owner,
        trade=trade,
        account=trade.account,
        execution_id=f"{trade.key}-{number}",
        side=side,
        quantity=quantity,
        price=price,
        fees=0,
        stop_price=stop,
        executed_at=trade.opened_at + timedelta(minutes=number),
    )


def test_an_addition_below_the_average_is_found_in_a_trades_fills(account):
    trade = a_trade(account, opened=60, closed=30)
    a_fill(trade, 1, "buy", 100, 60, D(58))
    a_fill(trade, 2, "buy", 100, 59)
    a_fill(trade, 3, "sell", 200, 58)
    found = exits.added_to_losses(account)
    assert (found.additions, found.trades, found.deepest_r) == (1, 1, D("-0.5"))


def test_stops_moved_away_and_taken_off_are_counted_by_direction(account):
    long = a_trade(account, opened=60, closed=30)
    short = a_trade(account, opened=60, closed=30, direction="short")
    for trade, before, after in (
        (long, 58, 57), (long, 58, 59), (short, 62, 63), (short, 62, None),
    ):  # fmt: skip
        StopMove.objects.create(
            owner=trade.owner, trade=trade, at=NOON, before=before, after=after
        )
    found = exits.stop_changes(beside(account, NOON).stop_moves)
    assert (found.widened, found.removed, found.tightened) == (2, 1, 1)


def test_the_target_that_was_planned_says_what_the_untouched_trade_had_made(account):
    a_trade(
        account,
        opened=60,
        closed=30,
        r="1",
        mfe_r=D("3.2"),
        mae_r=D("-0.4"),
        holding_seconds=1800,
        planned_entry=D(60),
        planned_stop=D(58),
        planned_target=D(66),
    )
    found = exits.exits_of(newest_trades(account, SYSTEM_CLOCK.now()))
    assert (found.compared, found.untouched_r, found.actual_r) == (1, 3, 1)


def test_a_day_of_a_close_counts_what_was_kept_over_it(account):
    a_trade(account, opened=30, closed=5, r="2", now=NOON)
    a_trade(account, opened=3 * 1440, symbol="BRIO", now=NOON)
    a_trade(account, opened=3 * 1440, symbol="GALE", now=NOON)
    for symbol, low, high in (("BRIO", 61, 63), ("GALE", 55, 58)):
        StoredBar.objects.create(
            feed=account.connection.feed,
            symbol=symbol,
            interval="1d",
            start=datetime(2026, 11, 20, 5, tzinfo=UTC),
            open=low,
            high=high,
            low=low,
            close=high,
            volume=1,
        )
    found = selling.counts_of(account, newest_trades(account, NOON), NOON)
    assert (found.realised_gains, found.realised_losses) == (1, 0)
    assert (found.paper_gains, found.paper_losses) == (1, 1)
