"""What a person says of a trade, and what mistakes cost over many."""

from __future__ import annotations

from decimal import Decimal

import pytest

from journal.book import mistakes, reviewing
from journal.book.reviewing import Blunder, Review
from journal.models import Mistake, Tag, TagFamily, Trade
from tests import people
from tests.journal.book import ledger
from tradedesk.audit.models import AuditEntry
from tradedesk.core.errors import InvalidInputError


pytestmark = pytest.mark.django_db


def by(trade) -> dict[str, object]:
    return {"actor": people.actor(trade.owner), "now": ledger.CLOCK.now()}


def audited() -> int:
    return AuditEntry.objects.filter(action="trade.reviewed").count()


def test_a_review_is_kept_and_saying_it_again_changes_nothing():
    trade = ledger.round_trip(ledger.account())
    said = Review(followed_plan=True, emotion=2, confidence=4, reviewed=True)
    for _ in range(2):
        reviewing.review(trade, said, **by(trade))
    trade.refresh_from_db()
    assert (trade.followed_plan, trade.emotion, trade.confidence) == (True, 2, 4)
    assert trade.reviewed_at is not None
    assert audited() == 1


def test_a_tag_is_made_once_whatever_its_case():
    trade = ledger.round_trip(ledger.account())
    for name in ("Breakout", "  breakout "):
        reviewing.add_tag(trade, TagFamily.SETUP, name, **by(trade))
    assert Tag.objects.count() == trade.trade_tags.count() == 1
    reviewing.remove_tag(trade, Tag.objects.get().pk, **by(trade))
    assert trade.trade_tags.count() == 0
    assert audited() == 2


def test_the_cost_of_a_mistake_is_exact_from_the_plan_and_else_an_estimate():
    trade = ledger.round_trip(ledger.account())
    exact = Blunder(name="Exited too early", planned_r=Decimal("3.5"))
    reviewing.add_mistake(trade, exact, **by(trade))
    guessed = Blunder(name="Too large", cost_r=Decimal(-1))
    reviewing.add_mistake(trade, guessed, **by(trade))
    found = list(Mistake.objects.order_by("cost_r").values_list("cost_r", "estimated"))
    assert found == [(Decimal("-1.5"), False), (Decimal(-1), True)]


def test_a_planned_r_says_nothing_of_a_trade_without_r():
    account = ledger.account()
    ledger.fill(account, 0, 100, 50, stop=47)
    ledger.rebuild(account)
    with pytest.raises(InvalidInputError):
        reviewing.add_mistake(
            ledger.the_trade(account),
            Blunder(name="Too large", planned_r=Decimal(1)),
            **by(ledger.the_trade(account)),
        )


def test_efficiency_and_cost_are_the_worked_figures():
    account = ledger.account()
    for number in range(20):
        ledger.fill(account, number * 10, 100, 50, stop=49)
        ledger.fill(account, number * 10 + 5, -100, 51)
    ledger.rebuild(account)
    for trade in ledger.trades(account)[:4]:
        blunder = Blunder(name="Chased the entry", planned_r=Decimal("2.05"))
        reviewing.add_mistake(trade, blunder, **by(trade))
    found = mistakes.summarise(Trade.objects.for_user(account.owner))
    assert (found.mistakes, found.trades, found.efficiency.value) == (4, 20, 0.8)
    assert found.cost_r == Decimal("-4.2")
    assert found.rows[0].average_r == Decimal("-1.05")
