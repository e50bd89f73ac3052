"""A reversal in words and figures: the close, the entry, its exits, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from brokers.domain.orders import Side
from brokers.models import Order, Position
from brokers.orders.facts import costs_of, market_of, side_that_reduces
from brokers.views.changes import ChangeRow
from brokers.views.levels import market_price
from risk import facts as risk
from risk.sizing import Levels, loss_at_stop
from tradedesk.web import display, formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One order of the plan, in the order in which they go."""

    title: str
    action: str
    how: str
    note: str = ""


def planned(position: Position, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """1R after costs and the expected price, kept with the draft as of a ticket."""
    entry = market_price(position)
    if entry is None:
        return {"risk_money": None, "reference_price": None}
    side = side_that_reduces(position.confirmed_quantity)
    levels = Levels(side=risk.Side(side.value), entry=entry, stop=cleaned["stop_price"])
    costs = costs_of(market_of(position.account, position.symbol))
    loss = loss_at_stop(cleaned["quantity"], levels, costs)
    return {"risk_money": loss, "reference_price": entry}


def close_words(draft: Order) -> str:
    """The close as one would say it: "Sell 100 ACME at market"."""
    held = abs(draft.reverses or Decimal(0))
    return f"{draft.side.capitalize()} {formatting.quantity(held)} {draft.symbol} at market"


def legs(draft: Order, position: Position) -> list[Leg]:
    side, other = draft.side.upper(), Side(draft.side).opposite.value.upper()
    held = formatting.quantity(abs(draft.reverses or Decimal(0)))
    units, price = formatting.quantity(draft.quantity), market_price(position)
    found = [
        Leg(
            title="1. Close",
            action=f"{side} {held}",
            how="market",
            note=f"could get {formatting.price(price)}",
        ),
        Leg(
            title="2. Entry, when flat",
            action=f"{side} {units}",
            how="market",
            note="waits for the close",
        ),
        Leg(
            title="Stop, on fill",
            action=f"{other} {units}",
            how=f"stop {formatting.price(draft.stop_loss_price)}",
            note=_loss(draft),
        ),
    ]
    if draft.take_profit_price is not None:
        how = f"limit {formatting.price(draft.take_profit_price)}"
        note = "one cancels the other"
        leg = Leg(
            title="Target, on fill", action=f"{other} {units}", how=how, note=note
        )
        found.append(leg)
    return found


def _loss(draft: Order) -> str:
    if draft.risk_money is None:
        return "loss not known: no price yet"
    return f"loses {_hidden(formatting.money(draft.risk_money))} after costs"


def _money(amount: Decimal | None) -> str:
    return _hidden(formatting.signed_money(amount))


def _hidden(text: str) -> str:
    """Money only for who wants to see it."""
    return formatting.HIDDEN if display.current().hide_money else text


def shifts(draft: Order, position: Position) -> list[ChangeRow]:
    """The position and what the close realises, before and after both have filled."""
    before = draft.reverses or Decimal(0)
    after = Side(draft.side).sign * (draft.quantity or Decimal(0))
    price, cost = market_price(position), position.average_price
    realised = None if price is None or cost is None else (price - cost) * before
    return [
        ChangeRow(
            label="Position",
            before=formatting.quantity(before),
            change=formatting.quantity(after - before),
            after=formatting.quantity(after),
            note="through zero",
        ),
        ChangeRow(
            label="Realised",
            before=_money(position.realised),
            change=_money(realised),
            after=_money(None if realised is None else position.realised + realised),
            note="by the close, about",
        ),
    ]
