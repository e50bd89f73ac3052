"""Putting right what a trade's fills cannot know: the stop in one's head, the plan.

Each correction is a row with what stood before, what stands now, why and by whom; the
trade is built again with it, and so is every later rebuild. Taking one back is one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from journal.book import rebuilding
from journal.book.corrected import Correctable
from journal.domain.trades import Direction
from journal.models import Trade, TradeCorrection
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.canonical import decimal_text
from tradedesk.core.errors import InvalidInputError


LABELS = {
    Correctable.INITIAL_STOP: "Initial stop",
    Correctable.INITIAL_RISK: "Initial risk in money",
    Correctable.PLANNED_ENTRY: "Planned entry",
    Correctable.PLANNED_STOP: "Planned stop",
    Correctable.PLANNED_TARGET: "Planned target",
}
_LARGEST = Decimal(10) ** 12
_STEP = Decimal("0.00000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """`value` None takes the corrections of the field back: the fills speak again."""

    field: Correctable
    value: Decimal | None
    reason: str


@transaction.atomic
def correct(
    trade: Trade, correction: Correction, *, user: User, actor: Actor, now: datetime
) -> TradeCorrection:
    """Write a correction down and build the trade with it.

    Raises:
        InvalidInputError: the value cannot be, or nothing would change.
    """
    _check(trade, correction)
    before = getattr(trade, correction.field.value)
    row = TradeCorrection.objects.create(
        owner=user,
        trade_key=trade.key,
        field=correction.field.value,
        before=_text(before),
        after=_text(correction.value),
        reason=correction.reason,
        by=user,
        at=now,
    )
    was = trade.r_multiple
    rebuilding.rebuild_trade(trade, now)
    trade.refresh_from_db()
    record(
        AuditAction.TRADE_CORRECTED,
        actor=actor,
        subject="trade",
        subject_id=trade.pk,
        payload={
            "key": trade.key,
            "field": row.field,
            "before": row.before,
            "after": row.after,
            "reason": row.reason,
            "r_before": was,
            "r": trade.r_multiple,
        },
        now=now,
    )
    return row


def corrections_of(trade: Trade) -> Sequence[TradeCorrection]:
    """Newest first, with who made them."""
    found = TradeCorrection.objects.filter(owner=trade.owner_id, trade_key=trade.key)
    return list(found.select_related("by").order_by("-at", "-pk"))


def _check(trade: Trade, correction: Correction) -> None:
    field, value = correction.field, correction.value
    if trade.account_id is None:
        raise InvalidInputError(
            "This trade nets several accounts. Correct the trades of the accounts."
        )
    if value is None:
        _check_something_to_take_back(trade, field)
        return
    if not 0 < value < _LARGEST or value != value.quantize(_STEP):
        raise InvalidInputError(
            "Give a positive figure with at most 8 decimals.", field="value"
        )
    if field is Correctable.INITIAL_STOP:
        _check_side(trade, value)
    if getattr(trade, field.value) == value:
        raise InvalidInputError("That is what stands already.", field="value")


def _check_something_to_take_back(trade: Trade, field: Correctable) -> None:
    rows = TradeCorrection.objects.filter(
        owner=trade.owner_id, trade_key=trade.key, field=field.value
    )
    last = rows.order_by("-at", "-pk").first()
    if last is None or not last.after:
        raise InvalidInputError(
            "Nothing was corrected here. Give a figure.", field="value"
        )


def _check_side(trade: Trade, stop: Decimal) -> None:
    """A stop beyond the entry protects nothing: there is no risk to count in."""
    entry = trade.entry_price
    if entry is None:
        return
    if Direction(trade.direction).sign * (entry - stop) <= 0:
        side = "below" if trade.direction == Direction.LONG.value else "above"
        raise InvalidInputError(
            f"The stop of a {trade.direction} stands {side} its entry.", field="value"
        )


def _text(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value)
