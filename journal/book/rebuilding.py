"""Trades rebuilt from the desk's fills: what the fills say now, and nothing else.

A rebuild may be told again and again and in any order: it compares what should stand
with the rows and writes the difference. A symbol is due when its position has moved
since its trades were built; what was settled before is not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from brokers.models import Account, Position
from brokers.orders.locks import building, try_building
from journal.book import facts, measuring, stops, writing
from journal.book.corrected import corrections_of
from journal.book.facts import Facts
from journal.book.planned import UNPLANNED, plans_of
from journal.book.rows import Built, Shelf, built, sealed
from journal.book.writing import Change
from journal.domain.trades import TradeRecord
from journal.models import BookMark, NettedMark, Trade
from journal.trades.build import build_trades
from tradedesk.accounts.models import User
from tradedesk.core.clock import Clock
from tradedesk.reads import Read


def due_accounts() -> list[int]:
    """Accounts with a position that moved since its trades were built."""
    return sorted(set(_due(Position.objects.all()).values_list("account", flat=True)))


def due_of(user: User) -> list[tuple[int, str]]:
    """Account and symbol of what is due of a person."""
    return sorted(_due_of(user.pk))


def due_symbols(account_id: int) -> list[str]:
    due = _due(Position.objects.filter(account=account_id))
    return sorted(due.values_list("symbol", flat=True))


def _due(positions: QuerySet[Position]) -> QuerySet[Position]:
    """Compared by what the position was, not by when: no clock can miss a change."""
    built = BookMark.objects.filter(
        account=OuterRef("account"),
        symbol=OuterRef("symbol"),
        moved_at=OuterRef("changed_at"),
        quantity=OuterRef("quantity"),
        realised=OuterRef("realised"),
    )
    return positions.filter(~Exists(built))


_due_of = Read(
    lambda owner: _due(Position.objects.for_user(owner)).values_list(
        "account", "symbol"
    )
)


def rebuild(
    account_id: int, *, clock: Clock, symbols: Iterable[str] | None = None
) -> int:
    """Build what is due of an account, or these symbols whatever they are.

    Each symbol is a transaction of its own, under the account's lock of the journal;
    what somebody else builds already stays due until it is built. How many trades are
    new, changed or gone.
    """
    wanted = due_symbols(account_id) if symbols is None else sorted(set(symbols))
    return sum(_rebuild(account_id, symbol, clock.now()) for symbol in wanted)


@transaction.atomic
def rebuild_trade(trade: Trade, now: datetime) -> None:
    """Build a trade's symbol again, from its beginning: something was put right.

    In the caller's transaction; the caller writes the audit entry.
    """
    if trade.account_id is None:
        return
    building(trade.account_id)
    BookMark.objects.filter(account=trade.account_id, symbol=trade.symbol).update(
        settled_at=None
    )
    _build(trade.account_id, trade.symbol, now)


@transaction.atomic
def _rebuild(account_id: int, symbol: str, now: datetime) -> int:
    if not try_building(account_id):
        return 0
    change = _build(account_id, symbol, now)
    writing.tell(change, account_id=account_id, symbol=symbol, now=now)
    return change.count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """An account's symbol, and since when its facts are read; None: from the start."""

    account: Account
    symbol: str
    since: datetime | None


def _build(account_id: int, symbol: str, now: datetime) -> Change:
    # The position is read before the fills: what comes meanwhile is due once more.
    position = Position.objects.filter(account=account_id, symbol=symbol).first()
    account = Account.objects.select_related("connection").get(pk=account_id)
    mark = BookMark.objects.filter(account=account_id, symbol=symbol).first()
    mark = mark or BookMark(account=account, symbol=symbol)
    scope = _Scope(account=account, symbol=symbol, since=_since(mark))
    trades, known = _trades(scope, now)
    change = writing.write(known, trades)
    measuring.stamp(change.new)
    _see(mark, position, now)
    _settle(mark, [one.record for one in trades], since=scope.since)
    mark.save()
    return change


def _since(mark: BookMark) -> datetime | None:
    """Until when nothing has changed and nothing was held."""
    if mark.settled_at is None:
        return None
    found = facts.settled_digest(mark.account_id, mark.symbol, mark.settled_at)
    return mark.settled_at if found == mark.settled else None


def _trades(scope: _Scope, now: datetime) -> tuple[list[Built], dict[str, Trade]]:
    """What should stand, and the rows as they are, under the keys they will have."""
    account, symbol, since = scope.account, scope.symbol, scope.since
    orders = facts.order_ids(account.pk, symbol, since=since)
    history = stops.history(account.pk, symbol, orders=orders, since=since)
    found = facts.read(account.pk, symbol, history, since=since)
    records = build_trades(found.fills, entries=found.entries, splits=found.splits)
    rows = Trade.objects.filter(account=account, symbol=symbol)
    if since is not None:
        rows = rows.filter(opened_at__gt=since)
    known = writing.standing_rows(rows)
    writing.carry_keys(known, records)
    shelf = Shelf(
        owner_id=account.owner_id,
        account=account,
        currency=account.currency,
        now=now,
        is_netted=not NettedMark.objects.filter(
            owner=account.owner_id, mode=account.mode, symbol=symbol
        ).exists(),
    )
    trades = _built(records, shelf, found=found)
    for one in trades:
        told = one.record
        moves = history.moves(told.direction, told.opened_at, told.closed_at)
        one.moves.extend(moves)
    return [sealed(one) for one in trades], known


def _built(
    records: Sequence[TradeRecord], shelf: Shelf, *, found: Facts
) -> list[Built]:
    plans = plans_of(one.fills[0].order_id for one in records)
    corrections = corrections_of(shelf.owner_id, [one.key for one in records])
    return [
        built(
            record,
            shelf,
            facts=found,
            planned=plans.get(record.fills[0].order_id or 0, UNPLANNED),
            corrections=corrections,
        )
        for record in records
    ]


def _see(mark: BookMark, position: Position | None, now: datetime) -> None:
    if position is not None:
        mark.moved_at = position.changed_at
        mark.quantity, mark.realised = position.quantity, position.realised
    mark.built_at = now


def _settle(
    mark: BookMark, records: Sequence[TradeRecord], *, since: datetime | None
) -> None:
    """Move the mark on to the last moment at which nothing was held."""
    mark.settled_at = _last_flat(records) or since
    if mark.settled_at is None:
        mark.settled = ""
    elif mark.settled_at != since:
        known = None if since is None else (since, mark.settled)
        mark.settled = facts.settled_digest(
            mark.account_id, mark.symbol, mark.settled_at, known=known
        )


def _last_flat(records: Sequence[TradeRecord]) -> datetime | None:
    """The last close with nothing else at the same instant: all before it is settled.

    A flip closes and opens at once, and so leaves no such moment.
    """
    found = None
    for one, following in zip_longest(records, records[1:]):
        if one.closed_at is not None and (
            following is None or following.opened_at > one.closed_at
        ):
            found = one.closed_at
    return found
