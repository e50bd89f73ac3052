from __future__ import annotations

from datetime import UTC
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.orders import Side
from brokers.wire.fields import (
    Fields,
    Unfamiliar,
    Unreadable,
    decimal_of,
    instant_of,
    load_json,
    objects_of,
)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.decimals(
        allow_nan=False,
        allow_infinity=False,
        places=9,
        max_value=10**15,
        min_value=-(10**15),
    )
)
def test_a_figure_is_read_exactly_however_it_is_written(figure):
    assert decimal_of(str(figure), "x") == figure
    assert decimal_of(format(figure, "E"), "x") == figure
    assert decimal_of(format(figure, "E"), "x").as_tuple().exponent <= 0


@given(JSON)
def test_whatever_a_broker_sends_is_read_or_unreadable_and_nothing_else(value):
    for read in (decimal_of, instant_of, objects_of):
        try:
            read(value, "x")
        except Unreadable:
            continue


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_whatever_text_arrives_is_json_or_unreadable(text):
    try:
        load_json(text)
    except Unreadable:
        return


@pytest.mark.parametrize(
    "text", ["NaN", "[Infinity]", "", "[" * 100_000, b"\xff", "9" * 5000]
)
def test_what_json_cannot_mean_is_unreadable(text):
    with pytest.raises(Unreadable):
        load_json(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_is_read_exactly(moment):
    assert instant_of(moment.isoformat(), "x") == moment


def test_an_unknown_word_is_unreadable_and_counted():
    unfamiliar = Unfamiliar()
    fields = Fields({"side": "sideways"}, what="order", unfamiliar=unfamiliar)
    with pytest.raises(Unreadable):
        fields.word("side", Side)
    assert unfamiliar == {"order.side=sideways": 1}


def test_absent_figures_and_instants_are_none():
    fields = Fields({"a": None, "b": ""}, what="x", unfamiliar=Unfamiliar())
    assert [fields.decimal_or_none(name) for name in "abc"] == [None] * 3
    assert [fields.instant_or_none(name) for name in "abc"] == [None] * 3
    assert fields.decimal_or_none("d") != Decimal(0)


@pytest.mark.parametrize("value", [[], "text", 3, None])
def test_what_is_no_object_is_unreadable(value):
    with pytest.raises(Unreadable):
        Fields(value, what="order", unfamiliar=Unfamiliar())
