"""The resting orders of one symbol, in price-time priority.

Ladders keep (rank, priority, order): the lower rank is the better price, the lower
priority came first. A book knows nothing of accounts, sessions or money.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Final, Generic, Protocol, TypeVar

from brokers.domain.orders import Side


BEST: Final = -(1 << 62)
"""The rank of an order without a limit: before any price."""


class Resting(Protocol):
    """What a book needs to know of an order."""

    @property
    def id(self) -> str: ...

    @property
    def side(self) -> Side: ...

    @property
    def priority(self) -> int: ...


OrderT = TypeVar("OrderT", bound=Resting)


class Ladder(Generic[OrderT]):
    """Orders sorted by rank, then priority."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, OrderT]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[OrderT]:
        """A copy, so that what is seen may leave the ladder meanwhile."""
        return iter([row[2] for row in self._rows])

    def in_place(self) -> Iterator[OrderT]:
        """Without a copy: nothing may change while it is read."""
        return (row[2] for row in self._rows)

    def add(self, order: OrderT, rank: int) -> None:
        insort(self._rows, (rank, order.priority, order), key=_key)

    def remove(self, order: OrderT, rank: int) -> None:
        place = bisect_left(self._rows, (rank, order.priority), key=_key)
        del self._rows[place]

    def best_rank(self) -> int | None:
        return self._rows[0][0] if self._rows else None

    def best(self) -> OrderT | None:
        return self._rows[0][2] if self._rows else None


def _key(row: tuple[int, int, object]) -> tuple[int, int]:
    return row[0], row[1]


class Book(Generic[OrderT]):
    """Limits and markets on two ladders, untriggered stops on two more.

    Prices are scaled integers. Trailing stops move with the market, so they are kept
    aside and asked one by one.
    """

    __slots__ = ("_places", "buy_stops", "buys", "sell_stops", "sells", "trailing")

    def __init__(self) -> None:
        self.buys: Ladder[OrderT] = Ladder()
        self.sells: Ladder[OrderT] = Ladder()
        self.buy_stops: Ladder[OrderT] = Ladder()
        self.sell_stops: Ladder[OrderT] = Ladder()
        self.trailing: dict[str, OrderT] = {}
        self._places: dict[str, tuple[Ladder[OrderT], int]] = {}

    def __len__(self) -> int:
        return len(self._places) + len(self.trailing)

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._places or order_id in self.trailing

    def rest(self, order: OrderT, limit: int | None) -> None:
        """Rests at a limit, or before all limits without one."""
        buying = order.side is Side.BUY
        rank = BEST if limit is None else -limit if buying else limit
        self._put(order, self.buys if buying else self.sells, rank)

    def arm(self, order: OrderT, stop: int) -> None:
        """Waits for the price to reach a stop: up for a buy, down for a sell."""
        if order.side is Side.BUY:
            self._put(order, self.buy_stops, stop)
        else:
            self._put(order, self.sell_stops, -stop)

    def trail(self, order: OrderT) -> None:
        self.trailing[order.id] = order

    def _put(self, order: OrderT, ladder: Ladder[OrderT], rank: int) -> None:
        ladder.add(order, rank)
        self._places[order.id] = (ladder, rank)

    def discard(self, order: OrderT) -> None:
        """Takes an order out, wherever it is; no harm if it is nowhere."""
        self.trailing.pop(order.id, None)
        place = self._places.pop(order.id, None)
        if place is not None:
            place[0].remove(order, place[1])

    def orders(self) -> Iterator[OrderT]:
        for ladder in (self.buys, self.sells, self.buy_stops, self.sell_stops):
            yield from ladder
        yield from list(self.trailing.values())

    # Edges: the prices at which something may happen; None where nothing rests

    def highest_buy(self) -> int | None:
        rank = self.buys.best_rank()
        return None if rank is None else -rank

    def lowest_sell(self) -> int | None:
        return self.sells.best_rank()

    def lowest_buy_stop(self) -> int | None:
        return self.buy_stops.best_rank()

    def highest_sell_stop(self) -> int | None:
        rank = self.sell_stops.best_rank()
        return None if rank is None else -rank
