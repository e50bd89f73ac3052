"""Warnings on what is not a ticket: a change of a working order, a reversal's entry.

Their verdicts are those of the guardrails; here they are kept and joined to the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from brokers.models import Account, Order
from brokers.orders.answering import Answers, Warned
from brokers.orders.facts import MarketFacts, market_of
from brokers.orders.papers import Papers
from journal.behaviour import nudges, services
from journal.behaviour.nudges import Shown
from journal.plans.reading import order_plan
from risk.facts import Assessment
from tradedesk.desk.ticket import warnings
from tradedesk.desk.ticket.chasing import Expecting, chase_of


class OwnWarnings:
    """Handed to pages that know no journal (`tradedesk.desk.urls`)."""

    def refresh(self, account: Account, now: datetime) -> None:
        """What the trader has just done counts for what is judged next."""
        services.refresh(account, now)

    def market(self, order: Order, now: datetime) -> MarketFacts:
        """With what the market has just done, and the entry as it was planned."""
        market, carried = market_of(order.account, order.symbol), order_plan(order)
        expecting = Expecting(
            planned=carried is not None and carried.playbook_version_id is not None,
            planned_entry=order.reference_price,
        )
        chase = chase_of(order.account, market, expecting=expecting, now=now)
        return replace(market, chase=chase)

    def note(self, warned: Warned, assessment: Assessment) -> None:
        """Keep what was shown, once each."""
        shown = Shown(
            account=warned.order.account,
            intent=warned.intent,
            symbol=warned.order.symbol,
            risk_money=warned.risk_money,
            now=warned.now,
            order=warned.order,
        )
        for verdict in filter(nudges.is_nudge, assessment.verdicts):
            nudges.note_shown(shown, verdict)

    def papers_of_change(
        self, warned: Warned, assessment: Assessment, answers: Answers
    ) -> Sequence[Papers]:
        return nudges.papers_of_change(
            assessment.verdicts,
            intent=warned.intent,
            reason=answers.reason,
            now=warned.now,
        )

    def answer(self, warned: Warned, assessment: Assessment, answers: Answers) -> None:
        """Of a draft, before it is confirmed."""
        verdict = warnings.nudge_in(assessment)
        if verdict is not None:
            nudges.note_answer(
                warned.order, verdict, reason=answers.reason, now=warned.now
            )

    def settle(self, order: Order, now: datetime) -> None:
        """A draft that was sent answers its warnings."""
        warnings.settled(order.account, order.intent, now)

    def context(self, assessment: Assessment, now: datetime) -> Mapping[str, Any]:
        return {"hold": warnings.hold_in(assessment, now)}
