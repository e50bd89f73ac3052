"""Holdings: quantity, side and average price, and what looks like a corporate action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from brokers.domain.breaks import BreakKind, BreakSeverity
from brokers.reconciliation.differences import SEVERITY, Difference, Words, text
from brokers.reconciliation.sides import HoldingRow, Holdings
from brokers.reconciliation.tolerances import Tolerances


# Forward splits that companies do, new shares for old; the reverse ones are the same
# turned around.
SPLITS = (
    *((many, 1) for many in (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50, 100)),
    *((3, 2), (4, 3), (5, 2), (5, 4)),
)
# A split keeps what was paid in all, but for cash in lieu of fractions.
SAME_COST = Decimal("0.01")
_FLAT = HoldingRow(Decimal(0), None)


def position_differences(
    ours: Holdings, theirs: Holdings, tolerances: Tolerances
) -> Iterator[Difference]:
    if ours == theirs:
        return
    held, told = _held(ours, tolerances), _held(theirs, tolerances)
    renamed = dict(_renamed(held, told))
    for mine, other in renamed.items():
        yield _rename(mine, other, held[mine], told=told[other])
    for symbol in (held.keys() - told.keys()) - renamed.keys():
        yield _one_sided(BreakKind.MISSING_AT_BROKER, symbol, held[symbol], told=_FLAT)
    for symbol in (told.keys() - held.keys()) - set(renamed.values()):
        yield _one_sided(BreakKind.MISSING_LOCALLY, symbol, _FLAT, told=told[symbol])
    for symbol in held.keys() & told.keys():
        if held[symbol] != told[symbol]:
            yield from _both(
                symbol, held[symbol], told=told[symbol], tolerances=tolerances
            )


def _held(rows: Holdings, tolerances: Tolerances) -> dict[str, HoldingRow]:
    """Without the flat ones, which a broker lists or leaves out as it likes."""
    return {
        symbol: row
        for symbol, row in rows.items()
        if abs(row.quantity) > tolerances.quantity
    }


def _words(row: HoldingRow) -> Words:
    return {"quantity": text(row.quantity), "average_price": text(row.average_price)}


def _cost(row: HoldingRow) -> Decimal | None:
    return None if row.average_price is None else row.quantity * row.average_price


def _money(mine: HoldingRow, told: HoldingRow) -> Decimal | None:
    """What the missing units cost, by the side that has them."""
    price = told.average_price if told.average_price is not None else mine.average_price
    return None if price is None else (told.quantity - mine.quantity) * price


def _one_sided(
    kind: BreakKind, symbol: str, mine: HoldingRow, *, told: HoldingRow
) -> Difference:
    ours = _words(mine) if mine.quantity else {}
    return Difference(
        kind=kind,
        subject=symbol,
        symbol=symbol,
        severity=SEVERITY[kind],
        ours=ours,
        theirs=_words(told) if told.quantity else {},
        difference=told.quantity - mine.quantity,
        money=_money(mine, told),
        cause="a transfer, an assignment or a fill that only one side has",
    )


def _both(
    symbol: str, mine: HoldingRow, *, told: HoldingRow, tolerances: Tolerances
) -> Iterator[Difference]:
    apart = told.quantity - mine.quantity
    if mine.quantity * told.quantity < 0:
        yield _quantity(
            BreakKind.SIDE_MISMATCH, symbol, mine, told=told, cause="opposite signs"
        )
    elif abs(apart) <= tolerances.quantity:
        if apart:
            rounding = "a fraction within tolerance"
            kind = BreakKind.QTY_MISMATCH
            yield _quantity(kind, symbol, mine, told=told, cause=rounding, small=True)
        yield from _average(symbol, mine, told=told, tolerances=tolerances)
    elif (ratio := _split(mine.quantity, told.quantity)) is not None:
        yield _split_of(symbol, mine, told=told, ratio=ratio)
    else:
        cause = "a fill, bust or transfer that only one side has"
        yield _quantity(BreakKind.QTY_MISMATCH, symbol, mine, told=told, cause=cause)


def _quantity(
    kind: BreakKind,
    symbol: str,
    mine: HoldingRow,
    *,
    told: HoldingRow,
    cause: str,
    small: bool = False,
) -> Difference:
    return Difference(
        kind=kind,
        subject=symbol,
        symbol=symbol,
        severity=SEVERITY[kind],
        ours=_words(mine),
        theirs=_words(told),
        difference=told.quantity - mine.quantity,
        money=_money(mine, told),
        cause=cause,
        tolerated=small,
    )


def _average(
    symbol: str, mine: HoldingRow, *, told: HoldingRow, tolerances: Tolerances
) -> Iterator[Difference]:
    ours, theirs = mine.average_price, told.average_price
    if ours is None or theirs is None or ours == theirs:
        return
    apart = theirs - ours
    yield Difference(
        kind=BreakKind.COST_BASIS,
        subject=symbol,
        symbol=symbol,
        severity=SEVERITY[BreakKind.COST_BASIS],
        ours=_words(mine),
        theirs=_words(told),
        difference=apart,
        money=apart * told.quantity,
        cause="another cost method, fees in the price, or a corrected price",
        tolerated=abs(apart) <= tolerances.cost(ours, theirs),
    )


def _split(ours: Decimal, theirs: Decimal) -> str | None:
    """The split that leads from one quantity to the other, as "2:1"."""
    for new, old in SPLITS:
        if theirs * old == ours * new:
            return f"{new}:{old}"
        if theirs * new == ours * old:
            return f"{old}:{new}"
    return None


def _split_of(
    symbol: str, mine: HoldingRow, *, told: HoldingRow, ratio: str
) -> Difference:
    kept = _same_cost(mine, told)
    paid = "what was paid stays the same" if kept else "but what was paid does not fit"
    return Difference(
        kind=BreakKind.CORPORATE_ACTION,
        subject=symbol,
        symbol=symbol,
        severity=_suspicion(kept=kept),
        ours=_words(mine),
        theirs=_words(told),
        difference=told.quantity - mine.quantity,
        money=Decimal(0) if kept else _money(mine, told),
        cause=f"the quantities fit a split of {ratio}, {paid}",
    )


def _suspicion(*, kept: bool) -> BreakSeverity:
    """Half of a holding may also be gone: only equal cost speaks for the action."""
    kind = BreakKind.CORPORATE_ACTION if kept else BreakKind.QTY_MISMATCH
    return SEVERITY[kind]


def _same_cost(mine: HoldingRow, told: HoldingRow) -> bool:
    ours, theirs = _cost(mine), _cost(told)
    if ours is None or theirs is None:
        return False
    return abs(theirs - ours) <= SAME_COST * max(abs(ours), abs(theirs))


def _renamed(held: Holdings, told: Holdings) -> Iterator[tuple[str, str]]:
    """Pairs of symbols, one on each side alone, of a quantity that no other has."""
    ours = _by_quantity(held, held.keys() - told.keys())
    theirs = _by_quantity(told, told.keys() - held.keys())
    for quantity in ours.keys() & theirs.keys():
        mine, others = ours[quantity], theirs[quantity]
        if len(mine) == 1 and len(others) == 1:
            yield mine[0], others[0]


def _by_quantity(rows: Holdings, symbols: Iterable[str]) -> Mapping[Decimal, list[str]]:
    found: dict[Decimal, list[str]] = {}
    for symbol in symbols:
        found.setdefault(rows[symbol].quantity, []).append(symbol)
    return found


def _rename(old: str, new: str, mine: HoldingRow, *, told: HoldingRow) -> Difference:
    kept = _same_cost(mine, told)
    paid = "and cost" if kept else "but another cost"
    return Difference(
        kind=BreakKind.CORPORATE_ACTION,
        subject=f"{old}>{new}",
        symbol=old,
        severity=_suspicion(kept=kept),
        ours={"symbol": old, **_words(mine)},
        theirs={"symbol": new, **_words(told)},
        difference=Decimal(0),
        money=Decimal(0) if kept else None,
        cause=f"equal quantity {paid} under another symbol: a change of symbol",
    )
