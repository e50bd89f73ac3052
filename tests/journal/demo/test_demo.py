"""The demo year: believable, marked, in step with the book, and gone without a trace."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.apps import apps
from django.db.models import Sum

from brokers.domain.reports import Bar
from brokers.models import Account, Fill, LedgerEntry
from journal.demo import filling, removing
from journal.demo.market import market
from journal.demo.stops import moves
from journal.demo.story import Told, year
from journal.demo.walking import Idea, walk
from journal.models import (
    DemoYear,
    Note,
    Reminder,
    ReminderDelivery,
    Task,
    Trade,
    TradeSource,
)
from journal.tasks.demo import fill_demo
from tests import people
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError


LIVED = (Task, Reminder, ReminderDelivery)
START = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def bars(*prices: tuple[str, str, str]) -> list[Bar]:
    """Open, high and low of quarters of an hour; each closes at the middle."""
    return [
        Bar(
            symbol="ACME",
            start=START + number * timedelta(minutes=15),
            open=Decimal(first),
            high=Decimal(high),
            low=Decimal(low),
            close=(Decimal(high) + Decimal(low)) / 2,
            volume=Decimal(1),
        )
        for number, (first, high, low) in enumerate(prices)
    ]


def idea(**more) -> Idea:
    terms = {
        "symbol": "ACME",
        "sign": 1,
        "entered_at": START,
        "entry": Decimal(50),
        "stop": Decimal(49),
        "target": Decimal(52),
        "quantity": 100,
        "patience": 10,
    }
    return Idea(**{**terms, **more})


def test_a_trade_ends_at_its_target_or_its_stop():
    up = bars(("50", "50.5", "49.8"), ("50.5", "52.5", "50.2"))
    assert walk(idea(), up, Random(1)).r == 2
    down = bars(("50", "50.5", "49.8"), ("49.8", "49.9", "48.5"))
    assert walk(idea(), down, Random(1)).r == -1


def test_a_gap_through_the_stop_costs_more_than_one_r():
    gap = bars(("50", "50.5", "49.8"), ("48", "48.4", "47.9"))
    assert walk(idea(), gap, Random(1)).r == -2
    short = idea(sign=-1, stop=Decimal(51), target=Decimal(48))
    leap = bars(("50", "50.2", "49.8"), ("53", "53.5", "52.5"))
    assert walk(short, leap, Random(1)).r == -3


def test_half_goes_at_one_r_and_the_rest_at_the_target():
    wide = bars(("50", "50.5", "49.8"), ("50.5", "51.2", "50"), ("51", "52.1", "50.9"))
    found = walk(idea(halves=True), wide, Random(1))
    assert [one.quantity for one in found.exits] == [50, 50]
    assert found.r == Decimal("1.5")


def test_a_stop_moves_only_to_where_the_price_never_was():
    rising = bars(*((str(50 + n), str(50.5 + n), str(49.6 + n)) for n in range(8)))
    far = idea(target=Decimal(99))
    walked = walk(far, rising, Random(1))
    told = Told(
        walked=walked, setup="x", planned=True, mistakes=(), emotion=3, confidence=3
    )
    (moved,) = moves(told, rising)
    later = [bar for bar in rising if bar.start + timedelta(minutes=15) > moved.at]
    assert far.stop < moved.price < min(bar.low for bar in later)
    assert not moves(told, rising[:5])
    lost = replace(walked, exits=[replace(walked.exits[0], price=Decimal("49.5"))])
    wrong = replace(told, walked=lost, mistakes=[("Revenge trade", Decimal(-1))])
    (moved,) = moves(wrong, rising)
    assert moved.price < far.stop
    assert moved.reason


@pytest.fixture(scope="module")
def story():
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return year(market(7, first=now - timedelta(days=60), now=now), 11)


def test_it_is_the_same_for_the_same_seed(story):
    now = datetime(2026, 3, 2, tzinfo=UTC)
    again = year(market(7, first=now - timedelta(days=60), now=now), 11)
    assert again == story
    assert len(story) > 20


def test_no_symbol_is_held_twice_at_once(story):
    for symbol in {told.walked.idea.symbol for told in story}:
        spans = sorted(
            (told.walked.idea.entered_at, told.walked.closed_at)
            for told in story
            if told.walked.idea.symbol == symbol
        )
        ends = [end for _, end in spans]
        assert all(
            a <= b for a, b in zip(ends, [s for s, _ in spans][1:], strict=False)
        )


def rows() -> Counter[str]:
    """How many rows each table has that people's work ends up in."""
    found = Counter()
    for label in ("brokers", "journal"):
        for model in apps.get_app_config(label).get_models():
            found[model._meta.label] = model._default_manager.count()
    # That trades have changed is told of removing them as well.
    del found["journal.TradeChange"]
    return found


