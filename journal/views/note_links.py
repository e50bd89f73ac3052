"""Trades and orders that a form of a note offers to be linked to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import BooleanField, Model, QuerySet, Value

from brokers.models import Order
from journal.models import Note, NoteLink, Trade
from tradedesk.accounts.http import DeskRequest


OFFERED = 6
_LONGEST_ID = 18
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One box: `field` is "trades" or "orders"."""

    field: str
    row: Trade | Order
    checked: bool


def ids(given: Iterable[str]) -> list[int]:
    """The numbers among what a form or an address holds."""
    return [int(one) for one in given if one.isdecimal() and len(one) <= _LONGEST_ID]


def symbol(request: DeskRequest) -> str:
    """Of the trade or order that the address names, "" where there is none."""
    trades = Trade.objects.filter(owner=request.user)
    orders = Order.objects.for_user(request.user)
    for name, rows in (("trade", trades), ("order", orders)):
        if asked := ids([request.GET.get(name, "")]):
            found = rows.filter(pk__in=asked).values_list("symbol", flat=True).first()
            if found:
                return found
    return ""


def choices(request: DeskRequest, note: Note | None) -> list[Choice]:
    """What is linked or asked for, then the latest trades and orders."""
    return [
        *_choices("trades", _trades(request, note)),
        *_choices("orders", _orders(request, note)),
    ]


def _trades(request: DeskRequest, note: Note | None) -> Iterable[Trade]:
    chosen = Trade.objects.filter(owner=request.user)
    if note is None or request.method == "POST":
        chosen = chosen.filter(pk__in=_given(request, "trade"))
    else:
        links = NoteLink.objects.filter(note=note).exclude(trade_key="")
        chosen = chosen.filter(key__in=links.values("trade_key"))
    mine = Trade.objects.for_user(request.user)
    return _marked(chosen, mine.order_by("-opened_at", "-pk")[:OFFERED])


def _orders(request: DeskRequest, note: Note | None) -> Iterable[Order]:
    mine = Order.objects.for_user(request.user)
    if note is None or request.method == "POST":
        chosen = mine.filter(pk__in=_given(request, "order"))
    else:
        links = NoteLink.objects.filter(note=note, order__isnull=False)
        chosen = mine.filter(pk__in=links.values("order"))
    return _marked(chosen, mine.order_by("-created_at", "-pk")[:OFFERED])


def _given(request: DeskRequest, name: str) -> list[int]:
    """Ids of the form that was sent, else of the address."""
    if request.method == "POST":
        return ids(request.POST.getlist(f"{name}s"))
    return ids([request.GET.get(name, "")])


def _marked(chosen: QuerySet[_Row], latest: QuerySet[_Row]) -> Iterable[_Row]:
    """Both in one query; a row of both comes twice."""
    first: QuerySet[Any] = chosen.annotate(checked=_flag(on=True))
    return first.union(latest.annotate(checked=_flag(on=False)), all=True)


def _flag(*, on: bool) -> Value:
    return Value(on, output_field=BooleanField())


def _choices(field: str, rows: Iterable[Any]) -> list[Choice]:
    found: dict[int, Choice] = {}
    for row in sorted(rows, key=lambda one: (not one.checked, -one.pk)):
        found.setdefault(row.pk, Choice(field=field, row=row, checked=row.checked))
    return list(found.values())
