"""What a person put right of a trade, laid over what its fills say.

A correction belongs to a trade's key, so that a rebuild finds it again; the newest of a
field stands. The initial stop is that of the first entry and of every later one that
brought none; the risk is money and takes the place of what the stops say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from journal.domain.trades import TradeRecord, Tranche
from journal.models import TradeCorrection
from journal.trades import risk


class Correctable(StrEnum):
    INITIAL_STOP = "initial_stop"
    INITIAL_RISK = "initial_risk"
    PLANNED_ENTRY = "planned_entry"
    PLANNED_STOP = "planned_stop"
    PLANNED_TARGET = "planned_target"


Corrections = Mapping[str, Mapping[Correctable, Decimal]]


def corrections_of(owner_id: int, keys: Iterable[str]) -> Corrections:
    """By key and field; one that was taken back is not among them."""
    rows = TradeCorrection.objects.filter(owner=owner_id, trade_key__in=list(keys))
    found: dict[str, dict[Correctable, Decimal]] = {}
    for key, field, after in rows.order_by("at", "pk").values_list(
        "trade_key", "field", "after"
    ):
        standing = found.setdefault(key, {})
        standing.pop(Correctable(field), None)
        if after:
            standing[Correctable(field)] = Decimal(after)
    return found


def lay_over(
    record: TradeRecord, corrections: Mapping[Correctable, Decimal]
) -> TradeRecord:
    """The trade with its risk, and what hangs on it, put right."""
    stop = corrections.get(Correctable.INITIAL_STOP)
    money = corrections.get(Correctable.INITIAL_RISK)
    if stop is None and money is None:
        return record
    tranches = record.tranches
    if stop is not None:
        tranches = tuple(_with_stop(one, record, stop) for one in tranches)
    initial = risk.sum_of_tranches(tranches) if money is None else money
    first = risk.first_entry(tranches)
    if first is None or len({one.order_id for one in tranches}) == 1:
        first = initial
    result = None if record.is_open else record.net
    return replace(
        record,
        tranches=tranches,
        initial_risk=initial,
        first_risk=first,
        r_multiple=risk.multiple(result, initial),
        r_first=risk.multiple(result, first),
    )


def _with_stop(tranche: Tranche, record: TradeRecord, stop: Decimal) -> Tranche:
    first = record.tranches[0]
    is_first = tranche is first or (
        tranche.order_id is not None and tranche.order_id == first.order_id
    )
    if is_first or tranche.stop_price is None:
        return replace(tranche, stop_price=stop)
    return tranche
