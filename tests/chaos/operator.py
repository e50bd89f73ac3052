"""The exchange's operator takes trades back, and puts others in their place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from http.client import HTTPException
from typing import Any

from tests.chaos import venue
from tests.chaos.counting import standing
from tests.chaos.stage import Keys, Stage
from tests.chaos.steps import Act, Step


CENT = Decimal("0.01")
# A trade is taken back soon after it has happened, or not at all.
RECENT = 20


def operate(stage: Stage, step: Step) -> bool:
    """True once a trade of the chosen account was busted or corrected."""
    keys = stage.keys[int(step.choice * len(stage.keys))]
    try:
        trades = standing(venue.recent_fills(stage.exchange.port, keys, RECENT))
    except (OSError, HTTPException):
        return False  # the port is closed for a while
    if not trades:
        return False
    trade = trades[int(step.choice * 997) % len(trades)]
    _tell(stage, keys, step, trade)
    stage.faults[step.act.value] += 1
    return True


def _tell(stage: Stage, keys: Keys, step: Step, trade: Mapping[str, Any]) -> None:
    body = {"key": keys.key, "execution_id": trade["execution_id"]}
    if step.act is Act.BUST:
        stage.exchange.request("POST", "/control/bust", body)
        return
    price = str(Decimal(trade["price"]) + CENT)
    stage.exchange.request("POST", "/control/correct", {**body, "price": price})
