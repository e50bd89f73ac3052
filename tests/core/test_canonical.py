from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradedesk.core.canonical import canonical_json, decimal_text, digest


def test_equal_values_written_differently_have_one_digest():
    assert digest({"a": Decimal("1.50")}) == digest({"a": Decimal("1.5")})
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


def test_a_float_is_refused():
    with pytest.raises(TypeError, match="float"):
        canonical_json({"price": 1.5})


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimal_text_is_exact_and_plain(value: Decimal):
    text = decimal_text(value)
    assert Decimal(text) == value
    assert "e" not in text.lower()
