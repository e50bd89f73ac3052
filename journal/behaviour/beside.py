"""What an account has beside its trades, in one query: orders sent, stops moved,
warnings, holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce, JSONObject

from brokers.models import Account
from journal.behaviour import exits, holding, reading
from journal.behaviour.outcomes import Answered, Ended, Warned, title_of
from journal.behaviour.signals.stop_change import Moved
from journal.domain.trades import Direction
from journal.models import CoolingOff, Nudge, TradeFill
from tradedesk.gathering import gathered


NEWEST_WARNINGS = 1000
SHOWN_WARNINGS = 25
SHOWN_HOLDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`warned` are the newest warnings in short, `newest` the first of them in full;
    `holds` are the newest, with the address of who lifted them as `lifter`.
    """

    sent: Sequence[datetime]
    stop_moves: Sequence[tuple[Moved, Direction]]
    warned: Sequence[Warned]
    newest: Sequence[Answered]
    holds: Sequence[CoolingOff]
    running: Sequence[CoolingOff]


def beside(account: Account, now: datetime) -> Beside:
    mine = CoolingOff.objects.filter(owner=account.owner_id, account=account)
    warnings = _warnings(account)
    found = gathered(
        Account.objects.filter(pk=account.pk),
        {
            "newest": warnings[:SHOWN_WARNINGS],
            "holds": mine.annotate(lifter=F("lifted_by__email")).order_by("-began_at")[
                :SHOWN_HOLDS
            ],
            "running": holding.running_rows(account, now),
        },
        {
            "sent": ArraySubquery(reading.lately(account, now).values("submitted_at")),
            "moves": _told(
                exits.stop_moves(account),
                before=Cast("before", TextField()),
                after=Cast("after", TextField()),
                direction=F("trade__direction"),
            ),
            "warned": _told(
                warnings[:NEWEST_WARNINGS],
                signal=F("signal"),
                answer=F("answer"),
                r=Cast("trade_r", TextField()),
            ),
        },
    )
    return Beside(
        sent=found["sent"],
        stop_moves=[_moved(one) for one in found["moves"]],
        warned=[_warned(one) for one in found["warned"]],
        newest=[_answered(one) for one in found["newest"]],
        holds=found["holds"],
        running=found["running"],
    )


def _told(rows: QuerySet[Any], **columns: Any) -> ArraySubquery:
    return ArraySubquery(rows.values(told=JSONObject(**columns)))


def _warnings(account: Account) -> QuerySet[Nudge]:
    """Each with the trade that its entry's first fill went into; an exit of a flip is
    none. A stop belongs to the trade that its entry made, also where another exit filled.
    """
    fills = TradeFill.objects.filter(order=OuterRef("entry_id")).order_by("executed_at")
    mine = Nudge.objects.filter(owner=account.owner_id, account=account)
    return mine.annotate(
        entry_id=Coalesce("order__parent_id", "order_id"),
        trade_id=Subquery(fills.values("trade_id")[:1]),
        trade_r=Subquery(fills.values("trade__r_multiple")[:1]),
    ).order_by("-shown_at", "-pk")


def _answered(nudge: Any) -> Answered:
    ended = None
    if nudge.trade_id is not None:
        ended = Ended(trade_id=nudge.trade_id, r=nudge.trade_r)
    return Answered(nudge=nudge, title=title_of(nudge.signal), ended=ended)


def _moved(told: Mapping[str, str | None]) -> tuple[Moved, Direction]:
    moved = Moved(before=_decimal(told["before"]), after=_decimal(told["after"]))
    return moved, Direction(told["direction"] or "")


def _warned(told: Mapping[str, str | None]) -> Warned:
    signal, answer = told["signal"] or "", told["answer"] or ""
    return Warned(signal=signal, answer=answer, r=_decimal(told["r"]))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
