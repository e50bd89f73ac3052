"""Where an account stands: equity, margin, buying power, positions.

Sources: Alpaca, "Margin and Short Selling" and the Account object of its Trading API;
Regulation T (12 CFR 220.12) for the initial margin of 50 %; FINRA Rule 4210(b) for the
2,000 dollars below which an account may not borrow.
"""

from __future__ import annotations

from dataclasses import dataclass

from brokers.domain.orders import OrderClass, Side
from brokers.sim.engine import fees
from brokers.sim.engine.accounts import AccountConfiguration, AccountView, PositionView
from brokers.sim.engine.records import Account, Order, Position
from brokers.sim.engine.units import (
    DOLLAR,
    MONEY,
    average_of,
    money_of,
    quantity_of,
    ratio_of,
)
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.market.market import second_of
from brokers.sim.market.scale import price_of


MARGIN_MINIMUM = 2_000 * MONEY
_REGULATION_T = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """In money units; `multiplier` is the margin that applies now."""

    long_value: int
    short_value: int
    equity: int
    initial: int
    maintenance: int
    gross: int
    multiplier: int
    buying_power: int
    holds: int


def multiplier_of(account: Account, equity: int) -> int:
    if equity < MARGIN_MINIMUM:
        return 1
    return min(account.multiplier, account.max_margin_multiplier)


def standing(venue: Venue, holder: Holder) -> Standing:
    """Everything that buying power follows from, at the current prices."""
    long_value = short_value = maintenance = borrowed = full = 0
    for position in holder.positions.values():
        price = venue.tick(position.symbol).last
        value = position.quantity * price
        if value >= 0:
            long_value += value
        else:
            short_value += value
        maintenance += _maintenance(venue, position, price)
        if venue.market.asset(position.symbol).marginable:
            borrowed += abs(value)
        else:
            full += abs(value)
    equity = holder.account.cash + long_value + short_value
    multiplier = multiplier_of(holder.account, equity)
    power = equity * multiplier - borrowed - full * multiplier
    if multiplier == 1:
        power = holder.account.cash
    return Standing(
        long_value=long_value,
        short_value=short_value,
        equity=equity,
        initial=borrowed // min(multiplier, _REGULATION_T) + full,
        maintenance=maintenance,
        gross=borrowed + full,
        multiplier=multiplier,
        buying_power=max(power - holder.holds, 0),
        holds=holder.holds,
    )


def _maintenance(venue: Venue, position: Position, price: int) -> int:
    """Alpaca's table: long 30 %, all of it below 2.50; short 30 % but at least 5.00 a
    share, below 5.00 all of it but at least 2.50 a share.
    """
    quantity = abs(position.quantity)
    value = quantity * price
    if position.quantity >= 0:
        cheap = price < DOLLAR * 5 // 2
        marginable = venue.market.asset(position.symbol).marginable
        return value if cheap or not marginable else value * 3 // 10
    if price < 5 * DOLLAR:
        return max(value, quantity * DOLLAR * 5 // 2)
    return max(value * 3 // 10, quantity * 5 * DOLLAR)


def shorting_enabled(holder: Holder, stand: Standing) -> bool:
    return stand.multiplier > 1 and not holder.account.no_shorting


def account_view(venue: Venue, holder: Holder) -> AccountView:
    account, stand = holder.account, standing(venue, holder)
    excess = max(stand.equity - stand.initial, 0)
    unsettled = sum(amount for _, amount in account.unsettled)
    owed = fees.accrued(venue.config.fees, account.sold, account.taf)
    regt = max(excess * min(stand.multiplier, _REGULATION_T) - stand.holds, 0)
    free = max(excess - stand.holds // stand.multiplier, 0)
    intraday = stand.buying_power if stand.multiplier > _REGULATION_T else 0
    return AccountView(
        id=account.id,
        key_id=account.key_id,
        number=account.number,
        status="ACTIVE",
        currency="USD",
        created_at=account.created_at,
        at=venue.now,
        cash=money_of(account.cash),
        settled_cash=money_of(account.cash - unsettled),
        equity=money_of(stand.equity),
        last_equity=money_of(account.last_equity),
        balance_as_of=account.balance_as_of,
        long_market_value=money_of(stand.long_value),
        short_market_value=money_of(stand.short_value),
        position_market_value=money_of(stand.long_value + stand.short_value),
        initial_margin=money_of(stand.initial),
        maintenance_margin=money_of(stand.maintenance),
        last_maintenance_margin=money_of(account.last_maintenance),
        special_memorandum_account=money_of(excess),
        buying_power=money_of(stand.buying_power),
        regt_buying_power=money_of(regt),
        daytrading_buying_power=money_of(intraday),
        non_marginable_buying_power=money_of(free),
        multiplier=stand.multiplier,
        accrued_fees=money_of(owed),
        shorting_enabled=shorting_enabled(holder, stand),
        trading_blocked=account.trading_blocked,
        account_blocked=account.account_blocked,
        transfers_blocked=account.transfers_blocked,
        trade_suspended_by_user=account.suspend_trade,
    )


CONFIGURED = tuple(AccountConfiguration.__dataclass_fields__)


def configuration_view(account: Account) -> AccountConfiguration:
    return AccountConfiguration(**{name: getattr(account, name) for name in CONFIGURED})


# Positions


def _group(order: Order) -> str:
    """Two exits of one quantity reserve it once."""
    if order.parent_id is not None:
        return order.parent_id
    return order.id if order.order_class is not OrderClass.SIMPLE else ""


def reserved(venue: Venue, holder: Holder, symbol: str, *, side: Side) -> int:
    """What open orders would already sell of a long, or buy back of a short."""
    price = venue.tick(symbol).last
    alone, groups = 0, dict[str, int]()
    for order in holder.open.get(symbol, {}).values():
        if order.side is not side or order.opening or order.status.value == "held":
            continue
        leaves = order.leaves(price)
        group = _group(order)
        if group:
            groups[group] = max(groups.get(group, 0), leaves)
        else:
            alone += leaves
    return alone + sum(groups.values())


def position_view(venue: Venue, holder: Holder, position: Position) -> PositionView:
    symbol, quantity = position.symbol, position.quantity
    asset = venue.market.asset(symbol)
    price = venue.tick(symbol).last
    close = venue.calendar.previous(venue.now).closes
    before = venue.market.last_price(symbol, second_of(close))
    value = quantity * price
    gain, today = value - position.cost, value - position.intraday_cost
    closing = Side.SELL if quantity > 0 else Side.BUY
    busy = reserved(venue, holder, symbol, side=closing)
    free = max(abs(quantity) - busy, 0)
    return PositionView(
        symbol=symbol,
        asset_id=asset.id,
        exchange=asset.exchange,
        marginable=asset.marginable,
        quantity=quantity_of(quantity),
        available_quantity=quantity_of(free if quantity > 0 else -free),
        average_entry_price=average_of(position.cost, quantity),
        cost_basis=money_of(position.cost),
        market_value=money_of(value),
        current_price=price_of(price),
        last_day_price=price_of(before),
        change_today_ratio=ratio_of(price - before, before),
        unrealized=money_of(gain),
        unrealized_ratio=ratio_of(gain, position.cost),
        unrealized_intraday=money_of(today),
        unrealized_intraday_ratio=ratio_of(today, position.intraday_cost),
    )
