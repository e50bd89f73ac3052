"""One signal per file, each a function on past trades: no rows, no clock.

A loss and a win are results of at least `BREAKEVEN_R`: what only paid its costs says
nothing of how it was traded.
"""

from __future__ import annotations
