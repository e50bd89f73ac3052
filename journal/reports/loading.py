"""One person's closed trades from the database into columns, in one narrow query.

They are kept in this process until the database notes a change (`TradeChange`), for the
few people who look at reports at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Sum

from journal.analytics import market_type
from journal.analytics.figures import FloatArray
from journal.models import TradeChange, TradeSource
from journal.reports.columns import (
    UNKNOWN,
    Columns,
    IntArray,
    Marks,
    Mask,
    money_units,
)
from journal.reports.copying import Query, copied
from tradedesk.accounts.models import User


# Some 22 MB for each 100,000.
MOST_TRADES_KEPT = 400_000


def _places(column: str, words: tuple[str, ...]) -> str:
    """The place of a word in its enum, -1 for any other."""
    cases = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(words))
    return f"CASE {column} {cases} ELSE {UNKNOWN} END"


# Name of a column and what it is made of. Money goes over as its whole part and the
# 1e-8s behind it: as one number it would not fit for the largest amounts.
_FIELDS = {
    "ids": "id",
    "account": f"coalesce(account_id, {UNKNOWN})",
    "netted": "(account_id IS NULL OR is_netted)::int",
    "symbol": "hashtextextended(symbol, 0)",
    "short": "(direction = 'short')::int",
    "opened": "extract(epoch FROM opened_at) * 1000000",
    "closed": "extract(epoch FROM closed_at) * 1000000",
    "entered": "floor(extract(epoch FROM opened_at AT TIME ZONE {zone}))",
    "day": "coalesce(trading_day, (closed_at AT TIME ZONE {zone})::date)"
    " - date '1970-01-01'",
    "held": "coalesce(holding_seconds, 0)",
    "priced": "(net IS NOT NULL)::int",
    "net_whole": "trunc(coalesce(net, 0))",
    "net_rest": "(coalesce(net, 0) - trunc(coalesce(net, 0))) * 100000000",
    "fees_whole": "trunc(fees)",
    "fees_rest": "(fees - trunc(fees)) * 100000000",
    "r": "coalesce(r_multiple, 'NaN')",
    "risk": "coalesce(initial_risk, 'NaN')",
    "volume": "coalesce(quantity * (entry_price + exit_price), 'NaN')",
    "mae": "coalesce(mae_r, 'NaN')",
    "mfe": "coalesce(mfe_r, 'NaN')",
    "trend": _places("market_direction", tuple(market_type.Direction)),
    "volatility": _places("market_volatility", tuple(market_type.Volatility)),
    "followed": f"coalesce(followed_plan::int, {UNKNOWN})",
    "reviewed": "(reviewed_at IS NOT NULL)::int",
    "playbook": f"coalesce(playbook_id, {UNKNOWN})",
    "source": _places("source", tuple(TradeSource.values)),
}
_TRADES = Query(
    columns=_FIELDS,
    floats=frozenset({"r", "risk", "volume", "mae", "mfe"}),
    rest="FROM journal_trade WHERE owner_id = {owner} AND closed_at IS NOT NULL"
    " ORDER BY closed_at, id",
)
_TAGS = Query(
    columns={"trade": "trade_id", "tag": "tag_id", "setup": "(family = 'setup')::int"},
    floats=frozenset(),
    rest="FROM journal_tradetag m JOIN journal_tag t ON t.id = m.tag_id"
    " WHERE m.owner_id = {owner}",
)
_MISTAKES = Query(
    columns={"trade": "trade_id", "tag": "tag_id", "cost": "coalesce(cost_r, 'NaN')"},
    floats=frozenset({"cost"}),
    rest="FROM journal_mistake WHERE owner_id = {owner}",
)
_SYMBOLS = (
    "SELECT DISTINCT symbol, hashtextextended(symbol, 0) FROM journal_trade"
    " WHERE owner_id = %s AND closed_at IS NOT NULL ORDER BY symbol"
)

Watermark = tuple[int, int, int]


class _Kept:
    """The columns of those who looked last, with the watermark that they stand for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[int, tuple[Watermark, Columns]] = OrderedDict()

    def of(self, owner: int, mark: Watermark) -> Columns | None:
        with self._lock:
            found = self._kept.get(owner)
            if found is None or found[0] != mark:
                return None
            self._kept.move_to_end(owner)
            return found[1]

    def keep(self, owner: int, mark: Watermark, columns: Columns) -> None:
        with self._lock:
            self._kept[owner] = (mark, columns)
            self._kept.move_to_end(owner)
            while (
                len(self._kept) > 1
                and sum(one.n for _, one in self._kept.values()) > MOST_TRADES_KEPT
            ):
                self._kept.popitem(last=False)


_KEPT = _Kept()


def columns_of(user: User) -> Columns:
    """All closed trades, of every account and netted; two queries at rest."""
    mark = _watermark(user)
    found = _KEPT.of(user.pk, mark)
    if found is None:
        # The mark is older than what is read: a change in between is read again.
        found = _read(user)
        _KEPT.keep(user.pk, mark, found)
    return found


def _watermark(user: User) -> Watermark:
    """Sum and count too: a change that commits late may have a lower number."""
    found = TradeChange.objects.for_user(user).aggregate(
        last=Max("id"), sum=Sum("id"), count=Count("id")
    )
    return found["last"] or 0, int(found["sum"] or 0), found["count"]


def _read(user: User) -> Columns:
    given = {"owner": user.pk, "zone": settings.EXCHANGE_TIME_ZONE}
    found = copied(_TRADES, given)
    codes, symbols = _symbols(user, found.pop("symbol"))
    money = {
        name: money_units(found.pop(f"{name}_whole"), found.pop(f"{name}_rest"))
        for name in ("net", "fees")
    }
    priced: Mask = found.pop("priced") == 1
    ids = found["ids"]
    order = np.argsort(ids, kind="stable")
    tags, mistakes = copied(_TAGS, given), copied(_MISTAKES, given)
    places = _placed(tags["trade"], ids, order)
    unknown = np.full(len(places), np.nan)
    is_setup = np.where(tags["setup"] == 1, places, UNKNOWN)
    return Columns(
        **found,
        **money,
        symbol=codes,
        symbols=symbols,
        priced=priced,
        setups=_marks(is_setup, tags["tag"], unknown),
        tagged=_marks(places, tags["tag"], unknown),
        mistakes=_marks(
            _placed(mistakes["trade"], ids, order), mistakes["tag"], mistakes["cost"]
        ),
    )


def _symbols(user: User, hashes: IntArray) -> tuple[IntArray, tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_SYMBOLS, [user.pk])
        told = cursor.fetchall()
    known = np.array([one for _, one in told], dtype=np.int64)
    return _placed(hashes, known, np.argsort(known)), tuple(name for name, _ in told)


def _placed(wanted: IntArray, known: IntArray, order: IntArray) -> IntArray:
    """The place of each wanted value in `known`, which `order` sorts; -1 for none."""
    if not len(known):
        return np.full(len(wanted), UNKNOWN)
    found = order[np.searchsorted(known, wanted, sorter=order).clip(max=len(known) - 1)]
    return np.where(known[found] == wanted, found, UNKNOWN)


def _marks(places: IntArray, tags: IntArray, cost: FloatArray) -> Marks:
    """Those that have a place, in the order of the rows."""
    order = np.lexsort((tags, places))
    order = order[places[order] != UNKNOWN]
    return Marks(rows=places[order], tags=tags[order], cost=cost[order])
