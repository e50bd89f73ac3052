"""One person's closed trades from the database into columns, in one narrow query.

They are kept in this process, for the few people who look at reports at a time. The
database notes which trades change (`TradeChange`): a few are read anew and merged in, and
everything is where many changed, or a tag itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Sum

from journal.analytics import market_type
from journal.analytics.figures import FloatArray
from journal.models import TagFamily, TradeChange, TradeSource
from journal.reports.columns import (
    MONEY,
    UNKNOWN,
    Columns,
    IntArray,
    Marks,
    Mask,
    money_units,
)
from journal.reports.copying import Query, copied
from journal.reports.merging import merged
from journal.reports.sequence import sequenced, unplaced
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK, Clock
from tradedesk.reads import Read


# Some 22 MB for each 100,000.
MOST_TRADES_KEPT = 400_000
MOST_ANEW = 500
# Notes of changes are thinned out after a day: what is kept may not be that old.
KEPT_FOR = timedelta(hours=12)


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
    "distance": "coalesce(entry_distance, 'NaN')",
    "trend": _places("market_direction", tuple(market_type.Direction)),
    "volatility": _places("market_volatility", tuple(market_type.Volatility)),
    "followed": f"coalesce(followed_plan::int, {UNKNOWN})",
    "reviewed": "(reviewed_at IS NOT NULL)::int",
    "playbook": f"coalesce(playbook_id, {UNKNOWN})",
    "source": _places("source", tuple(TradeSource.values)),
}
_TRADES = Query(
    columns=_FIELDS,
    floats=frozenset({"r", "risk", "volume", "mae", "mfe", "distance"}),
    rest="FROM journal_trade WHERE owner_id = {owner} AND closed_at IS NOT NULL"
    " AND ({every} OR id = ANY({only}::bigint[])) ORDER BY closed_at, id",
)
# Both tags and mistakes: a kind is a setup, a mistake, or else unknown.
_SETUP, _MISTAKE = range(2)
_MARKS = Query(
    columns={"trade": "trade_id", "tag": "tag_id", "kind": "kind", "cost": "cost"},
    floats=frozenset({"cost"}),
    rest="FROM (SELECT m.owner_id, trade_id, tag_id, 'NaN'::float8 AS cost,"  # noqa: S608 - ours
    f" {_places('family', (TagFamily.SETUP,))} AS kind"
    " FROM journal_tradetag m JOIN journal_tag t ON t.id = m.tag_id UNION ALL"
    f" SELECT owner_id, trade_id, tag_id, coalesce(cost_r, 'NaN'), {_MISTAKE}"
    " FROM journal_mistake) AS marks WHERE owner_id = {owner}"
    " AND ({every} OR trade_id = ANY({only}::bigint[]))",
)
_SYMBOLS = (
    "SELECT hashtextextended(symbol, 0), symbol FROM journal_trade WHERE id = ANY(%s)"
)

Watermark = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Columns, the changes that they hold already, and when they were read. `names`
    are symbols by their hashes in the database.
    """

    columns: Columns
    names: dict[int, str]
    mark: Watermark
    seen: frozenset[int]
    read_at: datetime


