"""The fields that Alpaca documents: what else arrives is counted and shown.

From the schemas of Alpaca's Trading and Market Data API documents (reviewed
2026-11-20); names that left since then stay listed, brokers bring things back.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACCOUNT = _names(
    """
    account_blocked account_number accrued_fees admin_configurations balance_asof
    bod_dtbp buying_power cash created_at crypto_status crypto_tier currency
    daytrade_count daytrading_buying_power effective_buying_power equity id
    initial_margin intraday_adjustments last_equity last_maintenance_margin
    long_market_value maintenance_margin multiplier non_marginable_buying_power
    options_approved_level options_buying_power options_trading_level
    pattern_day_trader pending_reg_taf_fees pending_transfer_in pending_transfer_out
    portfolio_value position_market_value regt_buying_power short_market_value
    shorting_enabled sma status trade_suspended_by_user trading_blocked
    transfers_blocked user_configurations
    """
)
ORDER = _names(
    """
    advanced_instructions asset_class asset_id cancel_requested_at canceled_at
    client_order_id created_at expired_at expires_at extended_hours failed_at
    filled_at filled_avg_price filled_qty hwm id legs limit_price notional order_class
    order_type position_intent qty ratio_qty reject_reason replaced_at replaced_by
    replaces side source status stop_price submitted_at subtag symbol time_in_force
    trail_percent trail_price type updated_at
    """
)
ACTIVITY = _names(
    """
    account_id activity_type cum_qty execution_id execution_type id leaves_qty order_id
    order_status previous_id price qty ref_id side status swap_rate symbol
    transaction_time type
    """
)
CASH_ACTIVITY = _names(
    """
    account_id activity_sub_type activity_type created_at currency cusip date
    description group_id id net_amount per_share_amount price qty status symbol
    """
)
POSITION = _names(
    """
    asset_class asset_id asset_marginable avg_entry_price avg_entry_swap_rate
    change_today cost_basis current_price exchange lastday_price market_value
    prev_swap_rate qty qty_available side swap_rate symbol unrealized_intraday_pl
    unrealized_intraday_plpc unrealized_pl unrealized_plpc usd
    """
)
ASSET = _names(
    """
    attributes borrow_status class cusip easy_to_borrow exchange fractionable id
    maintenance_margin_requirement margin_requirement_long margin_requirement_short
    marginable min_order_size min_trade_increment name price_increment shortable status
    symbol tradable
    """
)
CLOCK = _names("is_open next_close next_open timestamp")
CALENDAR = _names("close date open session_close session_open settlement_date")
UPDATE = _names(
    """
    at event event_id execution_id legs order position_qty position_qtys
    previous_execution_id previous_id price qty reason timestamp
    """
)
