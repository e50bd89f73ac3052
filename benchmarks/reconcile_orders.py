"""Reconciling orders: microseconds an order that agrees, and that it stays linear.

    python benchmarks/reconcile_orders.py

Both sides are given as rows, as a database and a broker's list give them. Ours is what
a run does with them: two sides built, then `compare`. The floor, measured in the same
run, is the least that any comparison by key can do: two dictionaries built from the
same rows, and one compared with the other. A thousandth of the orders differ.

The peer named for this figure, nautilus_trader, is not installed here. Its
reconciliation was published at 28 to 43 microseconds an order; that number was not
measured here and is printed as such.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from decimal import Decimal
from time import process_time

from brokers.reconciliation.compare import compare
from brokers.reconciliation.sides import BookSide, BrokerSide, OrderRow


SIZES = (10_000, 100_000, 1_000_000)
GOAL = 5.0  # microseconds an order
DIFFERS_EVERY = 1000
Row = tuple[str, str, Decimal, Decimal, str]


def rows(count: int, *, changed: bool) -> list[Row]:
    """(id, status, filled, quantity, symbol); each row's objects are its own."""
    return [
        (
            f"{number:032x}",
            "working" if changed and number % DIFFERS_EVERY == 0 else "filled",
            Decimal(number % 500),
            Decimal(number % 500),
            f"SYM{number % 1000}",
        )
        for number in range(count)
    ]


def sides(ours: list[Row], theirs: list[Row]) -> tuple[BookSide, BrokerSide]:
    mine, told = (
        {row[0]: OrderRow(row[1], row[2], row[3], row[4]) for row in side}
        for side in (ours, theirs)
    )
    return BookSide(orders=mine), BrokerSide(orders=told)


def reconciled(ours: list[Row], theirs: list[Row]) -> int:
    return len(compare(*sides(ours, theirs)))


def floor(ours: list[Row], theirs: list[Row]) -> int:
    mine, told = ({row[0]: row[1:] for row in side} for side in (ours, theirs))
    return sum(mine.get(key) != row for key, row in told.items())


def microseconds(work: Callable[[], int], count: int, expected: int) -> float:
    """The median of five, an order: processor time, with the collector off."""
    taken = []
    for _ in range(5):
        gc.collect()
        gc.disable()
        began = process_time()
        found = work()
        taken.append(process_time() - began)
        gc.enable()
        if found != expected:
            raise SystemExit(f"Found {found} differences instead of {expected}.")
    return statistics.median(taken) / count * 1e6


def measure(count: int) -> str:
    ours, theirs = rows(count, changed=False), rows(count, changed=True)
    built = sides(ours, theirs)
    expected = count // DIFFERS_EVERY
    least = microseconds(lambda: floor(ours, theirs), count, expected)
    whole = microseconds(lambda: reconciled(ours, theirs), count, expected)
    alone = microseconds(lambda: len(compare(*built)), count, expected)
    ratio = whole / least
    return f"{count:>9,} {whole:>13.3f} {alone:>15.3f} {least:>16.3f} {ratio:>12.2f}"


def main() -> None:
    print("orders     ours us/order   compare alone   floor us/order   ours/floor")
    for count in SIZES:
        print(measure(count))
    print(f"goal: at most {GOAL} us/order, linear to {SIZES[-1]:,}")
    print("peer: nautilus_trader 28-43 us/order as published, not measured here")


if __name__ == "__main__":
    main()
