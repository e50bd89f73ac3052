from __future__ import annotations

import pytest

from brokers.sim.market import Market
from brokers.sim.market.calendars import calendar_named
from brokers.sim.market.overlay import Pin, as_row, from_row


START = 200_000_010  # ten seconds into a minute


def market(*pins: Pin) -> Market:
    found = Market(7, calendar_named("continuous"))
    found.set_pins("ACME", pins)
    return found


@pytest.mark.parametrize("length", [5, 50, 90, 3600, 90_000])
def test_minutes_agree_with_seconds_under_a_nailed_price(length):
    pinned = market(Pin(start=START, end=START + length, price=123_400, size=7))
    first = START // 60 - 1
    end = (START + length) // 60 + 2
    minutes = pinned.minutes("ACME", first, end)
    last = pinned.ticks("ACME", first * 60, end * 60).last.reshape(-1, 60)
    assert minutes.open.tolist() == last[:, 0].tolist()
    assert minutes.high.tolist() == last.max(axis=1).tolist()
    assert minutes.low.tolist() == last.min(axis=1).tolist()
    assert minutes.close.tolist() == last[:, -1].tolist()


def test_a_nailed_price_begins_and_ends_on_its_second():
    plain, pinned = (
        market(),
        market(Pin(start=START, end=START + 2, price=123_400, size=7)),
    )
    assert pinned.tick("ACME", START - 1) == plain.tick("ACME", START - 1)
    assert pinned.tick("ACME", START) == (123_400, 123_300, 123_500, 7, 7)
    assert pinned.tick("ACME", START + 1).last == 123_400
    assert pinned.tick("ACME", START + 2) == plain.tick("ACME", START + 2)


def test_the_later_of_two_nailed_prices_counts():
    first = Pin(start=START, end=None, price=123_400, size=7)
    second = Pin(start=START + 1, end=None, price=9_999, size=7)
    pinned = market(first, second)
    assert pinned.last_price("ACME", START) == 123_400
    assert pinned.tick("ACME", START + 1) == (9_999, 9_998, 10_000, 7, 7)


def test_a_pin_survives_json():
    pin = Pin(start=START, end=None, price=5, size=1)
    assert from_row(as_row(pin)) == pin
    with pytest.raises(ValueError, match="no pin"):
        from_row([None, None, 5, 1])
