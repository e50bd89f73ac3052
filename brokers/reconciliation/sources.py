"""The questions that a reconciliation puts to a broker."""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """`cash` is the account's balance together with its cash activities."""

    ORDERS = "orders"
    FILLS = "fills"
    POSITIONS = "positions"
    CASH = "cash"
