from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradedesk.web import formatting
from tradedesk.web.formatting import MINUS


NEW_YORK = ZoneInfo("America/New_York")
amounts = st.decimals(
    min_value=Decimal("-1e15"), max_value=Decimal("1e15"), allow_nan=False, places=6
)
ticks = st.sampled_from(
    [Decimal(text) for text in ("0.01", "0.05", "0.25", "1", "0.0001")]
)


def read(text: str) -> Decimal:
    """The number that a person reads."""
    return Decimal(text.rstrip("R%").replace(",", "").replace(MINUS, "-"))


@given(amounts)
def test_money_reads_back_within_half_a_cent(value):
    assert abs(read(formatting.money(value)) - value) <= Decimal("0.005")


@given(amounts)
def test_the_sign_survives_and_zero_has_none(value):
    text = formatting.signed_money(value)
    shown = read(text)
    expected = "+" if shown > 0 else MINUS if shown < 0 else ""
    assert re.match("[+\N{MINUS SIGN}]?", text).group() == expected


@given(amounts)
def test_no_text_has_an_ascii_minus_or_a_negative_zero(value):
    for text in (
        formatting.money(value),
        formatting.signed_money(value),
        formatting.percent(value),
        formatting.r_multiple(value),
        formatting.quantity(value),
        formatting.price(value, Decimal("0.01")),
    ):
        assert "-" not in text
        assert not re.fullmatch(rf"[+{MINUS}][0.,]+[R%]?", text)


@given(amounts)
def test_a_quantity_is_shown_exactly(value):
    assert read(formatting.quantity(value)) == value


@given(st.integers(min_value=1, max_value=10**9), ticks)
def test_a_price_on_its_tick_is_exact_and_has_the_decimals_of_the_tick(steps, tick):
    text = formatting.price(tick * steps, tick)
    decimals = text.partition(".")[2]
    assert read(text) == tick * steps
    assert len(decimals) == formatting.tick_places(tick)


@given(amounts)
def test_direction_agrees_with_the_sign_as_shown(value):
    text = formatting.signed_money(value)
    sign = {"+": "gain", MINUS: "loss"}.get(text[0], "")
    assert formatting.direction(value) == sign


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234567.891", "1,234,567.89"),
        ("-499.04", f"{MINUS}499.04"),
        ("-0.004", "0.00"),
        ("0.005", "0.01"),
    ],
)
def test_money_is_grouped_and_rounded_half_up(value, text):
    assert formatting.money(Decimal(value)) == text


@pytest.mark.parametrize(
    "value",
    [None, Decimal("NaN"), Decimal("Infinity"), Decimal("1.7976931348623157e308")],
)
def test_what_is_not_known_is_never_a_number(value):
    assert formatting.money(value) == "n/a"
    assert formatting.price(value) == "n/a"
    assert formatting.r_multiple(value) == "n/a"
    assert formatting.percent(value) == "n/a"
    assert formatting.quantity(value) == "n/a"
    assert formatting.signed_price(value) == "n/a"
    assert formatting.compact(value) == "n/a"
    assert formatting.direction(value) == ""


@pytest.mark.parametrize("value", [1.5, True])
def test_a_float_or_a_bool_is_a_programmers_error(value):
    with pytest.raises(TypeError):
        formatting.money(value)


def test_a_price_between_ticks_shows_that_it_is():
    tick = Decimal("0.01")
    assert formatting.price(Decimal("59.99366972"), tick) == "59.9937"
    assert formatting.price(Decimal("60.005"), tick) == "60.005"
    assert formatting.price(Decimal(60), tick) == "60.00"


def test_a_price_change_is_signed_and_nothing_is_zero():
    assert formatting.signed_price(Decimal("0.41")) == "+0.41"
    assert formatting.signed_price(Decimal("-1.5")) == f"{MINUS}1.50"
    assert formatting.signed_price(Decimal(0)) == "0.00"


def test_r_multiples_and_percents_carry_their_unit():
    assert formatting.r_multiple(Decimal("1.85")) == "+1.85R"
    assert formatting.r_multiple(Decimal("2.2"), signed=False) == "2.20R"
    assert formatting.percent(Decimal("3.884")) == "3.88%"
    assert formatting.ratio_percent(Decimal("0.03884")) == "3.88%"
    assert formatting.ratio_percent(None) == "n/a"


def test_large_counts_are_compact():
    assert formatting.compact(2_420_000) == "2.42M"
    assert formatting.compact(950) == "950"


def test_money_shows_its_currency_where_it_is_given():
    assert formatting.money(Decimal(5), currency="EUR") == "5.00 EUR"
    assert formatting.money(None, currency="EUR") == "n/a"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0.0 s"),
        (0.84, "0.8 s"),
        (9.99, "9.9 s"),
        (23, "23 s"),
        (59.9, "59 s"),
        (240, "4 min"),
        (7500, "2 h 5 min"),
        (300_000, "3 d"),
    ],
)
def test_ages_are_short(seconds, text):
    assert formatting.age(timedelta(seconds=seconds)) == text


def test_times_are_exchange_time_in_winter_and_in_summer():
    winter = datetime(2026, 11, 23, 15, 42, 18, 204118, tzinfo=UTC)
    summer = datetime(2026, 7, 6, 15, 42, 18, tzinfo=UTC)
    assert formatting.zoned_time(winter, NEW_YORK) == "10:42:18 EST"
    assert formatting.zoned_time(summer, NEW_YORK) == "11:42:18 EDT"
    assert formatting.clock_time(winter, NEW_YORK) == "10:42:18"
    assert formatting.zoned_datetime(winter, NEW_YORK) == "23 Nov 2026 10:42:18 EST"
    assert formatting.microseconds(winter) == ".204 118"


def test_both_hours_of_a_clock_change_can_be_told_apart():
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert formatting.zoned_time(first, NEW_YORK) == "01:30:00 EDT"
    assert formatting.zoned_time(second, NEW_YORK) == "01:30:00 EST"


def test_narrow_cells_show_the_time_the_day_or_the_date():
    now = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    month_ago = now - timedelta(days=30)
    assert formatting.day_time(now, now, NEW_YORK) == "15:00:00"
    assert formatting.day_time(now - timedelta(days=3), now, NEW_YORK) == "Fri 15:00"
    assert formatting.day_time(month_ago, now, NEW_YORK) == "24 Oct 2026"


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="aware"):
        formatting.clock_time(datetime(2026, 1, 1), NEW_YORK)  # noqa: DTZ001 - the point
