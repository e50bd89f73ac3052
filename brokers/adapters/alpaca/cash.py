"""Alpaca's activities that are no trades: cash, and units that came or went with it.

The types are those of schema ActivityType in Alpaca's Trading API document, with VOF and
WH, which ActivitySubType names besides (reviewed 2026-11-21). Shape: NonTradeActivities.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal

from brokers.adapters.alpaca import known
from brokers.domain.reports import CashKind, CashReport
from brokers.wire.fields import Fields, Unfamiliar


_TYPES: Mapping[CashKind, str] = {
    CashKind.FEE: "FEE CFEE DIVFEE PTC PTR",
    CashKind.DIVIDEND: "DIV CGD DIVCGL DIVCGS DIVROC DIVTXEX",
    CashKind.TAX: "DIVFT DIVNRA DIVTW INTNRA INTTW WH",
    CashKind.INTEREST: "INT",
    CashKind.TRANSFER: "CSD CSW TRANS ACATC ACATS FOPT",
    CashKind.JOURNAL: "JNL JNLC JNLS",
    CashKind.CORPORATE_ACTION: "MA NC REORG SPIN SPLIT VOF",
    CashKind.OTHER: "MISC OPASN OPCA OPCSH OPEXC OPEXP OPTRD",
}
KINDS = {word: kind for kind, words in _TYPES.items() for word in words.split()}
# In these `qty` came to the account or left it; in a dividend it is what was held.
MOVE_UNITS = frozenset({"ACATS", "FOPT", "JNLS", "MA", "NC", "REORG", "SPIN", "SPLIT"})
STOCK_DIVIDEND = "SDIV"


def cash_activity(value: object, unfamiliar: Unfamiliar) -> CashReport:
    """A type that nobody here knows is counted, and its money is taken as it is."""
    fields = Fields(
        value,
        what="cash_activity",
        known=known.CASH_ACTIVITY,
        unfamiliar=unfamiliar,
    )
    word = fields.text("activity_type")
    if word not in KINDS:
        fields.count(f"activity_type={word}")
    return CashReport(
        activity_id=fields.text("id"),
        kind=KINDS.get(word, CashKind.OTHER),
        amount=fields.decimal_or_none("net_amount") or Decimal(0),
        occurred_at=_occurred_at(fields),
        symbol=fields.text_or("symbol"),
        quantity=_units(fields, word),
        price=fields.decimal_or_none("price"),
        description=_description(fields, word),
        cancelled=fields.text_or("status") == "canceled",
    )


def _units(fields: Fields, word: str) -> Decimal:
    moves = word in MOVE_UNITS or fields.text_or("activity_sub_type") == STOCK_DIVIDEND
    if not moves or not fields.text_or("symbol"):
        return Decimal(0)
    return fields.decimal_or_none("qty") or Decimal(0)


def _occurred_at(fields: Fields) -> datetime:
    """When it was written down; `date` may be of the trade or its settlement."""
    written = fields.instant_or_none("created_at")
    if written is not None:
        return written
    if "T" in fields.text("date"):
        return fields.instant("date")
    return datetime.combine(fields.day("date"), time(), UTC)


def _description(fields: Fields, word: str) -> str:
    kind = " ".join(filter(None, (word, fields.text_or("activity_sub_type"))))
    said = fields.text_or("description")
    return f"{kind}: {said}" if said else kind
