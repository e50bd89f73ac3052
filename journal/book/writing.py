"""The difference between trades as they should stand and their rows.

A trade keeps its row, and all that a person said of it, as long as its key stands. Where
the first execution gives way to another (an inferred one to the real one, a corrected
one to its correction) the key changes: the row then goes with the executions that the
old trade and the new one share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from journal.book.rows import BUILT, Built, fill_rows, move_rows
from journal.domain.trades import TradeRecord
from journal.models import StopMove, Trade, TradeCorrection, TradeFill
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import system


BOOK = system("journal")
# More news than this at once is one entry of the audit log, not one for each trade.
TOLD_ONE_BY_ONE = 8
_BATCH = 500
_COLUMNS = sorted({name.removesuffix("_id") for name in BUILT})


@dataclass(slots=True, kw_only=True)
class Change:
    """What a rebuild did; a trade that opened and closed at once counts as closed.

    `new` are those that had no row, opened or closed.
    """

    new: list[Trade] = field(default_factory=list)
    opened: list[Trade] = field(default_factory=list)
    closed: list[Trade] = field(default_factory=list)
    changed: list[Trade] = field(default_factory=list)
    vanished: list[Trade] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(trades) for _, trades in self.told())

    def told(self) -> list[tuple[AuditAction, list[Trade]]]:
        return [
            (AuditAction.TRADE_VANISHED, self.vanished),
            (AuditAction.TRADE_CHANGED, self.changed),
            (AuditAction.TRADE_OPENED, self.opened),
            (AuditAction.TRADE_CLOSED, self.closed),
        ]


def standing_rows(rows: QuerySet[Trade]) -> dict[str, Trade]:
    """Rows by key, with no more than what a comparison needs."""
    narrow = rows.only(
        "key", "digest", "closed_at", "order_id", "owner_id", "account_id", "symbol"
    )
    return {row.key: row for row in narrow}


# Keys that follow their executions


def carry_keys(rows: Mapping[str, Trade], records: Sequence[TradeRecord]) -> None:
    """Give rows whose key is gone the key of the trade that took their place."""
    wanted = {one.key: one for one in records}
    gone = [row for key, row in rows.items() if key not in wanted]
    new = [one for key, one in wanted.items() if key not in rows]
    if not gone or not new:
        return
    executions = _executions(gone)
    for record_ in new:
        heir = _heir(record_, gone, executions)
        if heir is None:
            continue
        gone.remove(heir)
        _corrections(heir).update(trade_key=record_.key)
        heir.key = record_.key
        # Whatever the rest says, the row has to be written.
        heir.digest = ""


def _executions(trades: Iterable[Trade]) -> dict[int, set[tuple[int, str]]]:
    found: dict[int, set[tuple[int, str]]] = {}
    parts = TradeFill.objects.filter(trade__in=[trade.pk for trade in trades])
    for trade, account, name in parts.values_list("trade", "account", "execution_id"):
        found.setdefault(trade, set()).add((account, name))
    return found


def _heir(
    wanted: TradeRecord,
    gone: Sequence[Trade],
    executions: Mapping[int, set[tuple[int, str]]],
) -> Trade | None:
    """The row that shares most executions, else one of the same first order."""
    parts = {(part.account_id, part.execution_id) for part in wanted.fills}
    order_id = wanted.fills[0].order_id

    def kinship(row: Trade) -> tuple[int, bool]:
        shared = len(parts & executions.get(row.pk, set()))
        return shared, order_id is not None and row.order_id == order_id

    best = max(gone, key=kinship, default=None)
    return best if best is not None and any(kinship(best)) else None


def _corrections(trade: Trade) -> QuerySet[TradeCorrection]:
    return TradeCorrection.objects.filter(owner=trade.owner_id, trade_key=trade.key)


# Writing


def write(rows: Mapping[str, Trade], trades: Sequence[Built]) -> Change:
    """Make the rows what the trades say; those that already do are left alone.

    `rows` are keyed by what was found, and carry the keys of `carry_keys`.
    """
    by_key = {row.key: row for row in rows.values()}
    change = Change()
    changed: list[Built] = []
    new: list[Built] = []
    for one in trades:
        row = by_key.pop(one.row.key, None)
        if row is None:
            new.append(one)
            change.new.append(one.row)
            (change.opened if one.row.is_open else change.closed).append(one.row)
        elif row.digest != one.row.digest:
            changed.append(one)
            one.row.pk = row.pk
            _note(change, before=row, after=one.row)
    change.vanished = list(by_key.values())
    _delete(change.vanished)
    _update(changed)
    Trade.objects.bulk_create([one.row for one in new], batch_size=_BATCH)
    _write_parts([*changed, *new])
    return change


def _note(change: Change, *, before: Trade, after: Trade) -> None:
    if before.closed_at is not None:
        change.changed.append(after)
    elif after.closed_at is not None:
        change.closed.append(after)


def _delete(vanished: Sequence[Trade]) -> None:
    if vanished:
        Trade.objects.filter(pk__in=[row.pk for row in vanished]).delete()


def _update(changed: Sequence[Built]) -> None:
    if not changed:
        return
    ids = [one.row.pk for one in changed]
    Trade.objects.bulk_update([one.row for one in changed], _COLUMNS, batch_size=_BATCH)
    TradeFill.objects.filter(trade__in=ids).delete()
    StopMove.objects.filter(trade__in=ids).delete()


def _write_parts(written: Sequence[Built]) -> None:
    fills = [row for one in written for row in fill_rows(one.row, one.record)]
    moves = [row for one in written for row in move_rows(one.row, one.moves)]
    TradeFill.objects.bulk_create(fills, batch_size=2 * _BATCH)
    StopMove.objects.bulk_create(moves, batch_size=2 * _BATCH)


# Telling


def tell(change: Change, *, account_id: int, symbol: str, now: datetime) -> None:
    """Into the audit log, as the last thing that the transaction does."""
    if change.count > TOLD_ONE_BY_ONE:
        _tell_together(change, account_id=account_id, symbol=symbol, now=now)
        return
    for action, trades in change.told():
        for trade in trades:
            record(
                action,
                actor=BOOK,
                subject="trade",
                subject_id=trade.pk or trade.key,
                payload=_payload(trade, action),
                now=now,
            )


def _payload(trade: Trade, action: AuditAction) -> dict[str, object]:
    said: dict[str, object] = {"key": trade.key, "symbol": trade.symbol}
    if action is AuditAction.TRADE_VANISHED:
        return said
    return {
        **said,
        "quantity": trade.quantity,
        "net": trade.net,
        "initial_risk": trade.initial_risk,
        "r": trade.r_multiple,
        "opened_at": trade.opened_at,
        "closed_at": trade.closed_at,
    }


def _tell_together(
    change: Change, *, account_id: int, symbol: str, now: datetime
) -> None:
    record(
        AuditAction.TRADES_BUILT,
        actor=BOOK,
        subject="account",
        subject_id=account_id,
        payload={
            "symbol": symbol,
            **{action.value: len(trades) for action, trades in change.told()},
        },
        now=now,
    )
