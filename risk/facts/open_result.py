"""How a position stands before an order adds to it."""

from __future__ import annotations

from decimal import Decimal

from risk.facts.exposure import holding
from risk.facts.known import Facts
from risk.facts.numbers import positive
from risk.facts.prices import market_of


NOISE = Decimal("0.1")


def adds_to_position(facts: Facts) -> bool:
    held = holding(facts)
    return held is not None and held * facts.order.side.sign > 0


def open_loss(facts: Facts) -> Decimal | None:
    """Money per unit that the position is behind, at the price it could be closed at.

    Negative for a gain; None without a position, its cost, or a market.
    """
    held, market = holding(facts), market_of(facts.quote)
    cost = None if facts.position is None else positive(facts.position.average_price)
    if not held or market is None or cost is None:
        return None
    return cost - market.bid if held > 0 else market.ask - cost


def is_behind(facts: Facts) -> bool:
    """Behind by more than noise: a tenth of the planned risk, where none was planned a
    tenth of a daily range, and in any case more than the spread that it cost to get in.
    """
    loss, market = open_loss(facts), market_of(facts.quote)
    if loss is None or market is None:
        return False
    unit = positive(facts.behaviour.unit_risks.get(facts.order.symbol))
    noise = (unit or positive(facts.atr) or Decimal(0)) * NOISE
    return loss > max(noise, market.ask - market.bid)


def open_r(facts: Facts) -> Decimal | None:
    """The open result in units of the planned risk; None where none was planned."""
    loss = open_loss(facts)
    unit = positive(facts.behaviour.unit_risks.get(facts.order.symbol))
    return None if loss is None or unit is None else -loss / unit
