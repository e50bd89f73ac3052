"""R-multiples: results in units of what was risked.

R_unit = |entry - initial stop| x point value, per unit; R_total = sum over the entries
of quantity x R_unit at the time of that entry; R-multiple = net profit / R_total. The
first-entry basis divides by the first entry's risk alone. Source: Van K. Tharp, Trade
Your Way to Financial Freedom, ch. 6 and 9. A later move of the stop changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal


def unit_risk(
    entry: Decimal, stop: Decimal, point_value: Decimal = Decimal(1)
) -> Decimal:
    """Money that one unit loses at its stop, long or short alike."""
    return abs(entry - stop) * point_value


def initial_risk(entries: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Money at risk over all entries, each a quantity and its risk per unit."""
    return sum((abs(quantity) * risk for quantity, risk in entries), Decimal(0))


def r_multiple(net: Decimal, risk: Decimal | None) -> Decimal | None:
    """Net profit over the money risked; None where no risk was defined."""
    if risk is None or risk <= 0:
        return None
    return net / risk
