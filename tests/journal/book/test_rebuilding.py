"""Trades as rows say what the fills say, however often and in whatever order told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brokers.models import Fill
from journal.book import rebuilding
from journal.models import BookMark, Mistake, Tag, Trade, TradeFill, TradeTag
from tests.journal.book import ledger
from tests.journal.book.ledger import at, fill, moved, rebuild, the_trade, trades
from tradedesk.audit.models import AuditEntry


pytestmark = pytest.mark.django_db


def said(account) -> list[str]:
    ids = [str(one.pk) for one in trades(account)]
    entries = AuditEntry.objects.filter(subject="trade", subject_id__in=ids)
    return list(entries.order_by("sequence").values_list("action", flat=True))


def test_a_round_trip_is_one_trade_with_its_r():
    account = ledger.account()
    fill(account, 0, 100, 50, stop=47, fees=1)
    fill(account, 30, -100, 56, fees=1)
    assert rebuild(account) == 1
    trade = the_trade(account)
    assert (trade.gross, trade.fees, trade.net) == (600, 2, 598)
    assert (trade.initial_risk, trade.initial_stop) == (300, 47)
    assert trade.r_multiple == Decimal("1.99333333")
    assert trade.status == "closed"
    assert (trade.holding_seconds, str(trade.trading_day)) == (1800, "2026-01-05")
    assert [one.side for one in trade.fills.order_by("executed_at")] == ["buy", "sell"]


def test_the_worked_scale_in_is_two_r_by_tranches_and_three_and_a_third_by_the_first():
    account = ledger.account()
    fill(account, 0, 100, 50, stop=47)
    fill(account, 5, 100, 52, stop=50)
    fill(account, 9, -200, 56)
    rebuild(account)
    trade = the_trade(account)
    assert trade.r_multiple == 2
    assert trade.r_first.quantize(Decimal("0.01")) == Decimal("3.33")


def test_what_opens_and_closes_is_audited_once_and_an_unchanged_trade_left_alone():
    account = ledger.account()
    fill(account, 0, 100, 50, stop=47)
    rebuild(account)
    assert the_trade(account).is_open
    fill(account, 5, -100, 56)
    rebuild(account)
    assert said(account) == ["trade.opened", "trade.closed"]
    assert rebuild(account) == 0
    assert rebuilding.rebuild(account.pk, clock=ledger.CLOCK, symbols=["ACME"]) == 0
    assert said(account) == ["trade.opened", "trade.closed"]


def test_nothing_is_due_until_a_position_moves():
    account = ledger.account()
    fill(account, 0, 100, 50)
    assert rebuilding.due_accounts() == [account.pk]
    rebuild(account)
    assert rebuilding.due_accounts() == []
    fill(account, 5, -40, 51)
    assert rebuilding.due_symbols(account.pk) == ["ACME"]


def test_a_flip_closes_one_trade_and_opens_the_next():
    account = ledger.account()
    fill(account, 0, 100, 50, stop=49)
    fill(account, 5, -150, 53, stop=55)
    fill(account, 9, 50, 51)
    rebuild(account)
    first, second = trades(account)
    assert (first.net, first.r_multiple) == (300, 3)
    assert (second.direction, second.net, second.r_multiple) == ("short", 100, 1)


def test_a_bust_changes_a_closed_trade_which_stays_the_same_row_with_its_tags():
    account = ledger.account()
    fill(account, 0, 50, 50, stop=47)
    late = fill(account, 1, 50, 50, stop=47, name="later")
    fill(account, 30, -100, 56)
    rebuild(account)
    trade = the_trade(account)
    tag = Tag.objects.create(owner=account.owner, name="Breakout", family="setup")
    TradeTag.objects.create(owner=account.owner, trade=trade, tag=tag)
    Fill.objects.filter(pk=late.pk).update(busted_at=at(60))
    moved(account)
    rebuild(account)
    first, second = trades(account)
    assert (first.pk, first.net, second.direction) == (trade.pk, 300, "short")
    assert list(first.trade_tags.values_list("tag__name", flat=True)) == ["Breakout"]
    assert "trade.changed" in said(account)


def test_a_trade_whose_first_execution_is_told_under_another_id_keeps_its_row():
    account = ledger.account()
    inferred = fill(account, 0, 100, 50, stop=47, name="inferred:1")
    fill(account, 30, -100, 56)
    rebuild(account)
    before = the_trade(account)
    Fill.objects.filter(pk=inferred.pk).update(execution_id="real")
    moved(account, now=at(20_000))
    rebuild(account)
    after = the_trade(account)
    assert after.pk == before.pk
    assert after.key.endswith(":real")


def test_a_trade_whose_fills_are_all_taken_back_is_gone():
    account = ledger.account()
    ledger.round_trip(account)
    Fill.objects.update(busted_at=at(60))
    moved(account)
    rebuild(account)
    assert trades(account) == []
    assert AuditEntry.objects.filter(action="trade.vanished").count() == 1


def test_a_fill_that_comes_late_is_put_where_it_belongs():
    account = ledger.account()
    ledger.round_trip(account)
    ledger.round_trip(account, 100)
    fill(account, 10, -100, 53)
    rebuild(account)
    first, *_ = trades(account)
    assert (first.net, first.closed_at) == (300, at(10))


def test_trades_settled_before_are_not_read_again():
    account = ledger.account()
    for number in range(5):
        ledger.round_trip(account, number * 100)
    fill(account, 900, 10, 50)
    seen = []

    with CaptureQueriesContext(connection) as queries:
        rebuild(account)
    seen = [one["sql"] for one in queries if '"brokers_fill"."told_by"' in one["sql"]]
    [reading] = seen
    assert '"executed_at" > ' in reading
    mark = BookMark.objects.get()
    assert mark.settled_at == at(430)
    assert len(trades(account)) == 6


def test_a_split_rescales_what_was_held():
    account = ledger.account()
    fill(account, 0, 100, 50, stop=48)
    ledger.entry(account, 60, 100, kind="cash", cash_kind="corporate", price=None)
    fill(account, 90, -200, 27)
    rebuild(account)
    trade = the_trade(account)
    assert (trade.quantity, trade.entry_price, trade.initial_stop) == (200, 25, 24)
    assert (trade.net, trade.r_multiple) == (400, 2)


def test_both_halves_of_a_reverse_split_are_one_ratio():
    account = ledger.account()
    fill(account, 0, 100, 5)
    corporate = {"kind": "cash", "cash_kind": "corporate", "price": None}
    ledger.entry(account, 60, -100, **corporate)
    ledger.entry(account, 60, 10, **corporate)
    fill(account, 90, -10, 60)
    rebuild(account)
    trade = the_trade(account)
    assert (trade.quantity, trade.entry_price, trade.net) == (10, 50, 100)


def test_an_opening_of_unknown_cost_has_no_result():
    account = ledger.account()
    ledger.entry(account, 0, 100, kind="opening", price=None)
    fill(account, 30, -100, 56)
    rebuild(account)
    trade = the_trade(account)
    assert (trade.net, trade.r_multiple, trade.entry_price) == (None, None, None)
    assert trade.closed_at == at(30)


def test_unknown_fees_count_as_nothing_and_are_marked():
    account = ledger.account()
    fill(account, 0, 100, 50, fees=None)
    fill(account, 5, -100, 51, fees=1)
    rebuild(account)
    trade = the_trade(account)
    assert (trade.fees, trade.fees_known) == (1, False)


def test_fills_of_a_statement_are_marked_as_such():
    account = ledger.account()
    row = fill(account, 0, 100, 50)
    Fill.objects.filter(pk=row.pk).update(told_by="statement")
    rebuild(account)
    assert the_trade(account).source == "import"


def test_many_trades_at_once_are_one_entry_of_the_audit_log():
    account = ledger.account()
    for number in range(10):
        fill(account, number * 10, 10, 50)
        fill(account, number * 10 + 5, -10, 51)
    rebuild(account)
    entries = AuditEntry.objects.filter(action__startswith="trade.")
    [entry] = entries
    assert entry.payload.data["trade.closed"] == 10


def test_rows_said_by_a_person_survive_every_rebuild():
    account = ledger.account()
    fill(account, 0, 100, 50, stop=47)
    rebuild(account)
    trade = the_trade(account)
    tag = Tag.objects.create(owner=account.owner, name="Chased", family="mistake")
    Mistake.objects.create(owner=account.owner, trade=trade, tag=tag, created_at=at(1))
    Trade.objects.filter(pk=trade.pk).update(followed_plan=False, emotion=4)
    fill(account, 5, -100, 56)
    rebuild(account)
    after = the_trade(account)
    assert (after.pk, after.followed_plan, after.emotion) == (trade.pk, False, 4)
    assert after.mistakes.count() == 1
    assert TradeFill.objects.filter(trade=after).count() == 2
