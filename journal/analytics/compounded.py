"""What a list of R-multiples makes of an equity that risks a fixed share each trade.

equity x prod(1 + f x R). A trade that loses more than all leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from journal.analytics.drawdown import relative_drawdown
from journal.analytics.figures import Numbers, floats
from journal.analytics.returns import growth_curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Compounded:
    """`final` in the unit of the start; `drawdown` as a share of the peak."""

    final: float
    drawdown: float


def compounded(results: Numbers, *, risk: float, start: float) -> Compounded:
    """`risk` is the share of the equity risked on each trade, 0.01 for one per cent."""
    curve = growth_curve(np.maximum(floats(results) * risk, -1.0))
    return Compounded(
        final=float(curve[-1]) * start, drawdown=relative_drawdown(curve).depth
    )