@pytest.mark.django_db(transaction=True)
def test_a_desk_is_filled_and_empty_again(monkeypatch):
    monkeypatch.setattr(filling, "LENGTH", timedelta(days=45))
    alice = people.person("alice")
    actor, before = people.actor(alice), rows()
    begun = filling.begin(alice, clock=SYSTEM_CLOCK)
    made = filling.fill(begun, actor=actor, clock=SYSTEM_CLOCK)
    account = made.year.account
    trades = Trade.objects.filter(account=account)
    assert trades.count() == made.trades > 10
    assert set(trades.values_list("source", flat=True)) == {TradeSource.DEMO.value}
    assert account.name == "DEMO year"
    assert account.mode == "practice"
    assert not trades.filter(r_multiple=None, closed_at__isnull=False).exists()
    assert Note.objects.for_user(alice).count() == made.notes > 0
    assert all(model.objects.for_user(alice).exists() for model in LIVED)
    with pytest.raises(StaleStateError):
        filling.begin(alice, clock=SYSTEM_CLOCK)
    removing.remove(alice, actor=actor, clock=SYSTEM_CLOCK)
    left = rows()
    assert left.pop("journal.DemoYear") == 1
    before.pop("journal.DemoYear")
    # Nothing of it is left, in any table.
    assert left == before
    assert not Account.objects.for_user(alice).exists()
    assert DemoYear.objects.get(owner=alice).removed_at is not None
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"demo.filled", "demo.removed"} <= actions


@pytest.mark.django_db(transaction=True)
def test_its_trades_are_worth_what_its_cash_moved(monkeypatch):
    """Profits less what open positions cost are the money that the fills moved."""
    monkeypatch.setattr(filling, "LENGTH", timedelta(days=45))
    alice = people.person("alice")
    begun = filling.begin(alice, clock=SYSTEM_CLOCK)
    made = filling.fill(begun, actor=people.actor(alice), clock=SYSTEM_CLOCK)
    account = made.year.account
    moved = sum(
        (-1 if fill.side == "buy" else 1) * fill.quantity * fill.price - fill.fees
        for fill in Fill.objects.filter(account=account)
    )
    trades = Trade.objects.filter(account=account)
    net = sum(one.net for one in trades)
    held = sum(one.open_cost or 0 for one in trades)
    assert net - held == moved
    cash = LedgerEntry.objects.filter(account=account).aggregate(all=Sum("amount"))
    assert cash["all"] >= 50000


@pytest.mark.django_db(transaction=True)
def test_the_page_makes_one_in_the_background_and_takes_it_out(monkeypatch):
    alice = people.person("alice")
    page = people.verified(alice)
    assert "Make the demo year" in page.get("/journal/demo/").content.decode()
    page.post("/journal/demo/", {"do": "fill"})
    waiting = page.get("/journal/demo/").content.decode()
    assert "being made" in waiting
    assert "every 2s" in waiting
    assert page.post("/journal/demo/", {"do": "fill"}).status_code == 409
    monkeypatch.setattr(filling, "LENGTH", timedelta(days=30))
    year_id = DemoYear.objects.get(owner=alice).pk
    for _ in range(2):  # a message may come twice
        fill_demo(year_id)
    assert "Remove the demo year" in page.get("/journal/demo/").content.decode()
    page.post("/journal/demo/", {"do": "remove"})
    assert not Account.objects.for_user(alice).exists()
    assert page.post("/journal/demo/", {"do": "remove"}).status_code == 409
