"""Positions that are open without working stops for all of their units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from brokers.domain.orders import OrderRole
from brokers.models import BY_STATEMENT, Order, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprotected:
    """`protected` units of the position have a stop. `reason` is what the trader gave
    for an entry without one, "" where a stop was planned.
    """

    position: Position
    protected: Decimal
    reason: str

    @property
    def is_from_before(self) -> bool:
        """Held when the account was connected: known, not something that went wrong."""
        opened, book = self.position.opened_at, self.position.account.opened_at
        return book is not None and (opened is None or opened <= book)


def unprotected_positions() -> Sequence[Unprotected]:
    """Everybody's, by account and symbol; what only statements tell of is history."""
    positions = list(
        Position.objects.exclude(quantity=0)
        .exclude(account__connection__slug=BY_STATEMENT)
        .select_related("account")
        .order_by("account", "symbol")
    )
    stops = _stopped_units(positions)
    bare = [one for one in positions if stops[_key(one)] < abs(one.quantity)]
    reasons = _reasons(bare)
    return [
        Unprotected(
            position=one,
            protected=stops[_key(one)],
            reason=reasons.get(_key(one)[:2], ""),
        )
        for one in bare
    ]


_Key = tuple[int, str, str]


def _key(position: Position) -> _Key:
    """Account, symbol and the side that would close it."""
    side = "sell" if position.quantity > 0 else "buy"
    return position.account_id, position.symbol, side


def _stopped_units(positions: Sequence[Position]) -> dict[_Key, Decimal]:
    units: dict[_Key, Decimal] = defaultdict(Decimal)
    stops = Order.objects.open().filter(
        account__in={one.account_id for one in positions},
        symbol__in={one.symbol for one in positions},
        reduces_risk=True,
        stop_price__isnull=False,
    )
    for stop in stops:
        units[stop.account_id, stop.symbol, stop.side] += stop.remaining or Decimal(0)
    return units


def _reasons(positions: Sequence[Position]) -> dict[tuple[int, str], str]:
    """The newest filled entry's words for having no stop."""
    entries = Order.objects.filter(
        account__in={one.account_id for one in positions},
        symbol__in={one.symbol for one in positions},
        role=OrderRole.ENTRY.value,
        filled_quantity__gt=0,
    ).order_by("account", "symbol", "-created_at")
    newest = entries.distinct("account", "symbol")
    return {
        (one.account_id, one.symbol): "" if one.stop_loss_price else one.no_stop_reason
        for one in newest
    }
