"""What the risk rules may know, gathered from rows, quotes and the venue's clock.

Risk defines its facts and never looks for them; this is the one place that fills them.
Called under the account's lock when an order is confirmed, so that parallel orders see
each other, and without a lock for previews.
"""

from __future__ import annotations

from brokers.orders.facts.account import account_facts, standing_facts
from brokers.orders.facts.gathering import Asked, gather, questions_of
from brokers.orders.facts.market import MarketFacts, costs_of, market_of
from brokers.orders.facts.orders import side_that_reduces, worst_notional


__all__ = [
    "Asked",
    "MarketFacts",
    "account_facts",
    "costs_of",
    "gather",
    "market_of",
    "questions_of",
    "side_that_reduces",
    "standing_facts",
    "worst_notional",
]
