"""Which trades a page or a report is about: one filter, in every address.

Read from a query string and written back to one, so that each bar of a report is a link
to the trades behind it. A value that cannot be read does not narrow, and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from journal.analytics import market_type
from journal.analytics.outcome import BREAKEVEN_R
from journal.book import surroundings
from journal.book.holding import BUCKETS_BY_NAME
from journal.book.surroundings import (
    DAY_PLACES,
    DISTANCES,
    HOUR_BEFORE,
    UNKNOWN_DISTANCE,
    named,
)
from journal.domain.trades import Direction
from journal.models import Mistake, Trade, TradeSource, TradeTag
from journal.models.trade import TradeQuerySet
from tradedesk.accounts.models import User


# The id that asks for trades without any: no setup, no mistake, no playbook.
NONE = 0
_LARGEST_ID = 2**63 - 1
_DAYS, _HOURS = range(1, 8), range(24)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFilter:
    """Fields that are None or "" do not narrow; ids may be `NONE` for "without any".

    `side` is long or short; `weekday` (1 is Monday) and `hour` are of the entry, in
    exchange time; `holding` names a bucket of `journal.book.holding`; `since` and
    `until` are trading days of the close, both included; `r_from <= R < r_below`;
    `distance`, `day_place` and `hour_before` name buckets of `journal.book.surroundings`;
    `net` is won, lost or even, and `previous` the same of the trade before, or none;
    `followed` and `reviewed` are yes, no or (followed) unknown. `netted` takes all accounts for one, and then `account` does not narrow.
    `breakeven` is no part of an address: the person's own threshold of what is even, in R.
    """

    account: int | None = None
    netted: bool = False
    symbol: str = ""
    side: str = ""
    setup: int | None = None
    tag: int | None = None
    mistake: int | None = None
    playbook: int | None = None
    weekday: int | None = None
    hour: int | None = None
    holding: str = ""
    previous: str = ""
    day_place: str = ""
    hour_before: str = ""
    distance: str = ""
    market: str = ""
    volatility: str = ""
    since: date | None = None
    until: date | None = None
    net: str = ""
    r_from: Decimal | None = None
    r_below: Decimal | None = None
    followed: str = ""
    reviewed: str = ""
    source: str = ""
    breakeven: Decimal = BREAKEVEN_R
    unread: tuple[str, ...] = field(default=(), compare=False)

    @property
    def narrows(self) -> bool:
        return bool(self.parameters())

    def parameters(self) -> dict[str, str]:
        """Name and value of each field that narrows, as in an address."""
        return {
            name: _text(value)
            for name in NAMES
            if (value := getattr(self, name)) is not None
            and value is not False
            and value != ""
        }

    def query(self, **changed: Any) -> str:
        """The query string of this filter with some fields changed."""
        return urlencode(replace(self, **changed).parameters())

    def apply(self, trades: TradeQuerySet) -> TradeQuerySet:
        """Narrow one person's trades, which the caller has chosen by `chosen`."""
        for name, narrow in _NARROWING.items():
            value = getattr(self, name)
            if value not in (None, "") and not (name == "account" and self.netted):
                trades = narrow(trades, value)
        if self.net:
            trades = trades.filter(made(self.net, self.breakeven))
        if self.previous:
            trades = _after(trades, self.previous, self.breakeven)
        return trades

    def chosen(self, user: User) -> TradeQuerySet:
        """This person's trades that fit, account by account or netted."""
        trades = Trade.objects
        return self.apply(
            trades.netted_for(user) if self.netted else trades.for_user(user)
        )


EVERYTHING = TradeFilter()
_APART = frozenset({"breakeven", "unread"})
NAMES = tuple(one.name for one in fields(TradeFilter) if one.name not in _APART)


def parse(query: Mapping[str, str], breakeven: Decimal = BREAKEVEN_R) -> TradeFilter:
    """The filter of an address; what cannot be read is named in `unread`."""
    found: dict[str, Any] = {}
    unread = []
    for name, read in _READERS.items():
        text = query.get(name, "").strip()
        if not text:
            continue
        try:
            found[name] = read(text)
        except (ValueError, InvalidOperation):
            unread.append(name)
    return TradeFilter(**found, breakeven=breakeven, unread=tuple(unread))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


# Reading


