"""Trades as if all accounts of one mode were one: practice never offsets live money.

Only a symbol that several accounts have held has trades of its own here, and they are
built when somebody looks; everywhere else an account's trade is the netted one too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count

from brokers.models import Position
from brokers.orders.locks import netting
from journal.book import facts, stops, writing
from journal.book.corrected import corrections_of
from journal.book.facts import Facts
from journal.book.planned import UNPLANNED, plans_of
from journal.book.rows import Shelf, built, sealed
from journal.domain.trades import Split
from journal.models import NettedMark, Trade
from journal.trades.build import build_trades
from tradedesk.accounts.models import User
from tradedesk.core.canonical import digest


_Shared = tuple[str, str]


def bring_up_to_date(user: User, now: datetime) -> int:
    """Net what has moved since it was netted; how many trades that changed."""
    return sum(_net(user, shared, now) for shared in due(user))


def due(user: User) -> list[_Shared]:
    """Mode and symbol of what several accounts have held, where one of them moved."""
    mine = NettedMark.objects.for_user(user)
    marks = {
        (mode, symbol): seen
        for mode, symbol, seen in mine.values_list("mode", "symbol", "seen")
    }
    return [
        shared for shared, seen in _shared(user).items() if marks.get(shared) != seen
    ]


def _shared(user: User) -> dict[_Shared, str]:
    """With a digest of where each account's position stands."""
    mine = Position.objects.for_user(user)
    several = (
        mine.values("account__mode", "symbol")
        .annotate(accounts=Count("account"))
        .filter(accounts__gt=1)
        .values_list("account__mode", "symbol")
    )
    wanted = set(several)
    symbols = {symbol for _, symbol in wanted}
    standing: dict[_Shared, list[list[object]]] = {}
    rows = mine.filter(symbol__in=symbols).order_by("account")
    for mode, symbol, *where in rows.values_list(
        "account__mode", "symbol", "account", "changed_at", "quantity", "realised"
    ):
        if (mode, symbol) in wanted:
            standing.setdefault((mode, symbol), []).append(where)
    return {shared: digest(where) for shared, where in standing.items()}


@transaction.atomic
def _net(user: User, shared: _Shared, now: datetime) -> int:
    netting(user.pk)
    mode, symbol = shared
    seen = _shared(user).get(shared, "")
    accounts = list(
        Position.objects.for_user(user)
        .filter(account__mode=mode, symbol=symbol)
        .order_by("account")
        .values_list("account", flat=True)
    )
    found = _together(accounts, symbol)
    records = build_trades(
        found.fills, entries=found.entries, splits=found.splits, net_accounts=True
    )
    mine = Trade.objects.filter(owner=user, symbol=symbol)
    rows = mine.filter(account=None, fills__account__in=accounts).distinct()
    known = writing.standing_rows(rows)
    writing.carry_keys(known, records)
    plans = plans_of(one.fills[0].order_id for one in records)
    corrections = corrections_of(user.pk, [one.key for one in records])
    trades = [
        built(
            record,
            Shelf(owner_id=user.pk, account=None, now=now),
            facts=found,
            planned=plans.get(record.fills[0].order_id or 0, UNPLANNED),
            corrections=corrections,
        )
        for record in records
    ]
    change = writing.write(known, [sealed(one) for one in trades])
    mine.filter(account__in=accounts, is_netted=True).update(is_netted=False)
    NettedMark.objects.update_or_create(
        owner=user, mode=mode, symbol=symbol, defaults={"seen": seen}
    )
    return change.count


def _together(accounts: Sequence[int], symbol: str) -> Facts:
    parts = [_facts(account, symbol) for account in accounts]
    sources: dict[tuple[int, str], str] = {}
    for part in parts:
        sources |= part.sources
    return Facts(
        fills=[fill for part in parts for fill in part.fills],
        entries=[entry for part in parts for entry in part.entries],
        splits=_one_a_day(parts),
        unpriced=frozenset().union(*(part.unpriced for part in parts)),
        sources=sources,
    )


def _facts(account_id: int, symbol: str) -> Facts:
    orders = facts.order_ids(account_id, symbol)
    return facts.read(
        account_id, symbol, stops.history(account_id, symbol, orders=orders)
    )


def _one_a_day(parts: Sequence[Facts]) -> list[Split]:
    """A split that several accounts booked on one day is the same one; the ratio of the
    account that held most is the least rounded.
    """
    by_day: dict[date, Split] = {}
    for split in (split for part in parts for split in part.splits):
        day = split.effective_at.date()
        other = by_day.get(day)
        if other is None or split.old_units > other.old_units:
            by_day[day] = split
    return list(by_day.values())
