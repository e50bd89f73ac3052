"""The table of type x class x time in force x outcome: what Alpaca's rules say."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import NamedTuple

from alpaca.trading.enums import OrderClass, OrderType, TimeInForce


MARKET, LIMIT, STOP, STOP_LIMIT, TRAILING = (
    OrderType.MARKET,
    OrderType.LIMIT,
    OrderType.STOP,
    OrderType.STOP_LIMIT,
    OrderType.TRAILING_STOP,
)
SIMPLE, BRACKET, OCO, OTO = (
    OrderClass.SIMPLE,
    OrderClass.BRACKET,
    OrderClass.OCO,
    OrderClass.OTO,
)
DAY, GTC, IOC, FOK, OPG, CLS = (
    TimeInForce.DAY,
    TimeInForce.GTC,
    TimeInForce.IOC,
    TimeInForce.FOK,
    TimeInForce.OPG,
    TimeInForce.CLS,
)
OUTCOMES = (
    "filled",
    "partially_filled",
    "canceled",
    "expired",
    "rejected",
    "replaced",
)
RESTING, AT_ONCE, AUCTION = {DAY, GTC}, {IOC, FOK}, {OPG, CLS}


class Cell(NamedTuple):
    type: OrderType
    order_class: OrderClass
    time_in_force: TimeInForce
    outcome: str

    def __str__(self) -> str:
        parts = (self.type, self.order_class, self.time_in_force)
        return "-".join([*(part.value for part in parts), self.outcome])


CELLS = [
    Cell(*parts)
    for parts in itertools.product(
        (MARKET, LIMIT, STOP, STOP_LIMIT, TRAILING),
        (SIMPLE, BRACKET, OCO, OTO),
        (DAY, GTC, IOC, FOK, OPG, CLS),
        OUTCOMES,
    )
]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The venue says no; `message` is its words."""

    status: int
    code: int
    message: str


@dataclass(frozen=True, kw_only=True)
class Became:
    """Where the order stood at the end: how much of it was filled (all, some, none),
    and the states of its exits.
    """

    status: str
    filled: str
    legs: tuple[str, ...] = ()


Told = Refused | Became


def expected(cell: Cell) -> Told:
    """What Alpaca's rules say of a cell."""
    refusal = refusal_of(cell)
    if refusal is not None:
        return refusal
    if cell.time_in_force in AT_ONCE:
        return _expected_at_once(cell)
    if cell.time_in_force in AUCTION:
        return _expected_of_auction(cell)
    if (
        cell.outcome == "replaced"
        and cell.type is MARKET
        and cell.order_class is not SIMPLE
    ):
        # There is no price to change, and quantity must not change.
        return _unprocessable("time_in_force cannot be changed for advanced orders")
    amounts = {"filled": "all", "partially_filled": "some"}
    # A market order stays open only where it is too large to be filled at once.
    untouched = "some" if cell.type is MARKET else "none"
    return Became(
        status=_aged(cell) or cell.outcome,
        filled=amounts.get(cell.outcome, untouched),
        legs=_legs(cell),
    )


def _aged(cell: Cell) -> str:
    """Good-til-canceled orders do not expire: after 90 days they are canceled."""
    too_old = cell.outcome == "expired" and cell.time_in_force is GTC
    return "canceled" if too_old else ""


def refusal_of(cell: Cell) -> Refused | None:
    """By type, class and time in force alone, whatever the outcome was to be."""
    name, tif = cell.order_class.value, cell.time_in_force.value
    refusal = None
    if cell.order_class is OCO and cell.type is not LIMIT:
        refusal = _malformed("oco orders must be limit orders")
    elif cell.order_class in {BRACKET, OTO} and cell.type is TRAILING:
        refusal = _malformed(f"{name} orders must not be trailing stop orders")
    elif cell.time_in_force in RESTING:
        refusal = None
    elif cell.order_class is not SIMPLE:
        refusal = _unprocessable(f"{name} orders must be DAY or GTC orders")
    elif cell.type not in {MARKET, LIMIT}:
        kind = cell.type.value
        refusal = _unprocessable(f"invalid time_in_force {tif} for {kind} orders")
    return refusal


def _malformed(message: str) -> Refused:
    return Refused(status=422, code=40010001, message=message)


def _unprocessable(message: str) -> Refused:
    return Refused(status=422, code=42210000, message=message)


def _expected_at_once(cell: Cell) -> Told:
    """IOC and FOK never wait: there is nothing left to cancel, expire or replace."""
    match cell.outcome:
        case "filled":
            return Became(status="filled", filled="all")
        case "rejected":
            return Refused(
                status=403, code=40310000, message="insufficient buying power"
            )
        case "replaced":
            return _unprocessable("unable to replace order, order is not open")
    partial = cell.time_in_force is IOC and (
        cell.type is MARKET or cell.outcome == "partially_filled"
    )
    return Became(status="canceled", filled="some" if partial else "none")


def _expected_of_auction(cell: Cell) -> Told:
    """Before its auction the order is accepted, and cannot be replaced."""
    match cell.outcome:
        case "filled":
            return Became(status="filled", filled="all")
        case "replaced":
            return _unprocessable("cannot replace order in accepted status")
        case "rejected":
            return Became(status="rejected", filled="none")
    # What an auction leaves is canceled.
    some = "some" if cell.outcome == "partially_filled" else "none"
    return Became(status="canceled", filled=some)


def _legs(cell: Cell) -> tuple[str, ...]:
    """The exits of a bracket or OTO, or the stop of an OCO, at the end of the cell."""
    if cell.order_class is SIMPLE:
        return ()
    exits = 2 if cell.order_class is BRACKET else 1
    if cell.order_class is OCO:
        states = {"filled": "canceled", "partially_filled": "new", "replaced": "new"}
    else:
        states = {"filled": "new", "partially_filled": "held", "replaced": "held"}
    states |= {"canceled": "canceled", "rejected": "canceled", "expired": "expired"}
    return (_aged(cell) or states[cell.outcome],) * exits