def _one_of(words: frozenset[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return read


def _within(allowed: range) -> Callable[[str], int]:
    def read(text: str) -> int:
        if (value := int(text)) not in allowed:
            raise ValueError(text)
        return value

    return read


def _symbol(text: str) -> str:
    if "\x00" in text:
        raise ValueError(text)
    return text.upper()[:32]


def _figure(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or value.adjusted() > 9:  # noqa: PLR2004 - digits of an R
        raise ValueError(text)
    return value


_id = _within(range(_LARGEST_ID))
_yes_no = _one_of(frozenset({"yes", "no"}))
_READERS: dict[str, Callable[[str], Any]] = {
    "account": _id,
    "netted": lambda text: text == "1",
    "symbol": _symbol,
    "side": _one_of(frozenset(Direction)),
    "setup": _id,
    "tag": _id,
    "mistake": _id,
    "playbook": _id,
    "weekday": _within(_DAYS),
    "hour": _within(_HOURS),
    "holding": _one_of(frozenset(BUCKETS_BY_NAME)),
    "previous": _one_of(frozenset(surroundings.AFTER)),
    "day_place": _one_of(frozenset(named(DAY_PLACES))),
    "hour_before": _one_of(frozenset(named(HOUR_BEFORE))),
    "distance": _one_of(frozenset([*named(DISTANCES), UNKNOWN_DISTANCE])),
    "market": _one_of(frozenset(market_type.Direction)),
    "volatility": _one_of(frozenset(market_type.Volatility)),
    "since": date.fromisoformat,
    "until": date.fromisoformat,
    "net": _one_of(frozenset({"won", "lost", "even"})),
    "r_from": _figure,
    "r_below": _figure,
    "followed": _one_of(frozenset({"yes", "no", "unknown"})),
    "reviewed": _yes_no,
    "source": _one_of(frozenset(TradeSource.values)),
}


# Narrowing

_Narrow = Callable[[TradeQuerySet, Any], TradeQuerySet]


def _equal(column: str) -> _Narrow:
    return lambda trades, value: trades.filter(**{column: value})


def _tagged(trades: TradeQuerySet, tag: int) -> TradeQuerySet:
    return trades.filter(_has(TradeTag, tag))


def _setup(trades: TradeQuerySet, tag: int) -> TradeQuerySet:
    if tag != NONE:
        return _tagged(trades, tag)
    setups = TradeTag.objects.filter(trade=OuterRef("pk"), tag__family="setup")
    return trades.filter(~Exists(setups))


def _mistaken(trades: TradeQuerySet, tag: int) -> TradeQuerySet:
    return trades.filter(_has(Mistake, tag))


def _has(rows: type[TradeTag | Mistake], tag: int) -> Q:
    """Rows of the trade with this tag; none at all for `NONE`."""
    found = rows._default_manager.filter(trade=OuterRef("pk"))
    if tag == NONE:
        return Q(~Exists(found))
    return Q(Exists(found.filter(tag_id=tag)))


def _playbook(trades: TradeQuerySet, playbook: int) -> TradeQuerySet:
    if playbook == NONE:
        return trades.filter(playbook=None)
    return trades.filter(playbook=playbook)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.EXCHANGE_TIME_ZONE)


def _since(trades: TradeQuerySet, day: date) -> TradeQuerySet:
    # The same said of the instant lets the list's index begin and end there.
    return trades.filter(trading_day__gte=day, closed_at__gte=_midnight(day))


def _until(trades: TradeQuerySet, day: date) -> TradeQuerySet:
    trades = trades.filter(trading_day__lte=day)
    if day == date.max:
        return trades
    return trades.filter(closed_at__lt=_midnight(day + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, _zone())


def _weekday(trades: TradeQuerySet, weekday: int) -> TradeQuerySet:
    day = ExtractIsoWeekDay("opened_at", tzinfo=_zone())
    return trades.alias(entry_weekday=day).filter(entry_weekday=weekday)


def _hour(trades: TradeQuerySet, hour: int) -> TradeQuerySet:
    found = ExtractHour("opened_at", tzinfo=_zone())
    return trades.alias(entry_hour=found).filter(entry_hour=hour)


def _holding(trades: TradeQuerySet, name: str) -> TradeQuerySet:
    bucket = BUCKETS_BY_NAME[name]
    trades = trades.filter(holding_seconds__gte=bucket.least)
    if bucket.below is None:
        return trades
    return trades.filter(holding_seconds__lt=bucket.below)


def made(
    word: str, breakeven: Decimal, *, r: str = "r_multiple", net: str = "net"
) -> Q:
    """Trades that won, lost or were even: `journal.analytics.outcome` in SQL."""
    least = "gte" if breakeven else "gt"
    most = least.replace("g", "l")
    in_r = {
        "won": Q(**{f"{r}__{least}": breakeven}),
        "lost": Q(**{f"{r}__{most}": -breakeven}),
        "even": Q(**{f"{r}__gt": -breakeven, f"{r}__lt": breakeven}) | Q(**{r: 0}),
    }
    signs = {"won": f"{net}__gt", "lost": f"{net}__lt", "even": net}
    return in_r[word] | Q(**{f"{r}__isnull": True, signs[word]: 0})


def _after(trades: TradeQuerySet, word: str, breakeven: Decimal) -> TradeQuerySet:
    trades = surroundings.with_last(trades)
    if word == "none":
        return trades.filter(Q(last_r__isnull=True, last_net__isnull=True))
    return trades.filter(made(word, breakeven, r="last_r", net="last_net"))


def _followed(trades: TradeQuerySet, word: str) -> TradeQuerySet:
    return trades.filter(followed_plan={"yes": True, "no": False}.get(word))


def _reviewed(trades: TradeQuerySet, word: str) -> TradeQuerySet:
    return trades.filter(reviewed_at__isnull=word == "no")


_NARROWING: dict[str, _Narrow] = {
    "account": _equal("account_id"),
    "symbol": _equal("symbol"),
    "side": _equal("direction"),
    "setup": _setup,
    "tag": _tagged,
    "mistake": _mistaken,
    "playbook": _playbook,
    "weekday": _weekday,
    "hour": _hour,
    "holding": _holding,
    "day_place": surroundings.at_place,
    "hour_before": surroundings.at_haste,
    "distance": surroundings.at_distance,
    "market": _equal("market_direction"),
    "volatility": _equal("market_volatility"),
    "since": _since,
    "until": _until,
    "r_from": _equal("r_multiple__gte"),
    "r_below": _equal("r_multiple__lt"),
    "followed": _followed,
    "reviewed": _reviewed,
    "source": _equal("source"),
}
