"""The list of trades and one trade's page, as its trader sees them."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from brokers.domain.reports import BarInterval
from brokers.market.bars import store_bars
from journal.models import Mistake, Tag, Trade
from tests import people
from tests.journal.book import ledger
from tests.journal.book.ledger import fill
from tests.journal.trades.fills import bar as candle


pytestmark = pytest.mark.django_db
LIST = "/journal/trades/"


@pytest.fixture
def account():
    return ledger.account()


@pytest.fixture
def trade(account) -> Trade:
    return ledger.round_trip(account)


@pytest.fixture
def page(account):
    return people.verified(account.owner)


def at(trade: Trade, rest: str = "") -> str:
    return f"{LIST}{trade.pk}/{rest}"


# The list


def test_a_position_that_closed_is_a_trade_when_the_list_is_opened(account, page):
    fill(account, 0, 100, 50, stop=47)
    fill(account, 30, -100, 56)
    answer = page.get(LIST)
    assert "+2.00R" in answer.content.decode()
    assert Trade.objects.count() == 1


def test_without_trades_the_list_says_how_they_come(page):
    assert "No closed trade yet" in page.get(LIST).content.decode()


def test_a_filter_that_nothing_fits_offers_all(trade, page):
    answer = page.get(f"{LIST}?symbol=NONE").content.decode()
    assert "No closed trade fits" in answer
    assert "Symbol: NONE" in answer


def test_what_cannot_be_read_of_an_address_is_named(trade, page):
    answer = page.get(f"{LIST}?hour=25")
    assert answer.status_code == 422
    assert "hour" in answer.content.decode()


def test_pages_follow_each_other_without_gap_or_repeat(trade, page):
    row = Trade.objects.get()
    for number in range(120):
        row.pk, row.key = None, f"k{number}"
        # Two each close at the same instant.
        row.closed_at = ledger.at(100 + number // 2)
        row.save(force_insert=True)
    seen: list[str] = []
    address = LIST
    for _ in range(4):
        answer = page.get(address)
        assert answer.status_code == 200
        seen += [str(one.trade.pk) for one in answer.context["rows"]]
        address = f"{LIST}?{answer.context['older']}"
    assert len(seen) == len(set(seen)) == 121
    assert answer.context["older"] == ""


@pytest.mark.parametrize("after", ["x", "2026-01-01~x", "2026-01-01T00:00:00~1", "~"])
def test_a_key_that_cannot_be_read_is_the_first_page(trade, page, after):
    answer = page.get(LIST, {"after": after})
    assert len(answer.context["rows"]) == 1


def test_what_waits_for_a_review_is_counted_and_found(trade, page):
    answer = page.get(f"{LIST}?reviewed=no")
    assert answer.context["waiting_words"] == "1"
    assert len(answer.context["rows"]) == 1
    Trade.objects.update(reviewed_at=trade.closed_at)
    answer = page.get(f"{LIST}?reviewed=no").content.decode()
    assert "Every trade is reviewed" in answer


def test_an_account_that_is_not_ones_own_is_not_found(trade, page):
    assert page.get(f"{LIST}?account=999999").status_code == 404


def test_the_part_is_the_table_alone(trade, page):
    answer = page.get(f"{LIST}?part=table").content.decode()
    assert "<html" not in answer
    assert "+2.00R" in answer


def test_the_file_holds_every_closed_trade_in_plain_figures(account, trade, page):
    tag = Tag.objects.create(owner=account.owner, family="mistake", name="=Chased")
    Mistake.objects.create(
        owner=account.owner, trade=trade, tag=tag, cost_r=-1, created_at=ledger.at(0)
    )
    answer = page.get("/journal/trades/trades.csv")
    content = b"".join(answer.streaming_content).decode()
    [row] = csv.DictReader(io.StringIO(content))
    assert (row["r"], row["net"], row["held_seconds"]) == ("2", "600", "1800")
    assert (row["mistakes"], row["mistakes_cost_r"]) == ("'=Chased", "-1")
    assert page.get("/journal/trades/trades.csv?hour=99").status_code == 422


# One trade


def test_a_trade_tells_its_whole_story(trade, page):
    answer = page.get(at(trade)).content.decode()
    for words in ("+2.00R", "+600.00", "300.00", "Plan against actual", "Fills"):
        assert words in answer


def test_an_open_trade_has_a_page_too(account, page):
    fill(account, 0, 100, 50)
    ledger.rebuild(account)
    answer = page.get(at(ledger.the_trade(account)))
    assert "under way" in answer.content.decode()


def test_a_stranger_does_not_find_it(trade):
    charlie = people.verified(people.person("charlie"))
    assert charlie.get(at(trade)).status_code == 404
    assert charlie.post(at(trade, "tags/"), {"name": "x"}).status_code == 404


def test_a_review_is_said_and_shown(trade, page):
    said = {"followed_plan": "yes", "emotion": "2", "confidence": "4", "reviewed": "on"}
    answer = page.post(at(trade, "review/"), said)
    assert answer.headers["Location"] == at(trade, "") + "#said"
    trade.refresh_from_db()
    assert (trade.followed_plan, trade.emotion, trade.confidence) == (True, 2, 4)
    assert "reviewed" in page.get(at(trade)).content.decode()


def test_tags_and_mistakes_come_and_go_in_place(trade, page):
    htmx = {"HX-Request": "true"}
    tag = {"family": "setup", "name": "Breakout"}
    answer = page.post(at(trade, "tags/"), tag, headers=htmx).content.decode()
    assert "Breakout" in answer
    assert "<html" not in answer
    mistake = {"name": "Too large", "cost_r": "-0.5"}
    answer = page.post(at(trade, "mistakes/"), mistake, headers=htmx).content.decode()
    assert "Too large" in answer
    found = Mistake.objects.get()
    page.post(at(trade, f"mistakes/{found.pk}/remove/"), headers=htmx)
    page.post(at(trade, f"tags/{trade.trade_tags.get().tag_id}/remove/"))
    assert not Mistake.objects.exists()
    assert not trade.trade_tags.exists()


@pytest.mark.parametrize(
    ("rest", "given"),
    [
        ("review/", {"emotion": "6"}),
        ("tags/", {"family": "setup", "name": " "}),
        ("tags/", {"family": "mistake", "name": "x"}),
        ("mistakes/", {"name": "Too large", "planned_r": "1", "cost_r": "1"}),
        ("mistakes/", {"name": "Too large", "cost_r": "NaN"}),
        ("corrections/", {"field": "initial_stop", "value": "51", "reason": "x"}),
        ("corrections/", {"field": "owner", "value": "51", "reason": "x"}),
        ("corrections/", {"field": "initial_stop", "value": "48", "reason": ""}),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_what_cannot_be_is_answered_with_the_form(trade, page, rest, given, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    answer = page.post(at(trade, rest), given, headers=headers)
    assert answer.status_code == 422
    assert ("<html" in answer.content.decode()) is not htmx


def test_a_correction_shows_what_stood_before_and_why(trade, page):
    given = {"field": "initial_stop", "value": "48", "reason": "It was at 48."}
    page.post(at(trade, "corrections/"), given)
    answer = page.get(at(trade)).content.decode()
    assert "+3.00R" in answer
    assert "It was at 48." in answer


def test_a_trade_of_long_ago_without_bars_says_so(trade, page):
    Trade.objects.update(opened_at=trade.opened_at - timedelta(days=900))
    assert "No bars of that time" in page.get(at(trade, "?picture=1")).content.decode()


def test_the_picture_comes_by_itself_with_fills_and_lines(account, trade, page):
    bars = [candle(minute, 49, 57) for minute in range(-5, 40)]
    store_bars(account.connection.feed, BarInterval.MINUTE_1, bars)
    assert "Fetching" not in page.get(at(trade)).content.decode()
    answer = page.get(at(trade, "?part=picture"))
    assert "<html" not in answer.content.decode()
    drawn = json.loads(str(answer.context["chart"].json))
    assert [one["side"] for one in drawn["fills"]] == ["buy", "sell"]
    assert {one["kind"] for one in drawn["lines"]} == {"entry", "stop", "average"}
    assert len(drawn["bars"]) == 45
