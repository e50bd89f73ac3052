"""A built trade as a row, and its executions as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from brokers.domain.orders import Side
from brokers.models import Account
from journal.book.corrected import Correctable, Corrections, lay_over
from journal.book.facts import Facts
from journal.book.planned import UNPLANNED, Planned
from journal.domain.trades import FillPart, TradeRecord
from journal.models import StopMove, Trade, TradeFill, TradeSource
from journal.trades.stops import StopMove as Moved
from tradedesk.core.canonical import digest


# What a rebuild writes; all other fields are the trader's, or measured from bars.
BUILT = (
    "key",
    "digest",
    "source",
    "symbol",
    "direction",
    "opened_at",
    "closed_at",
    "trading_day",
    "holding_seconds",
    "currency",
    "quantity",
    "entry_price",
    "exit_price",
    "gross",
    "fees",
    "fees_known",
    "net",
    "initial_stop",
    "initial_risk",
    "first_risk",
    "r_multiple",
    "r_first",
    "open_quantity",
    "open_cost",
    "order_id",
    "playbook_id",
    "planned_entry",
    "planned_stop",
    "planned_target",
    "measured_at",
    "built_at",
)
_PLACES = Decimal("0.00000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A trade as it should stand, with all that hangs on it."""

    row: Trade
    record: TradeRecord
    moves: list[Moved] = field(default_factory=list)

    @property
    def executions(self) -> set[tuple[int, str]]:
        return {(part.account_id, part.execution_id) for part in self.record.fills}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where rows belong: whose they are, in which account, and when they were built."""

    owner_id: int
    account: Account | None
    now: datetime
    currency: str = "USD"
    is_netted: bool = True


def built(
    record: TradeRecord,
    shelf: Shelf,
    *,
    facts: Facts,
    planned: Planned = UNPLANNED,
    corrections: Corrections | None = None,
) -> Built:
    """The row of a trade; what was put right lies over what the fills say."""
    mine = (corrections or {}).get(record.key, {})
    right = lay_over(record, mine)
    row = Trade(
        owner_id=shelf.owner_id,
        account=shelf.account,
        is_netted=shelf.is_netted,
        currency=shelf.currency,
        built_at=shelf.now,
        key=right.key,
        source=_source(right, facts),
        symbol=right.symbol,
        direction=right.direction.value,
        opened_at=right.opened_at,
        closed_at=right.closed_at,
        trading_day=_day(right.closed_at),
        holding_seconds=_seconds(right),
        quantity=right.quantity,
        entry_price=_rounded(right.entry_price),
        exit_price=_rounded(right.exit_price),
        gross=_rounded(right.gross),
        fees=right.fees,
        fees_known=not any(key in facts.unpriced for key in _executions(right)),
        net=_rounded(right.net),
        initial_stop=_rounded(right.tranches[0].stop_price),
        initial_risk=_rounded(right.initial_risk),
        first_risk=_rounded(right.first_risk),
        r_multiple=_rounded(right.r_multiple),
        r_first=_rounded(right.r_first),
        open_quantity=right.open_quantity,
        open_cost=_rounded(right.open_cost),
        order_id=right.fills[0].order_id,
        playbook_id=planned.playbook_id,
        planned_entry=mine.get(Correctable.PLANNED_ENTRY, planned.entry),
        planned_stop=mine.get(Correctable.PLANNED_STOP, planned.stop),
        planned_target=mine.get(Correctable.PLANNED_TARGET, planned.target),
    )
    return Built(row=row, record=right)


def sealed(one: Built) -> Built:
    """With the digest of all that was built, once its stop moves are known."""
    row, leave = one.row, {"digest", "built_at", "measured_at"}
    said = {name: getattr(row, name) for name in BUILT if name not in leave}
    parts = [
        [getattr(part, name) for name in part.__slots__ if name != "multiplier"]
        for part in one.record.fills
    ]
    moves = [[move.moved_at, move.before, move.after] for move in one.moves]
    row.digest = digest({"trade": said, "fills": parts, "moves": moves})
    return one


def fill_rows(trade: Trade, record: TradeRecord) -> list[TradeFill]:
    return [_fill_row(trade, part) for part in record.fills]


def _fill_row(trade: Trade, part: FillPart) -> TradeFill:
    side = Side.BUY if part.quantity > 0 else Side.SELL
    return TradeFill(
        owner_id=trade.owner_id,
        trade=trade,
        account_id=part.account_id,
        execution_id=part.execution_id,
        side=side.value,
        quantity=abs(part.quantity),
        price=_rounded(part.price),
        fees=part.fees,
        executed_at=part.executed_at,
        order_id=part.order_id,
        stop_price=_rounded(part.stop_price),
    )


def move_rows(trade: Trade, moves: list[Moved]) -> list[StopMove]:
    return [
        StopMove(
            owner_id=trade.owner_id,
            trade=trade,
            at=move.moved_at,
            before=move.before,
            after=move.after,
            reason=move.reason,
        )
        for move in moves
    ]


def _executions(record: TradeRecord) -> list[tuple[int, str]]:
    return [(part.account_id, part.execution_id) for part in record.fills]


def _source(record: TradeRecord, facts: Facts) -> str:
    told = (facts.sources.get(key) for key in _executions(record))
    return next((word for word in told if word), TradeSource.DESK.value)


def _day(closed_at: datetime | None) -> date | None:
    if closed_at is None:
        return None
    return closed_at.astimezone(ZoneInfo(settings.EXCHANGE_TIME_ZONE)).date()


def _seconds(record: TradeRecord) -> int | None:
    if record.closed_at is None:
        return None
    return int((record.closed_at - record.opened_at).total_seconds())


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(_PLACES)
