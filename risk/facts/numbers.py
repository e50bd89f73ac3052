"""Numbers that arrive from outside: only sound ones are reckoned with."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext


# Beyond these powers of ten nothing is a price, a quantity or an amount of money; such
# values would overflow or exhaust the arithmetic, so they count as unknown.
LARGEST_POWER = 15
HUNDRED = Decimal(100)
# Quotients of the largest by the smallest sound value still fit, exactly.
EXACT = Context(prec=80)


def sound(value: Decimal | None) -> Decimal | None:
    """The value, or None where it is missing, NaN, infinite or absurdly large."""
    if value is None or not value.is_finite():
        return None
    if value and abs(value.adjusted()) > LARGEST_POWER:
        return None
    return value


def positive(value: Decimal | None) -> Decimal | None:
    """The value where it is sound and above zero, else None."""
    known = sound(value)
    return known if known is not None and known > 0 else None


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` that is not above `value`."""
    return _to_multiple(value, step, ROUND_FLOOR)


def ceiling_to(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below `value`."""
    return _to_multiple(value, step, ROUND_CEILING)


def is_multiple(value: Decimal, step: Decimal) -> bool:
    return floor_to(value, step) == value


def _to_multiple(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    with localcontext(EXACT):
        steps = (value / step).quantize(Decimal(1), rounding=rounding)
        return steps * step


def shown(value: Decimal, places: int = 2) -> str:
    """For a sentence: grouped thousands, at most `places` decimals, no empty ones."""
    with localcontext(EXACT):
        text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(value: Decimal) -> str:
    """For a sentence: every digit, no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
