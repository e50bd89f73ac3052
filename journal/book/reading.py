"""Trades for pages and for the journal's other rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch, Q

from journal.book import netting, rebuilding, stops
from journal.book.filtering import EVERYTHING, TradeFilter
from journal.domain.trades import Direction
from journal.models import DayReview, Mistake, StopMove, Trade, TradeTag
from journal.models.trade import TradeQuerySet
from tradedesk.accounts.models import User
from tradedesk.core.clock import Clock
from tradedesk.reads import Read


PAGE_SIZE = 40
MOST_OPEN = 50
MOST_COUNTED = 100
# A page builds this many symbols itself; more are the worker's.
BUILT_BY_A_PAGE = 5
# So many filters, the newest asked for, keep their compiled question.
FILTERS_KEPT = 200
LARGEST_ID = 2**63 - 1


def bring_up_to_date(
    user: User, wanted: TradeFilter = EVERYTHING, *, clock: Clock
) -> None:
    """Build what little is due of a person, so that a page shows what just closed."""
    due = rebuilding.due_of(user)
    if len(due) <= BUILT_BY_A_PAGE:
        for account_id, symbol in due:
            rebuilding.rebuild(account_id, clock=clock, symbols=[symbol])
    if wanted.netted:
        netting.bring_up_to_date(user, clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class TradePage:
    """Closed trades by keyset, newest close first; `after` continues, "" at the end.

    Their tags and mistakes are asked for by `labels`.
    """

    trades: Sequence[Trade]
    after: str


def trade_page(user: User, wanted: TradeFilter, after: str = "") -> TradePage:
    key = _key(after)
    found = _page_read(wanted, is_first=key is None)(user.pk, *(key or ()))
    more = len(found) > PAGE_SIZE
    rows = found[:PAGE_SIZE]
    last = rows[-1] if more else None
    key_after = (
        f"{last.closed_at.isoformat()}~{last.pk}" if last and last.closed_at else ""
    )
    return TradePage(trades=rows, after=key_after)


@lru_cache(maxsize=FILTERS_KEPT)
def _page_read(wanted: TradeFilter, *, is_first: bool) -> Read[Trade]:
    """Of the person, and of the row that the page comes behind where it is not the first."""

    def build(owner: Any, *behind: Any) -> TradeQuerySet:
        trades = wanted.chosen(owner).closed().select_related("account", "playbook")
        trades = trades.order_by("-closed_at", "-pk")
        if not is_first:
            closed, last = behind
            # The bound lets the index begin there; the rest decides within one instant.
            trades = trades.filter(closed_at__lte=closed)
            trades = trades.filter(Q(closed_at__lt=closed) | Q(pk__lt=last))
        return trades[: PAGE_SIZE + 1]

    return Read(build)


def _key(after: str) -> tuple[datetime, int] | None:
    """The row that a page comes behind; None, the first page, if it cannot be read."""
    instant, _, pk = after.partition("~")
    try:
        closed, last = datetime.fromisoformat(instant), int(pk)
    except ValueError:
        return None
    if closed.tzinfo is None or not 0 <= last <= LARGEST_ID:
        return None
    return closed, last


def open_trades(user: User, wanted: TradeFilter) -> list[Trade]:
    """Those under way, newest first."""
    return _open_read(wanted)(user.pk)


@lru_cache(maxsize=FILTERS_KEPT)
def _open_read(wanted: TradeFilter) -> Read[Trade]:
    def build(owner: Any) -> TradeQuerySet:
        trades = wanted.chosen(owner).open().select_related("account", "playbook")
        return trades.order_by("-opened_at", "-pk")[:MOST_OPEN]

    return Read(build)


def closed_trades(user: User, wanted: TradeFilter = EVERYTHING) -> TradeQuerySet:
    """Closed trades that fit, newest first."""
    return _listed(wanted.chosen(user).closed())


def _listed(trades: TradeQuerySet) -> TradeQuerySet:
    return _with_words(trades).order_by("-closed_at", "-pk")


def _with_words(trades: TradeQuerySet) -> TradeQuerySet:
    tags = TradeTag.objects.select_related("tag").order_by("tag__family", "tag__name")
    mistakes = Mistake.objects.select_related("tag").order_by("tag__name")
    trades = trades.select_related("account", "playbook")
    trades = trades.prefetch_related(Prefetch("trade_tags", queryset=tags))
    return trades.prefetch_related(Prefetch("mistakes", queryset=mistakes))


def recent_closed(user: User, since: datetime) -> list[Trade]:
    """Trades closed since then, oldest first, account by account."""
    trades = Trade.objects.for_user(user).filter(closed_at__gte=since)
    return list(trades.order_by("closed_at", "pk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A trading day: what closed on it, oldest first, and what was said of it."""

    day: date
    trades: Sequence[Trade]
    review: DayReview | None


def day_of(user: User, day: date) -> Day:
    trades = Trade.objects.for_user(user).filter(trading_day=day)
    return Day(
        day=day,
        trades=list(_with_words(trades).order_by("closed_at", "pk")),
        review=DayReview.objects.for_user(user).filter(day=day).first(),
    )


def last_traded(user: User) -> int | None:
    """The account of the trade that closed last."""
    closed = Trade.objects.for_user(user).closed().order_by("-closed_at", "-pk")
    return closed.values_list("account_id", flat=True).first()


def unreviewed_count(user: User) -> int:
    """Closed trades that wait for a review; at most `MOST_COUNTED` are counted."""
    return len(_unreviewed(user.pk))


_unreviewed = Read(
    lambda owner: (
        Trade.objects.for_user(owner)
        .closed()
        .filter(reviewed_at=None)
        .order_by()
        .values_list("pk", flat=True)[:MOST_COUNTED]
    )
)


def trade_of(user: User, trade_id: int) -> Trade:
    """One's own trade, netted or not. Raises Trade.DoesNotExist for others'."""
    mine = Trade.objects.filter(owner=user)
    return mine.select_related("account__connection", "playbook").get(pk=trade_id)


def stop_moves(trade: Trade) -> list[StopMove]:
    """As built where it has closed; of one under way as they are now, unsaved."""
    if not trade.is_open or trade.account_id is None:
        return list(trade.stop_moves.all())
    history = stops.history(trade.account_id, trade.symbol, since=trade.opened_at)
    moves = history.moves(Direction(trade.direction), trade.opened_at, None)
    return [
        StopMove(
            trade=trade,
            at=one.moved_at,
            before=one.before,
            after=one.after,
            reason=one.reason,
        )
        for one in moves
    ]
