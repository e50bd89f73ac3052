"""Trades and orders that a form of a note offers to be linked to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from brokers.models import Order
from journal.models import Note, Trade
from tradedesk.accounts.http import DeskRequest


OFFERED = 6
_LONGEST_ID = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One box: `field` is "trades" or "orders"."""

    field: str
    value: int
    row: Trade | Order
    checked: bool


def ids(given: Iterable[str]) -> list[int]:
    """The numbers among what a form or an address holds."""
    return [int(one) for one in given if one.isdecimal() and len(one) <= _LONGEST_ID]


def symbol(request: DeskRequest) -> str:
    """Of the trade or order that the address names, "" where there is none."""
    asked = ids([request.GET.get("trade", "")])
    found: Trade | Order | None = _trades(request, Q(pk__in=asked)).first()
    if found is None:
        asked = ids([request.GET.get("order", "")])
        found = Order.objects.for_user(request.user).filter(pk__in=asked).first()
    return "" if found is None else found.symbol


def choices(request: DeskRequest, note: Note | None) -> list[Choice]:
    """What is linked or asked for, then the latest trades and orders."""
    trades, orders = _chosen(request, note)
    return [*_trade_choices(request, trades), *_order_choices(request, orders)]


def _chosen(request: DeskRequest, note: Note | None) -> tuple[set[int], set[int]]:
    """Ids of trades and of orders: of the form, else of the note, else of the address."""
    if request.method == "POST":
        given = request.POST
        return set(ids(given.getlist("trades"))), set(ids(given.getlist("orders")))
    if note is None:
        asked = request.GET
        return set(ids([asked.get("trade", "")])), set(ids([asked.get("order", "")]))
    links = list(note.links.all())
    keys = [link.trade_key for link in links if link.trade_key]
    linked = _trades(request, Q(key__in=keys)).values_list("pk", flat=True)
    trades = set(linked) if keys else set()
    return trades, {link.order_id for link in links if link.order_id}


def _trades(request: DeskRequest, condition: Q) -> QuerySet[Trade]:
    return Trade.objects.filter(owner=request.user).filter(condition)


def _trade_choices(request: DeskRequest, chosen: set[int]) -> list[Choice]:
    mine = Trade.objects.for_user(request.user)
    latest = list(mine.order_by("-opened_at", "-pk")[:OFFERED])
    missing = chosen - {one.pk for one in latest}
    linked = list(_trades(request, Q(pk__in=missing))) if missing else []
    return [
        Choice(field="trades", value=one.pk, row=one, checked=one.pk in chosen)
        for one in _first_chosen([*linked, *latest], chosen)
    ]


def _order_choices(request: DeskRequest, chosen: set[int]) -> list[Choice]:
    mine = Order.objects.for_user(request.user)
    latest = list(mine.order_by("-created_at", "-pk")[:OFFERED])
    missing = chosen - {one.pk for one in latest}
    linked = list(mine.filter(pk__in=missing)) if missing else []
    return [
        Choice(field="orders", value=one.pk, row=one, checked=one.pk in chosen)
        for one in _first_chosen([*linked, *latest], chosen)
    ]


def _first_chosen(
    rows: Sequence[Trade | Order], chosen: set[int]
) -> list[Trade | Order]:
    return sorted(rows, key=lambda row: row.pk not in chosen)
