"""Rows as columns: what is read, when it is read anew, and the filter over both."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.book.filtering import EVERYTHING, NAMES, TradeFilter
from journal.models import Mistake, Tag, Trade, TradeChange, TradeTag
from journal.reports.columns import UNKNOWN, exact
from journal.reports.loading import _all_of, columns_of
from journal.reports.selection import selected
from journal.tasks import trade_changes
from tests import people
from tests.brokers.views.rows import an_account
from tests.journal.reports import seeded
from tradedesk.core.clock import SYSTEM_CLOCK, FixedClock


pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return people.person("alice")


@pytest.fixture
def account(alice):
    return an_account(alice)


def saved(alice, account, **given):
    row = seeded.trade(alice, account, **given)
    row.save()
    return row


def test_a_trade_is_read_as_it_is_stored(alice, account):
    at = datetime(2026, 7, 6, 13, 45, 30, 123456, tzinfo=UTC)
    row = saved(
        alice,
        account,
        closed_at=at,
        net=Decimal("-123456789012.12345678"),
        fees=Decimal("1.00000001"),
        r_multiple=Decimal("-1.25"),
        symbol="FERN",
        direction="short",
        followed_plan=False,
        market_direction="neutral",
    )
    found = columns_of(alice)
    assert found.ids.tolist() == [row.pk]
    assert found.closed.tolist() == [int(at.timestamp()) * 1_000_000 + 123456]
    assert exact(found.net) == Decimal("-123456789012.12345678")
    assert exact(found.fees) == Decimal("1.00000001")
    assert found.r.tolist() == [-1.25]
    assert found.symbols == ("FERN",)
    assert (found.short[0], found.followed[0], found.trend[0]) == (1, 0, 2)
    # An hour before 09:45 in New York, on a Monday.
    assert (found.hour[0], found.weekday[0]) == (8, 0)


def test_an_hour_is_the_exchanges_on_either_side_of_the_clock_change(alice, account):
    for day in (datetime(2026, 3, 6, 15, 0, tzinfo=UTC), datetime(2026, 3, 9, 15, 0, tzinfo=UTC)):  # fmt: skip
        saved(alice, account, closed_at=day, holding_seconds=0)
    assert columns_of(alice).hour.tolist() == [10, 11]


def test_what_nobody_knows_is_no_number(alice, account):
    saved(alice, account, net=None, r_multiple=None, initial_risk=None, mae_r=None)
    found = columns_of(alice)
    assert not found.priced[0]
    assert np.isnan([found.r[0], found.risk[0], found.mae[0]]).all()
    assert (found.playbook[0], found.trend[0]) == (UNKNOWN, UNKNOWN)


def test_open_trades_and_those_of_a_stranger_are_not_read(alice, account):
    saved(alice, account, closed_at=seeded.START, key="mine")
    Trade.objects.filter(key="mine").update(closed_at=None, trading_day=None)
    bob = people.person("bob")
    saved(bob, an_account(bob))
    assert columns_of(alice).n == 0
    assert columns_of(bob).n == 1


def test_marks_are_those_of_closed_trades_in_their_order(alice, account):
    late = saved(alice, account, closed_at=seeded.START)
    early = saved(alice, account, closed_at=seeded.START.replace(hour=1))
    setup = Tag.objects.create(owner=alice, family="setup", name="Gap")
    other = Tag.objects.create(owner=alice, family="other", name="News")
    for row, tag in ((late, setup), (late, other), (early, other)):
        TradeTag.objects.create(owner=alice, trade=row, tag=tag)
    found = columns_of(alice)
    assert found.ids.tolist() == [early.pk, late.pk]
    assert found.setups.rows.tolist() == [1]
    assert list(zip(found.tagged.rows.tolist(), found.tagged.tags.tolist(), strict=True)) == [(0, other.pk), (1, setup.pk), (1, other.pk)]  # fmt: skip


def change_trade(alice, account, row):
    Trade.objects.filter(pk=row.pk).update(r_multiple=Decimal(9))


def add_trade(alice, account, row):
    saved(alice, account)


def delete_trade(alice, account, row):
    row.delete()


def tag_trade(alice, account, row):
    tag = Tag.objects.create(owner=alice, family="setup", name="Gap")
    TradeTag.objects.create(owner=alice, trade=row, tag=tag)


def note_mistake(alice, account, row):
    tag = Tag.objects.create(owner=alice, family="mistake", name="Chased")
    at = seeded.START
    Mistake.objects.create(owner=alice, trade=row, tag=tag, created_at=at)


CHANGES = [change_trade, add_trade, delete_trade, tag_trade, note_mistake]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(alice, account, change):
    row = saved(alice, account)
    before = columns_of(alice)
    change(alice, account, row)
    assert columns_of(alice) is not before


def test_what_did_not_change_is_not_read_again(alice, account):
    row = saved(alice, account)
    before = columns_of(alice)
    bob = people.person("bob")
    saved(bob, an_account(bob))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert columns_of(alice) is before
    assert len(asked) == 1
    Trade.objects.filter(pk=row.pk + 1_000_000).update(symbol="NONE")
    assert columns_of(alice) is before


def test_a_tag_that_is_taken_away_again_is_gone(alice, account):
    row = saved(alice, account)
    tag_trade(alice, account, row)
    assert len(columns_of(alice).setups.rows) == 1
    TradeTag.objects.all().delete()
    assert len(columns_of(alice).setups.rows) == 0


def test_the_database_notes_which_trades_of_whom_changed(alice, account):
    bob = people.person("bob")
    theirs = an_account(bob)
    made = [seeded.trade(alice, account) for _ in range(3)]
    rows = Trade.objects.bulk_create([*made, seeded.trade(bob, theirs)])
    mine = TradeChange.objects.for_user(alice).values_list("trade_id", flat=True)
    assert set(mine) == {row.pk for row in rows[:3]}
    assert TradeChange.objects.for_user(bob).count() == 1


def filters(alice, account) -> list[TradeFilter]:
    tags = {one.name: one.pk for one in Tag.objects.for_user(alice)}
    book = Trade.objects.filter(owner=alice).exclude(playbook=None).first().playbook_id
    values = {
        "account": [account.pk, account.pk + 1],
        "netted": [True],
        "symbol": ["ACME", "NONE"],
        "side": ["long", "short"],
        "setup": [tags["Gap fade"], tags["Chased"], 0],
        "tag": [tags["Gap fade"], 0],
        "mistake": [tags["Chased"], 0],
        "playbook": [book, 0],
        "weekday": [1, 5],
        "hour": [10, 3],
        "holding": ["5m", "2h", "long"],
        "market": ["bull", "strong bear"],
        "volatility": ["very volatile"],
        "since": [date(2026, 3, 1)],
        "until": [date(2026, 3, 1)],
        "net": ["won", "lost", "even"],
        "previous": ["won", "lost", "even", "none"],
        "day_place": ["1", "2", "3"],
        "hour_before": ["0", "1"],
        "distance": ["behind", "at-beyond", "stretched", "unknown"],
        "r_from": [Decimal(-1), Decimal("0.5")],
        "r_below": [Decimal(-1), Decimal("-0.4")],
        "followed": ["yes", "no", "unknown"],
        "reviewed": ["yes", "no"],
        "source": ["desk", "import"],
    }
    assert set(values) == set(NAMES), "a new field of the filter wants a value here"
    return [
        dataclasses.replace(EVERYTHING, **{name: value})
        for name, options in values.items()
        for value in options
    ]


def test_a_filter_means_the_same_over_columns_and_over_rows(alice, account):
    seeded.year(alice, account, 80)
    other = an_account(alice)
    saved(alice, other, is_netted=False, reviewed_at=seeded.START, source="import")
    saved(alice, None, net=Decimal(0), r_multiple=Decimal(0))
    saved(alice, other, net=None, r_multiple=None)
    found = columns_of(alice)
    for wanted in [EVERYTHING, *filters(alice, account)]:
        rows = wanted.chosen(alice).closed().values_list("pk", flat=True)
        mine = set(selected(found, wanted).ids.tolist())
        assert mine == set(rows), wanted.parameters()


def equal(one, other):
    """All columns, marks and words of two readings."""
    for item in dataclasses.fields(one):
        a, b = getattr(one, item.name), getattr(other, item.name)
        if dataclasses.is_dataclass(a):
            equal(a, b)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=item.name)
        else:
            assert a == b, item.name


def everything(alice, number):
    """One change of each kind, of trades that were there before."""
    rows = list(Trade.objects.for_user(alice).order_by("pk"))
    first, second, third = rows[number], rows[number + 1], rows[number + 2]
    at = first.closed_at + timedelta(days=40)
    Trade.objects.filter(pk=first.pk).update(closed_at=at, net=Decimal("1.00000001"))
    Trade.objects.filter(pk=second.pk).update(symbol=f"NEW{number}", r_multiple=None)
    TradeTag.objects.filter(trade__in=[first, second]).delete()
    Mistake.objects.filter(trade=first).delete()
    TradeTag.objects.filter(trade=third).update(trade=first)
    saved(alice, first.account, closed_at=at, symbol="AAA")
    rows[number + 3].delete()
    Trade.objects.filter(pk=rows[number + 4].pk).update(closed_at=None)


def test_what_is_merged_is_what_reading_everything_gives(alice, account):
    seeded.year(alice, account, 60)
    columns_of(alice)
    for number in (5, 20, 40):
        everything(alice, number)
        equal(columns_of(alice), _all_of(alice, {}))


def test_a_trade_that_stays_in_its_place_is_amended_there(alice, account):
    """The same columns as ever, of which those that nothing touched are not made anew."""
    seeded.year(alice, account, 60)
    tag = Tag.objects.create(owner=alice, family="setup", name="Gap")
    before = columns_of(alice)
    tagged = TradeTag.objects.for_user(alice).order_by("pk")[3].trade_id
    mine = Trade.objects.filter(pk=tagged)
    for change in (
        lambda: mine.update(net=Decimal("-3.5"), r_multiple=None, followed_plan=None),
        lambda: mine.update(net=Decimal(10**15), fees=Decimal("0.00000001")),
        lambda: TradeTag.objects.filter(trade=tagged).delete(),
        lambda: TradeTag.objects.create(owner=alice, trade=mine.get(), tag=tag),
        lambda: Mistake.objects.create(
            owner=alice, trade=mine.get(), tag=tag, created_at=seeded.START
        ),
        lambda: Mistake.objects.filter(trade=tagged).update(cost_r=Decimal(-2)),
    ):
        change()
        found = columns_of(alice)
        equal(found, _all_of(alice, {}))
        assert found is not before
        assert found.closed is before.closed
        before = found
    mine.update(built_at=seeded.START)
    assert columns_of(alice) is before


def test_one_change_is_read_with_a_few_questions_and_not_all_trades(alice, account):
    row = saved(alice, account)
    saved(alice, account)
    columns_of(alice)
    change_trade(alice, account, row)
    with CaptureQueriesContext(connection) as asked:
        assert columns_of(alice).r.tolist() == [9.0, 1.0]
    copies = [one["sql"] for one in asked if one["sql"].startswith("COPY")]
    assert len(copies) == 2
    assert len(asked) == 4
    assert all("(false OR" in one for one in copies)


def test_many_changes_at_once_are_noted_as_one(alice, account):
    rows = [seeded.trade(alice, account) for _ in range(201)]
    Trade.objects.bulk_create(rows)
    columns_of(alice)
    Trade.objects.for_user(alice).update(r_multiple=Decimal(2))
    assert TradeChange.objects.for_user(alice).last().trade_id is None
    assert set(columns_of(alice).r.tolist()) == {2.0}


def test_a_tag_that_becomes_a_setup_is_one_everywhere(alice, account):
    row = saved(alice, account)
    tag = Tag.objects.create(owner=alice, family="other", name="Gap")
    TradeTag.objects.create(owner=alice, trade=row, tag=tag)
    assert len(columns_of(alice).setups.rows) == 0
    Tag.objects.filter(pk=tag.pk).update(family="setup")
    assert len(columns_of(alice).setups.rows) == 1


def test_old_notes_of_changes_are_thinned_out_and_nothing_is_missed(alice, account):
    saved(alice, account)
    row = saved(alice, account)
    before = columns_of(alice)
    TradeChange.objects.update(at=SYSTEM_CLOCK.now() - timedelta(days=2))
    trade_changes.thin_out()
    assert TradeChange.objects.for_user(alice).count() == 1
    assert columns_of(alice).ids.tolist() == before.ids.tolist()
    change_trade(alice, account, row)
    trade_changes.thin_out()
    assert columns_of(alice).r.tolist() == [1.0, 9.0]


def test_what_was_kept_too_long_is_read_whole(alice, account):
    """A note that was thinned out meanwhile would be missed."""
    row = saved(alice, account)
    columns_of(alice, FixedClock(SYSTEM_CLOCK.now() - timedelta(days=3)))
    Trade.objects.filter(pk=row.pk).update(r_multiple=Decimal(9))
    TradeChange.objects.all().delete()
    assert columns_of(alice).r.tolist() == [9.0]
