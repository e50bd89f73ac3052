from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.orders import Side
from brokers.sim.book import Book


@dataclass(eq=False)
class Resting:
    id: str
    side: Side
    priority: int
    price: int | None


ROWS = st.lists(
    st.tuples(st.sampled_from(Side), st.none() | st.integers(1, 5), st.booleans()),
    max_size=30,
)


@given(ROWS)
def test_a_ladder_is_always_in_price_time_order(rows):
    book, kept = Book(), []
    for number, (side, price, stays) in enumerate(rows):
        order = Resting(str(number), side, number, price)
        book.rest(order, price)
        if stays:
            kept.append(order)
        else:
            book.discard(order)
    for side, ladder in ((Side.BUY, book.buys), (Side.SELL, book.sells)):
        mine = [order for order in kept if order.side is side]
        mine.sort(
            key=lambda one: (one.price is not None, -side.sign * (one.price or 0))
        )
        assert list(ladder) == mine
        assert ladder.best() is (mine[0] if mine else None)
    assert len(book) == len(kept)


def test_the_edges_are_the_prices_at_which_something_may_happen():
    book = Book()
    assert book.highest_buy() is book.lowest_sell() is None
    assert book.lowest_buy_stop() is book.highest_sell_stop() is None
    for number, price in enumerate((5, 7, 6)):
        book.rest(Resting(f"b{number}", Side.BUY, number, price), price)
        book.rest(Resting(f"s{number}", Side.SELL, number, price), price)
        book.arm(Resting(f"x{number}", Side.BUY, number, price), price)
        book.arm(Resting(f"y{number}", Side.SELL, number, price), price)
    assert (book.highest_buy(), book.lowest_sell()) == (7, 5)
    assert (book.lowest_buy_stop(), book.highest_sell_stop()) == (5, 7)
    assert len(list(book.orders())) == len(book) == 12


def test_what_is_in_no_book_is_discarded_without_harm():
    book = Book()
    order = Resting("1", Side.BUY, 1, 5)
    book.discard(order)
    book.trail(order)
    assert "1" in book
    book.discard(order)
    assert len(book) == 0
