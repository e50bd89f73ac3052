"""Trades for pages and for the journal's other rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q

from journal.book import netting, rebuilding, stops
from journal.book.filtering import EVERYTHING, TradeFilter
from journal.domain.trades import Direction
from journal.models import DayReview, Mistake, StopMove, Trade, TradeTag
from journal.models.trade import TradeQuerySet
from tradedesk.accounts.models import User
from tradedesk.core.clock import Clock


PAGE_SIZE = 40
MOST_OPEN = 50
MOST_COUNTED = 100
# A page builds this many symbols itself; more are the worker's.
BUILT_BY_A_PAGE = 5


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
    trades = wanted.chosen(user).closed().select_related("account", "playbook")
    trades = trades.order_by("-closed_at", "-pk")
    if after:
        trades = trades.filter(_behind(after))
    rows = list(trades[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    last = rows[-1] if more else None
    key = f"{last.closed_at.isoformat()}~{last.pk}" if last and last.closed_at else ""
    return TradePage(trades=rows, after=key)


def _behind(after: str) -> Q:
    """Rows after a key of `trade_page`; a key that cannot be read is the first page."""
    instant, _, pk = after.partition("~")
    try:
        closed, last = datetime.fromisoformat(instant), int(pk)
    except ValueError:
        return Q()
    if closed.tzinfo is None:
        return Q()
    # The bound lets the index begin there; the rest only decides within one instant.
    return Q(closed_at__lte=closed) & (Q(closed_at__lt=closed) | Q(pk__lt=last))


def open_trades(user: User, wanted: TradeFilter) -> list[Trade]:
    """Those under way, newest first."""
    trades = wanted.chosen(user).open()
    trades = trades.select_related("account", "playbook")
    return list(trades.order_by("-opened_at", "-pk")[:MOST_OPEN])


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


def unreviewed_count(user: User) -> int:
    """Closed trades that wait for a review; at most `MOST_COUNTED` are counted."""
    waiting = Trade.objects.for_user(user).closed().filter(reviewed_at=None)
    return waiting.order_by().values("pk")[:MOST_COUNTED].count()


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
