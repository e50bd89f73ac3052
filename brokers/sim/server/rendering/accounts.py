"""Account, positions, activities and history, as Alpaca's trading document has them."""

from __future__ import annotations

from typing import Any

from brokers.sim.engine import (
    AccountConfiguration,
    AccountView,
    Activity,
    ActivityType,
    PortfolioHistory,
    PositionView,
)
from brokers.sim.server.values import day, instant, number, optional_text, text


def account_body(account: AccountView) -> dict[str, Any]:
    """The pattern-day-trader members are left out, as Alpaca does since 2026-07-06."""
    return {
        "id": account.id,
        "account_number": account.number,
        "status": account.status,
        "crypto_status": "INACTIVE",
        "currency": account.currency,
        "created_at": instant(account.created_at),
        "balance_asof": day(account.balance_as_of),
        "multiplier": str(account.multiplier),
        "options_approved_level": 0,
        "options_trading_level": 0,
        **_money(account),
        **_flags(account),
    }


def _money(account: AccountView) -> dict[str, str]:
    return {
        "cash": text(account.cash),
        "equity": text(account.equity),
        "portfolio_value": text(account.equity),
        "last_equity": text(account.last_equity),
        "long_market_value": text(account.long_market_value),
        "short_market_value": text(account.short_market_value),
        "position_market_value": text(account.position_market_value),
        "initial_margin": text(account.initial_margin),
        "maintenance_margin": text(account.maintenance_margin),
        "last_maintenance_margin": text(account.last_maintenance_margin),
        "sma": text(account.special_memorandum_account),
        "buying_power": text(account.buying_power),
        "regt_buying_power": text(account.regt_buying_power),
        "non_marginable_buying_power": text(account.non_marginable_buying_power),
        "options_buying_power": text(account.non_marginable_buying_power),
        "accrued_fees": text(account.accrued_fees),
        "pending_reg_taf_fees": text(account.accrued_fees),
        "pending_transfer_in": "0",
        "pending_transfer_out": "0",
        "intraday_adjustments": "0",
    }


def _flags(account: AccountView) -> dict[str, bool]:
    return {
        "shorting_enabled": account.shorting_enabled,
        "trading_blocked": account.trading_blocked,
        "account_blocked": account.account_blocked,
        "transfers_blocked": account.transfers_blocked,
        "trade_suspended_by_user": account.trade_suspended_by_user,
    }


def configuration_body(configuration: AccountConfiguration) -> dict[str, Any]:
    return {
        "suspend_trade": configuration.suspend_trade,
        "no_shorting": configuration.no_shorting,
        "fractional_trading": configuration.fractional_trading,
        "max_margin_multiplier": str(configuration.max_margin_multiplier),
        "max_options_trading_level": configuration.max_options_trading_level,
        "trade_confirm_email": configuration.trade_confirm_email,
        "ptp_no_exception_entry": configuration.ptp_no_exception_entry,
        "disable_overnight_trading": configuration.disable_overnight_trading,
    }


def position_body(position: PositionView) -> dict[str, Any]:
    return {
        "asset_id": position.asset_id,
        "symbol": position.symbol,
        "exchange": position.exchange,
        "asset_class": "us_equity",
        "asset_marginable": position.marginable,
        "side": "short" if position.quantity < 0 else "long",
        "qty": text(position.quantity),
        "qty_available": text(position.available_quantity),
        "avg_entry_price": text(position.average_entry_price),
        "cost_basis": text(position.cost_basis),
        "market_value": text(position.market_value),
        "current_price": text(position.current_price),
        "lastday_price": text(position.last_day_price),
        "change_today": text(position.change_today_ratio),
        "unrealized_pl": text(position.unrealized),
        "unrealized_plpc": text(position.unrealized_ratio),
        "unrealized_intraday_pl": text(position.unrealized_intraday),
        "unrealized_intraday_plpc": text(position.unrealized_intraday_ratio),
    }


def activity_body(activity: Activity) -> dict[str, Any]:
    if activity.type is ActivityType.FILL:
        return _fill_body(activity)
    return {
        "id": activity.id,
        "activity_type": activity.type.value,
        "date": day(activity.day),
        "created_at": instant(activity.at),
        "net_amount": optional_text(activity.net_amount),
        "description": activity.description,
        "currency": "USD",
        "status": activity.status,
        **({"activity_sub_type": activity.sub_type} if activity.sub_type else {}),
    }


def _fill_body(activity: Activity) -> dict[str, Any]:
    """`execution_id`, `status` and `previous_id` are those of Alpaca's activity events
    (schema ActivityEventV2CommonFields): a busted fill keeps its line and reads
    canceled; a corrected one too, beside the line that replaces it.
    """
    corrects = activity.previous_execution_id
    return {
        "id": activity.id,
        "activity_type": activity.type.value,
        "transaction_time": instant(activity.at),
        "type": activity.fill_kind,
        "order_id": activity.order_id,
        "execution_id": activity.execution_id,
        "order_status": activity.order_status.value if activity.order_status else "",
        "status": activity.status,
        "symbol": activity.symbol,
        "side": activity.side.value if activity.side else "",
        "price": optional_text(activity.price),
        "qty": optional_text(activity.quantity),
        "cum_qty": optional_text(activity.cumulative_quantity),
        "leaves_qty": optional_text(activity.leaves_quantity),
        **({"previous_id": corrects} if corrects else {}),
    }


def history_body(history: PortfolioHistory) -> dict[str, Any]:
    body: dict[str, Any] = {
        "timestamp": [int(at.timestamp()) for at in history.timestamps],
        "equity": [number(value) for value in history.equity],
        "profit_loss": [number(value) for value in history.profit_loss],
        "profit_loss_pct": [number(value) for value in history.profit_loss_ratio],
        "base_value": number(history.base_value),
        "timeframe": history.timeframe,
    }
    if history.base_value_as_of:
        body["base_value_asof"] = day(history.base_value_as_of)
    return body
