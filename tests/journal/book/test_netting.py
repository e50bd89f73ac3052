"""Netted trades: one symbol in several accounts of one mode counts once."""

from __future__ import annotations

import pytest

from journal.book import netting
from journal.book.filtering import TradeFilter
from journal.models import Trade
from tests.journal.book import ledger
from tests.journal.book.ledger import fill, rebuild


pytestmark = pytest.mark.django_db
NETTED = TradeFilter(netted=True)


def netted(user) -> list[tuple[object, object]]:
    netting.bring_up_to_date(user, ledger.CLOCK.now())
    trades = NETTED.chosen(user).order_by("opened_at")
    return list(trades.values_list("direction", "net"))


def test_a_sale_in_one_account_closes_a_purchase_in_another():
    first = ledger.account()
    other = ledger.second_account(first)
    fill(first, 0, 100, 50, stop=49)
    fill(other, 5, -100, 52)
    rebuild(first)
    rebuild(other)
    assert netted(first.owner) == [("long", 200)]
    assert Trade.objects.for_user(first.owner).open().count() == 2


def test_a_symbol_of_one_account_is_netted_already():
    account = ledger.account()
    ledger.round_trip(account)
    assert netted(account.owner) == [("long", 600)]
    assert not Trade.objects.filter(account=None).exists()


def test_practice_does_not_offset_paper():
    first = ledger.account()
    other = ledger.second_account(first, mode="paper")
    fill(first, 0, 100, 50)
    fill(other, 5, -100, 52)
    rebuild(first)
    rebuild(other)
    assert netted(first.owner) == [("long", 0), ("short", 0)]


def test_netted_trades_follow_the_fills_and_keep_their_rows():
    first = ledger.account()
    other = ledger.second_account(first)
    fill(first, 0, 100, 50)
    fill(other, 5, -40, 52)
    netted(first.owner)
    before = Trade.objects.get(account=None)
    fill(other, 9, -60, 53, name="last")
    assert netted(first.owner) == [("long", 260)]
    assert Trade.objects.get(account=None).pk == before.pk
    assert netting.due(first.owner) == []


def test_a_trade_built_after_netting_is_not_counted_twice():
    first = ledger.account()
    other = ledger.second_account(first)
    fill(first, 0, 100, 50)
    fill(other, 5, -100, 52)
    netted(first.owner)
    rebuild(first)
    rebuild(other)
    assert netted(first.owner) == [("long", 200)]
