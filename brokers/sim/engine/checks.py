"""What Alpaca refuses because of the account, the asset, the position or the market."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from brokers.domain.orders import OrderType, Side, TimeInForce
from brokers.sim.engine import rules
from brokers.sim.engine.orders import OrderRequest
from brokers.sim.engine.rejection import forbidden, unprocessable
from brokers.sim.engine.standing import (
    reserved,
    shorting_enabled,
    standing,
)
from brokers.sim.engine.units import (
    money_of,
    money_units,
    price_units,
    quantity_of,
    quantity_units,
)
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.market.assets import Asset
from brokers.sim.market.calendars import Phase
from brokers.sim.market.profiles import Auction


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What an order would do: whether it opens or adds to a position, and the price
    at which its buying power is counted, in price units.
    """

    opening: bool
    hold_price: int


def permission(holder: Holder) -> None:
    account = holder.account
    if account.account_blocked or account.trading_blocked:
        raise forbidden("account is not authorized to trade")
    if account.suspend_trade:
        raise forbidden("new orders are rejected by user request")


def asset_of(venue: Venue, symbol: str) -> Asset:
    try:
        return venue.market.asset(symbol)
    except KeyError:
        raise unprocessable(f'asset "{symbol}" not found') from None


def asset_rules(
    venue: Venue, holder: Holder, request: OrderRequest, *, asset: Asset
) -> None:
    if not asset.tradable:
        raise unprocessable(f'asset "{asset.symbol}" is not tradable')
    if venue.market.is_halted(asset.symbol) and request.type is OrderType.MARKET:
        raise forbidden(
            f"market order rejected due to trading halt on symbol: {asset.symbol}"
        )
    if rules.is_fractional(request):
        if not asset.fractionable:
            raise forbidden(f'asset "{asset.symbol}" is not fractionable')
        if not holder.account.fractional_trading:
            raise forbidden("fractional trading is disabled for this account")


def auction_rules(venue: Venue, request: OrderRequest) -> None:
    if request.time_in_force not in {TimeInForce.OPG, TimeInForce.CLS}:
        return
    entry = venue.calendar.auction_entry(Auction(request.time_in_force), venue.now)
    if not entry.allowed:
        raise forbidden(entry.message)


# Shares and money


def exposure(
    venue: Venue, holder: Holder, request: OrderRequest, *, asset: Asset
) -> Exposure:
    """Whether shares or buying power suffice; raises Rejection where not."""
    held = holder.held_quantity(asset.symbol)
    if held * request.side.sign < 0:
        _shares(venue, holder, request, symbol=asset.symbol)
        return Exposure(opening=False, hold_price=0)
    if request.side is Side.SELL:
        _short_rules(venue, holder, request, asset=asset)
    price = _cost_price(venue, request, asset)
    stand = standing(venue, holder)
    factor = 1 if asset.marginable else stand.multiplier
    cost = _cost(request, price) * factor
    if cost > stand.buying_power:
        raise forbidden(
            "insufficient buying power",
            buying_power=f"{money_of(stand.buying_power):f}",
            cost_basis=f"{money_of(cost):f}",
        )
    return Exposure(opening=True, hold_price=price * factor)


def _cost(request: OrderRequest, price: int) -> int:
    if request.notional is not None:
        return money_units(request.notional)
    return quantity_units(request.quantity or Decimal(0)) * price


def _shares(
    venue: Venue, holder: Holder, request: OrderRequest, *, symbol: str
) -> None:
    held = abs(holder.held_quantity(symbol))
    busy = reserved(venue, holder, symbol, side=request.side)
    free = max(held - busy, 0)
    wanted = _cost(request, 1)
    if request.notional is not None:
        wanted //= venue.tick(symbol).bid
    if wanted > free:
        asked, left = quantity_of(wanted), quantity_of(free)
        raise forbidden(
            "insufficient qty available for order "
            f"(requested: {asked:f}, available: {left:f})",
            available=f"{left:f}",
            existing_qty=f"{quantity_of(held):f}",
            held_for_orders=f"{quantity_of(busy):f}",
            symbol=symbol,
        )


def _short_rules(
    venue: Venue, holder: Holder, request: OrderRequest, *, asset: Asset
) -> None:
    """Whole shares, a willing lender, and an account that may."""
    if rules.is_fractional(request):
        raise unprocessable("fractional orders cannot be sold short")
    if not asset.shortable:
        raise unprocessable(f'asset "{asset.symbol}" cannot be sold short')
    if not asset.easy_to_borrow and request.time_in_force is not TimeInForce.DAY:
        raise unprocessable(
            f'only day orders are allowed for hard-to-borrow asset "{asset.symbol}"'
        )
    if not shorting_enabled(holder, standing(venue, holder)):
        raise forbidden("account is not allowed to short")


def _cost_price(venue: Venue, request: OrderRequest, asset: Asset) -> int:
    """Alpaca, "Buying Power": the far side while the core session is open, the middle
    in extended hours, else the last trade; a short at 3 % above the ask or its limit.
    """
    tick = venue.tick(asset.symbol)
    own = request.limit_price if request.limit_price is not None else request.stop_price
    if request.side is Side.SELL:
        raised = tick.ask * 103 // 100
        return max(raised, price_units(own)) if own is not None else raised
    if own is not None:
        return price_units(own)
    if venue.phase is Phase.REGULAR:
        return tick.ask
    return (tick.bid + tick.ask) // 2 if venue.phase is Phase.EXTENDED else tick.last
