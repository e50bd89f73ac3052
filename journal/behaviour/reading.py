"""What is read of an account before its signals are reckoned: bounded, in few queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from brokers.market.sessions import venue_state
from brokers.models import Account, Order
from journal.behaviour.composing import History
from journal.behaviour.newest import newest_trades, past_trades
from journal.behaviour.signals.averaging import unit_risk
from journal.behaviour.signals.hourly import hourly
from journal.behaviour.signals.pace import DAYS, Pace, pace
from journal.behaviour.signals.past import PastTrade
from journal.models import Level, Nudge, NudgeAnswer, Trade
from journal.routine.days import exchange_day
from journal.routine.ratings import rating_of
from risk.facts import DenialCode
from tradedesk.accounts import preferences


# A warning that was answered is not repeated for this long, unless it has become graver.
QUIET = timedelta(minutes=10)


def history_of(account: Account, now: datetime) -> History:
    even = preferences.of(account.owner).breakeven_r
    trades = past_trades(newest_trades(account, now), even)
    sent = sent_lately(account, now)
    today = exchange_day(now)
    closed = [
        one
        for one in trades
        if one.closed_at is not None and exchange_day(one.closed_at) == today
    ]
    return History(
        now=now,
        day_begins=day_begins(now),
        day_ends=day_ends(now),
        trades=trades,
        closed_today=sorted(closed, key=_end),
        pace=pace_of(sent, now),
        hourly=hourly(sent, now),
        hurried_today=_hurried_today(account, now),
        rating_outside=_rating_outside(account, now),
        answered=_answered(account, now),
    )


def _end(trade: PastTrade) -> datetime:
    return trade.closed_at or trade.opened_at


def unit_risks(account: Account) -> Mapping[str, Decimal]:
    """The planned risk of a unit of each open trade, by symbol."""
    rows = Trade.objects.filter(owner=account.owner_id, account=account).open()
    found = {
        symbol: unit_risk(risk, quantity)
        for symbol, risk, quantity in rows.values_list(
            "symbol", "initial_risk", "quantity"
        )
    }
    return {symbol: risk for symbol, risk in found.items() if risk is not None}


def new_risk_orders(account: Account) -> QuerySet[Order]:
    """What was sent and opened or added, exits that came with it left out."""
    return Order.objects.filter(
        owner=account.owner_id,
        account=account,
        parent=None,
        reduces_risk=False,
        submitted_at__isnull=False,
    )


def sent_lately(account: Account, now: datetime) -> list[datetime]:
    """When new-risk orders went out, of the days that a pace is taken from."""
    sent = lately(account, now).values_list("submitted_at", flat=True)
    return [instant for instant in sent if instant is not None]


def lately(account: Account, now: datetime) -> QuerySet[Order]:
    """New-risk orders of those days."""
    # Sixty trading days lie within ninety-odd; the index runs by the draft's instant.
    since = now - timedelta(days=2 * DAYS)
    return new_risk_orders(account).filter(created_at__gte=since)


def pace_of(sent: Sequence[datetime], now: datetime) -> Pace:
    """New-risk orders by day."""
    return pace([exchange_day(instant) for instant in sent], exchange_day(now))


def _hurried_today(account: Account, now: datetime) -> int:
    return Nudge.objects.filter(
        account=account,
        signal=DenialCode.BEHAVIOUR_AFTER_LOSS.value,
        answer=NudgeAnswer.PROCEEDED,
        level__lt=Level.COOLING,
        shown_at__gte=day_begins(now),
    ).count()


def _answered(account: Account, now: datetime) -> Mapping[DenialCode, int]:
    """Signals whose warning went with an order that was sent a moment ago."""
    recent = Nudge.objects.filter(
        account=account,
        answer__in=[NudgeAnswer.PROCEEDED, NudgeAnswer.EDITED],
        answered_at__gte=now - QUIET,
        shown_at__gte=now - timedelta(days=1),
    ).order_by("level")
    rows = recent.values_list("signal", "level")
    return {DenialCode(signal): level for signal, level in rows}


def _rating_outside(account: Account, now: datetime) -> int | None:
    rating = rating_of(account.owner, exchange_day(now))
    return rating.score if rating is not None and rating.is_outside else None


def day_begins(now: datetime) -> datetime:
    """The exchange's midnight that the trading day began with."""
    return _midnight(exchange_day(now))


def day_ends(now: datetime) -> datetime:
    """The exchange's midnight, after which a new trading day has begun."""
    return _midnight(exchange_day(now) + timedelta(days=1))


def _midnight(day: date) -> datetime:
    zone = ZoneInfo(settings.EXCHANGE_TIME_ZONE)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def next_session(account: Account, now: datetime) -> datetime:
    """When the venue opens next; the exchange's midnight where it has not said."""
    opens = venue_state(account.connection, now).next_open
    return opens if opens is not None and opens > now else day_ends(now)