class _Shelf:
    """The columns of those who looked last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    def of(self, owner: int) -> Kept | None:
        with self._lock:
            found = self._kept.get(owner)
            if found is not None:
                self._kept.move_to_end(owner)
            return found

    def keep(self, owner: int, found: Kept) -> None:
        with self._lock:
            self._kept[owner] = found
            self._kept.move_to_end(owner)
            rows = sum(one.columns.n for one in self._kept.values())
            while len(self._kept) > 1 and rows > MOST_TRADES_KEPT:
                _, gone = self._kept.popitem(last=False)
                rows -= gone.columns.n


_SHELF = _Shelf()


def columns_of(user: User, clock: Clock = SYSTEM_CLOCK) -> Columns:
    """All closed trades, of every account and netted; one question at rest."""
    kept = _SHELF.of(user.pk)
    if kept is not None and kept.mark == _watermark(user):
        return kept.columns
    changes = dict(TradeChange.objects.for_user(user).values_list("id", "trade_id"))
    # The changes are older than what is read: one in between is read again.
    now = clock.now()
    names = {} if kept is None else dict(kept.names)
    columns = _refreshed(user, kept, changes, now=now, names=names)
    if columns is None:
        columns = _all_of(user, names)
    _SHELF.keep(
        user.pk,
        Kept(
            columns=columns,
            names=names,
            mark=(max(changes, default=0), sum(changes), len(changes)),
            seen=frozenset(changes),
            read_at=now,
        ),
    )
    return columns


# Sum and count too: a change that commits late may have a lower number.
_newest = Read(
    lambda owner: (
        TradeChange.objects.for_user(owner)
        .order_by()
        .values("owner_id")
        .annotate(last=Max("id"), sum=Sum("id"), count=Count("id"))
        .values_list("last", "sum", "count")
    )
)


def _watermark(user: User) -> Watermark:
    last, total, count = _newest.first(user.pk) or (0, 0, 0)
    return last, int(total), count


def _refreshed(
    user: User,
    kept: Kept | None,
    changes: Mapping[int, int | None],
    *,
    now: datetime,
    names: dict[int, str],
) -> Columns | None:
    """What is kept with the few trades read anew that changed since; None where not all
    that changed is known, or too much of it.
    """
    if kept is None or now - kept.read_at > KEPT_FOR:
        return None
    trades = {trade for change, trade in changes.items() if change not in kept.seen}
    if None in trades or len(trades) > MOST_ANEW:
        return None
    if not trades:
        return kept.columns
    changed = np.array(sorted(one for one in trades if one is not None))
    return merged(kept.columns, _read(user, names, changed), changed)


def _all_of(user: User, names: dict[int, str]) -> Columns:
    return sequenced(_read(user, names))


def _read(user: User, names: dict[int, str], only: IntArray | None = None) -> Columns:
    """All trades, or those with these ids. Symbols that are new to `names` are added."""
    given: dict[str, Any] = {
        "owner": user.pk,
        "zone": settings.EXCHANGE_TIME_ZONE,
        "every": only is None,
        "only": [] if only is None else only.tolist(),
    }
    found = copied(_TRADES, given)
    ids = found["ids"]
    codes, symbols = _symbols(found.pop("symbol"), ids, names)
    money = {
        name: money_units(found.pop(f"{name}_whole"), found.pop(f"{name}_rest"))
        for name in MONEY
    }
    priced: Mask = found.pop("priced") == 1
    order = np.argsort(ids, kind="stable")
    told = copied(_MARKS, given)
    places = _placed(told["trade"], ids, order)

    def marks(which: Mask) -> Marks:
        return _marks(np.where(which, places, UNKNOWN), told["tag"], told["cost"])

    kind = told["kind"]
    return Columns(
        **found,
        **unplaced(len(ids)),
        **money,
        symbol=codes,
        symbols=symbols,
        priced=priced,
        setups=marks(kind == _SETUP),
        tagged=marks(kind != _MISTAKE),
        mistakes=marks(kind == _MISTAKE),
    )


def _symbols(
    hashes: IntArray, ids: IntArray, names: dict[int, str]
) -> tuple[IntArray, tuple[str, ...]]:
    """Codes, and the names that they are places in. One trade tells of each new hash."""
    found, first = np.unique(hashes, return_index=True)
    new = [place for place, one in enumerate(found.tolist()) if one not in names]
    if new:
        with connection.cursor() as cursor:
            cursor.execute(_SYMBOLS, [ids[first[new]].tolist()])
            names.update(cursor.fetchall())
    # In the order of the names; a symbol that was renamed meanwhile is in neither.
    told = sorted((names[one], one) for one in found.tolist() if one in names)
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
