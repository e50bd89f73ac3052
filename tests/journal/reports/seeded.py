"""Trades as rows without fills behind them, for what only reads them."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from brokers.domain.reports import CashKind
from brokers.models import Account, LedgerEntry, LedgerKind
from journal.models import Mistake, Playbook, Tag, TagFamily, Trade, TradeTag
from tradedesk.accounts.models import User


BEGAN = date(2025, 11, 24)
NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2025, 11, 24, 15, 0, tzinfo=UTC)
_NUMBERS = itertools.count(1)
SETUPS = ("Pullback to 50-day", "Breakout retest", "Opening range", "Gap fade")
MISTAKES = ("Moved the stop", "Chased", "Too large")
SYMBOLS = ("ACME", "FERN", "KITE", "LUMA", "ORCA", "PINE")
TRENDS = ("strong bull", "bull", "neutral", "bear", "strong bear", "")
VOLATILITIES = ("quiet", "normal", "volatile", "very volatile", "")


def trade(owner: User, account: Account | None, **given: Any) -> Trade:
    """Unsaved: a long of an hour that made +1R, unless told else."""
    closed = given.pop("closed_at", START)
    held = given.pop("holding_seconds", 3600)
    risk = given.pop("initial_risk", Decimal(100))
    r = given.get("r_multiple", Decimal(1))
    fields: dict[str, Any] = {
        "key": f"seed-{next(_NUMBERS)}",
        "symbol": "ACME",
        "direction": "long",
        "closed_at": closed,
        "opened_at": closed - timedelta(seconds=held),
        "trading_day": closed.astimezone(NEW_YORK).date(),
        "holding_seconds": held,
        "quantity": Decimal(10),
        "entry_price": Decimal(60),
        "exit_price": Decimal(61),
        "fees": Decimal(1),
        "net": None if risk is None or r is None else r * risk,
        "initial_risk": risk,
        "r_multiple": Decimal(1),
        "open_quantity": Decimal(0),
        "built_at": START,
        **given,
    }
    return Trade(owner=owner, account=account, **fields)


def year(owner: User, account: Account, n: int = 243, *, seed: int = 1) -> list[Trade]:
    """Saved trades of a believable system, with setups, mistakes and market types."""
    luck = random.Random(seed)
    playbook = Playbook.objects.create(owner=owner, name="Swing", created_at=START)
    step = timedelta(days=350) / max(n, 1)
    made = [
        _one(owner, account, START + step * place, luck=luck, playbook=playbook)
        for place in range(n)
    ]
    rows = Trade.objects.bulk_create(made, batch_size=5000)
    setups = [_tag(owner, TagFamily.SETUP, name) for name in SETUPS]
    mistakes = [_tag(owner, TagFamily.MISTAKE, name) for name in MISTAKES]
    TradeTag.objects.bulk_create(
        TradeTag(owner=owner, trade=row, tag=luck.choice(setups))
        for row in rows
        if luck.random() < 0.95
    )
    Mistake.objects.bulk_create(
        Mistake(
            owner=owner,
            trade=row,
            tag=luck.choice(mistakes),
            cost_r=Decimal(luck.choice(["-1.2", "-0.5", "0.4"])),
            created_at=START,
        )
        for row in rows
        if luck.random() < 0.12
    )
    return rows


def _one(
    owner: User,
    account: Account,
    at: datetime,
    *,
    luck: random.Random,
    playbook: Playbook,
) -> Trade:
    session = at.astimezone(NEW_YORK).replace(hour=9, minute=30, second=0)
    session += timedelta(minutes=luck.randrange(390))
    while session.weekday() > 4:
        session -= timedelta(days=1)
    won = luck.random() < 0.41
    r = Decimal(
        str(
            round(
                luck.gammavariate(2.2, 0.95)
                if won
                else -luck.choice([1, 1, 1, 0.4, 0.9, 1.1, 1.6]),
                4,
            )
        )
    )
    risk = Decimal(luck.choice([200, 250, 250, 300]))
    best = max(r, Decimal(0)) + Decimal(str(round(luck.random(), 4)))
    worst = min(r, Decimal(0)) - Decimal(str(round(luck.random() * 0.3, 4)))
    return trade(
        owner,
        account,
        closed_at=session.astimezone(UTC),
        holding_seconds=luck.choice([180, 900, 5400, 20_000, 200_000, 900_000]),
        symbol=luck.choice(SYMBOLS),
        direction=luck.choice(["long", "long", "short"]),
        r_multiple=r,
        initial_risk=risk,
        mae_r=max(worst, Decimal(-2)),
        mfe_r=best,
        market_direction=luck.choice(TRENDS),
        market_volatility=luck.choice(VOLATILITIES),
        followed_plan=luck.choice([True, True, True, False, None]),
        playbook=playbook if luck.random() < 0.6 else None,
        quantity=Decimal(luck.randrange(10, 400)),
    )


def _tag(owner: User, family: TagFamily, name: str) -> Tag:
    return Tag.objects.create(owner=owner, family=family, name=name)


def deposit(account: Account, amount: str, day: date = BEGAN) -> LedgerEntry:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return LedgerEntry.objects.create(
        owner=account.owner,
        account=account,
        kind=LedgerKind.CASH,
        cash_kind=CashKind.TRANSFER,
        amount=Decimal(amount),
        activity_id=f"deposit-{next(_NUMBERS)}",
        effective_at=at,
        booked_at=at,
        told_by="broker",
    )
