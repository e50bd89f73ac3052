"""The full verdict on what is asked, with fresh facts and the stricter policy."""

from __future__ import annotations

from datetime import datetime

from brokers.orders.facts import Asked, MarketFacts, gather, questions_of
from risk import engine, services
from risk.facts import Assessment, Policy
from tradedesk.reads import asked_together


def assess(asked: Asked, now: datetime) -> Assessment:
    """In a transaction, under the account's lock: nothing that is known is believed."""
    whose = {"user_id": asked.user_id, "account_id": asked.account.pk}
    with asked_together([*services.questions_of(**whose), *questions_of(asked, now)]):
        return preview(asked, now)


def preview(
    asked: Asked,
    now: datetime,
    *,
    market: MarketFacts | None = None,
    policy: Policy | None = None,
) -> Assessment:
    """For a page, which hands on the `market` and `policy` that it has just read."""
    if policy is None:
        policy = services.effective_policy(
            user_id=asked.user_id, account_id=asked.account.pk, now=now
        )
    return engine.evaluate(gather(asked, now, market), policy)
