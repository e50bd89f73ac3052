"""What bars say of a trade, once they are there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from brokers.domain.reports import Bar, BarInterval
from brokers.market.bars import store_bars
from journal.book import measuring
from journal.models import Trade
from tests.journal.book import ledger
from tests.journal.book.ledger import at, fill, rebuild, the_trade
from tests.journal.trades.fills import bar


pytestmark = pytest.mark.django_db


def worked(account) -> Trade:
    """Long at 60, stop 58.5, low 59.1, high 65.1, out at 63."""
    fill(account, 1, 100, 60, stop="58.5")
    fill(account, 3, -100, 63)
    rebuild(account)
    return the_trade(account)


def store(account, *bars: Bar, interval: BarInterval = BarInterval.MINUTE_1) -> None:
    store_bars(account.connection.feed, interval, bars)


def test_the_worked_excursions():
    account = ledger.account()
    trade = worked(account)
    store(account, bar(1, "59.1", 60), bar(2, 60, "65.1"), bar(3, 63, 63))
    assert measuring.measure_due(at(4)) == 1
    trade.refresh_from_db()
    assert (trade.mae_r, trade.mfe_r) == (Decimal("-0.6"), Decimal("3.4"))
    assert trade.exit_efficiency.quantize(Decimal("0.001")) == Decimal("0.588")
    assert measuring.measure_due(at(5)) == 0


def test_a_trade_waits_for_its_bars_and_then_gives_up():
    account = ledger.account()
    trade = worked(account)
    store(account, bar(1, "59.1", 60))
    assert measuring.measure_due(at(4)) == 0
    assert measuring.measure_due(at(24 * 60)) == 1
    trade.refresh_from_db()
    assert trade.mfe_r is None
    assert trade.measured_at is not None


def test_bars_that_come_too_late_are_found_when_somebody_looks():
    account = ledger.account()
    trade = worked(account)
    measuring.measure_due(at(24 * 60))
    store(account, bar(1, "59.1", 60), bar(2, 60, "65.1"), bar(3, 63, 63))
    trade.refresh_from_db()
    measuring.look_again(trade, at(25 * 60))
    trade.refresh_from_db()
    assert trade.mfe_r == Decimal("3.4")


def test_a_trade_that_changed_is_measured_again():
    account = ledger.account()
    worked(account)
    store(account, bar(1, "59.1", 60), bar(2, 60, "65.1"), bar(3, 63, 63))
    measuring.measure_due(at(4))
    fill(account, 2, -50, 65)
    fill(account, 2.5, 50, 64, name="back")
    rebuild(account)
    assert measuring.measure_due(at(4)) == 1


def daily(days: int, *, drift: str) -> list[Bar]:
    close, bars = Decimal(100), []
    start = datetime(2026, 1, 5, tzinfo=UTC) - timedelta(days=days)
    for number in range(days):
        close *= (
            1 + Decimal(drift) + (Decimal("0.01") if number % 2 else Decimal("-0.01"))
        )
        bars.append(
            Bar(
                symbol="ACME",
                start=start + timedelta(days=number),
                open=close,
                high=close * (Decimal("1.01") + Decimal(number % 5) / 1000),
                low=close * Decimal("0.99"),
                close=close.quantize(Decimal("0.0001")),
                volume=Decimal(1),
            )
        )
    return bars


def test_a_trade_is_stamped_with_the_market_before_its_entry():
    account = ledger.account()
    store(account, *daily(150, drift="0.004"), interval=BarInterval.DAY_1)
    trade = worked(account)
    assert trade.market_direction == "strong bull"
    assert trade.market_volatility == "normal"
    closes = [float(one.close) for one in daily(150, drift="0.004")]
    above = 60 - sum(closes[-20:]) / 20
    # The ranges of these days are 2 to 2.4 per cent of the close.
    assert -above / (closes[-1] * 0.024) < -trade.entry_distance < -above / (closes[-20] * 0.02)  # fmt: skip


def test_the_days_own_bar_and_too_few_days_say_nothing():
    account = ledger.account()
    bars = daily(101, drift="0.004")
    store(account, *bars[1:], interval=BarInterval.DAY_1)
    today = datetime(2026, 1, 5, tzinfo=UTC)
    store(account, *[_on(bars[-1], today)], interval=BarInterval.DAY_1)
    assert worked(account).market_direction == ""


def _on(one: Bar, start: datetime) -> Bar:
    return Bar(
        **{name: getattr(one, name) for name in one.__slots__} | {"start": start}
    )
