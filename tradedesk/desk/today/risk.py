"""What is at risk now, and how much of the day's limits is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from brokers import selectors
from brokers.models import Account
from brokers.selectors import HeldPosition
from journal.models import Trade
from journal.routine.days import exchange_day
from risk.facts import Policy
from risk.services import effective_policy
from risk.sizing import Holding, heat
from tradedesk.accounts.models import User
from tradedesk.web import formatting


HUNDRED = Decimal(100)
_WARN_AT = Decimal(80)
ROWS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One limit, in finished words; `share` fills its bar in per cent."""

    label: str
    value: str
    limit: str = ""
    share: Decimal | None = None
    note: str = ""
    warn_at: Decimal = _WARN_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """A position: R at risk from its entry and from now; None without stop or plan."""

    held: HeldPosition
    from_entry: Decimal | None
    from_now: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRisk:
    """`total_r` sums what has a stop; `bare` counts the positions that have none."""

    rows: Sequence[RiskRow]
    more: int
    total_r: Decimal
    bare: int
    gauges: Sequence[Gauge]


def open_risk(
    user: User, account: Account, *, trades: Iterable[Trade], now: datetime
) -> OpenRisk:
    """`trades` are those of `trades_of_today`."""
    held = selectors.held_positions(user, account)
    rows = [_row(one) for one in held]
    policy = effective_policy(user_id=user.pk, account_id=account.pk, now=now)
    day = _day_of(trades, exchange_day(now))
    return OpenRisk(
        rows=rows[:ROWS_SHOWN],
        more=max(len(rows) - ROWS_SHOWN, 0),
        total_r=_sum(row.from_entry for row in rows),
        bare=sum(not one.is_protected for one in held),
        gauges=[*_day_gauges(day, policy), _heat_gauge(account, held)],
    )


def _sum(parts: Iterable[Decimal | None]) -> Decimal:
    return sum((part for part in parts if part is not None), Decimal(0))


def _row(held: HeldPosition) -> RiskRow:
    if not held.is_protected:
        return RiskRow(held=held, from_entry=None, from_now=None)
    return RiskRow(
        held=held,
        from_entry=_risk_r(held, held.position.average_price),
        from_now=_risk_r(held, held.market_price),
    )


def _risk_r(held: HeldPosition, reference: Decimal | None) -> Decimal | None:
    """From a price to the stop in R of the entry; what the stop has locked in is none."""
    unit, stop = held.risk_per_unit, held.stop_price
    if reference is None or stop is None or not unit:
        return None
    side = 1 if held.position.quantity > 0 else -1
    return max((reference - stop) * side / unit, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Trades closed today in R, the losses at their end, and those opened today."""

    result_r: Decimal
    unknown: int
    losses_in_a_row: int
    opened: int


def trades_of_today(user: User, account: Account, now: datetime) -> QuerySet[Trade]:
    """Those that closed today in order of their close, and those still open."""
    mine = Trade.objects.for_user(user).filter(account=account)
    wanted = mine.filter(Q(trading_day=exchange_day(now)) | Q(closed_at=None))
    shown = wanted.only("opened_at", "closed_at", "r_multiple", "net")
    return shown.order_by("closed_at", "pk")


def _day_of(trades: Iterable[Trade], today: date) -> Day:
    rows = list(trades)
    closed = [one for one in rows if one.closed_at is not None]
    return Day(
        result_r=_sum(one.r_multiple for one in closed),
        unknown=sum(one.r_multiple is None for one in closed),
        losses_in_a_row=_losses([one.net for one in closed]),
        opened=sum(exchange_day(one.opened_at) == today for one in rows),
    )


def _losses(results: Sequence[Decimal | None]) -> int:
    count = 0
    for net in reversed(results):
        if net is None or net >= 0:
            break
        count += 1
    return count


def _day_gauges(day: Day, policy: Policy) -> list[Gauge]:
    limit = policy.day_loss_stop_r or policy.tilt_day_loss_r
    lost = max(-day.result_r, Decimal(0))
    left = max(limit - lost, Decimal(0))
    cooling = f"Cooling-off of {formatting.quantity(policy.cooling_off_minutes)} min at"
    gauges = [
        Gauge(
            label="Day, closed trades",
            value=formatting.r_multiple(day.result_r),
            limit=f"{formatting.MINUS}{formatting.r_multiple(limit, signed=False)}",
            share=_share(lost, limit),
            note=f"{formatting.r_multiple(left, signed=False)} left{_unknown(day)}",
        ),
        Gauge(
            label="Losses in a row",
            value=str(day.losses_in_a_row),
            limit=formatting.quantity(policy.tilt_losses),
            share=_share(Decimal(day.losses_in_a_row), policy.tilt_losses),
            note=f"{cooling} {formatting.quantity(policy.tilt_losses)}",
        ),
    ]
    if policy.new_orders_a_day is not None:
        gauges.append(_opened_gauge(day, policy.new_orders_a_day))
    return gauges


def _opened_gauge(day: Day, limit: Decimal) -> Gauge:
    left = max(limit - day.opened, Decimal(0))
    return Gauge(
        label="Trades opened",
        value=str(day.opened),
        limit=formatting.quantity(limit),
        share=_share(Decimal(day.opened), limit),
        note=f"{formatting.quantity(left)} left",
    )


def _unknown(day: Day) -> str:
    return f"; {day.unknown} without a planned risk" if day.unknown else ""


def _share(value: Decimal, limit: Decimal) -> Decimal:
    return value / limit * HUNDRED if limit else HUNDRED


def _heat_gauge(account: Account, held: Sequence[HeldPosition]) -> Gauge:
    """Money to the stops in per cent of equity; without a stop a position counts whole."""
    if not account.equity:
        return Gauge(label="Portfolio heat", value=formatting.NOT_AVAILABLE)
    holdings = [
        Holding(
            quantity=one.position.quantity,
            entry=one.position.average_price,
            mark=one.market_price or one.position.average_price,
            stop=one.stop_price if one.is_protected else None,
        )
        for one in held
        if one.position.average_price is not None
    ]
    share = heat(holdings) / account.equity * HUNDRED
    bare = any(not one.is_protected for one in held)
    note = (
        "a position without a stop counts in full"
        if bare
        else "of equity, to the stops"
    )
    return Gauge(
        label="Portfolio heat", value=formatting.percent(share), share=share, note=note
    )
