"""A filter in an address finds the trades behind a bar, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from journal.book import filtering
from journal.book.filtering import NONE, TradeFilter, parse
from journal.book.holding import HOLDING_BUCKETS, bucket_of
from journal.models import Tag, Trade, TradeTag
from journal.reports.loading import columns_of
from journal.reports.selection import selected
from tests import people
from tests.journal.book import ledger


def test_an_address_is_read_and_written_back():
    text = "account=3&symbol=ACME&side=long&since=2026-01-05&r_from=-1.5&mistake=0"
    found = parse(QueryDict(text))
    assert found == TradeFilter(
        account=3,
        symbol="ACME",
        side="long",
        since=date(2026, 1, 5),
        r_from=Decimal("-1.5"),
        mistake=NONE,
    )
    assert parse(QueryDict(found.query())) == found
    assert "side=short" in found.query(side="short")


def test_the_hour_after_midnight_is_an_hour():
    assert parse(QueryDict("hour=0")).query() == "hour=0"


def test_what_cannot_be_read_does_not_narrow_and_is_named():
    found = parse(QueryDict("side=up&hour=24&since=soon&r_from=NaN&tag=-1&account=x"))
    assert found == TradeFilter()
    assert not found.narrows
    assert set(found.unread) == {"side", "hour", "since", "r_from", "tag", "account"}


@given(st.dictionaries(st.sampled_from(filtering.NAMES), st.text(max_size=12)))
def test_no_address_breaks_it(query):
    found = parse(query)
    assert parse(dict(QueryDict(found.query()).items())) == found


def test_every_second_is_in_one_bucket():
    for bucket in HOLDING_BUCKETS:
        assert bucket_of(bucket.least) is bucket
        if bucket.below is not None:
            assert bucket_of(bucket.below - 1) is bucket


@pytest.fixture
def owner(db):
    """Two trades: +2R in a Breakout, closed after 30 minutes, and one still open."""
    account = ledger.account()
    trade = ledger.round_trip(account)
    tag = Tag.objects.create(owner=account.owner, name="Breakout", family="setup")
    TradeTag.objects.create(owner=account.owner, trade=trade, tag=tag)
    ledger.fill(account, 600, -10, 50)
    ledger.rebuild(account)
    return account.owner


FITS = {
    "symbol": "ACME",
    "side": "long",
    "weekday": 1,
    "hour": 9,
    "holding": "2h",
    "since": date(2026, 1, 5),
    "until": date(2026, 1, 5),
    "net": "won",
    "r_from": Decimal(2),
    "r_below": Decimal(3),
    "reviewed": "no",
    "followed": "unknown",
    "source": "desk",
    "mistake": NONE,
    "playbook": NONE,
}
MISSES = {
    "symbol": "BOLT",
    "side": "short",
    "weekday": 2,
    "hour": 10,
    "holding": "5m",
    "since": date(2026, 1, 6),
    "until": date(2026, 1, 4),
    "net": "lost",
    "r_from": Decimal(3),
    "r_below": Decimal(2),
    "reviewed": "yes",
    "followed": "yes",
    "source": "import",
    "setup": NONE,
    "tag": 10**9,
    "mistake": 10**9,
    "playbook": 10**9,
    "market": "bull",
    "volatility": "quiet",
    "account": 10**9,
}


def closed(owner, **fields) -> list[Trade]:
    return list(TradeFilter(**fields).chosen(owner).closed())


def test_each_field_narrows(owner):
    [trade] = closed(owner, **FITS, account=Trade.objects.first().account_id)
    assert trade.r_multiple == 2
    tag = Tag.objects.get().pk
    assert closed(owner, setup=tag) == closed(owner, tag=tag) == [trade]
    for name, value in MISSES.items():
        assert closed(owner, **{name: value}) == [], name


@pytest.mark.parametrize(
    ("limit", "word"), [("2", "won"), ("2.01", "even"), ("0", "won")]
)
def test_what_is_even_is_by_ones_own_limit(owner, limit, word):
    """Of the one trade of +2R, by rows and by columns."""
    columns = columns_of(owner)
    for asked in ("won", "lost", "even"):
        wanted = TradeFilter(net=asked, breakeven=Decimal(limit))
        assert len(wanted.chosen(owner).closed()) == (asked == word)
        assert selected(columns, wanted).n == (asked == word)


@pytest.mark.parametrize("far", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days(owner, far):
    asked = parse(QueryDict(f"since=0001-01-01&until={far}"))
    assert len(asked.chosen(owner).closed()) == (far > "2026")


def test_others_trades_are_never_chosen(owner):
    assert closed(people.person("charlie")) == []
    assert replace(TradeFilter(), netted=True).chosen(owner).closed().count() == 1
