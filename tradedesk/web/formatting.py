"""How the desk writes numbers and times: pure functions from values to words.

Money, prices and quantities are Decimal (or int); a float is a programmer's error. The
minus is U+2212, a signed figure carries its plus, zero has no sign, and what is not
known reads "n/a". Display rounding is half up; nothing is computed from these texts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


MINUS = "\N{MINUS SIGN}"
NOT_AVAILABLE = "n/a"
HIDDEN = "\N{BULLET}\N{BULLET}\N{BULLET}"
# Some brokers answer "unset" with the largest double; no amount of money is that large.
LARGEST_SHOWN = Decimal("1E+24")
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
# A price finer than its tick (an average, a sub-penny fill) shows this many more places.
_PLACES_BEYOND_TICK = 2
_LARGEST_QUANTITY_PLACES = 9

Number = Decimal | int | None


def number(value: Number, *, places: int, signed: bool = False) -> str:
    """Grouped by thousands and rounded to `places`; `signed` adds the plus sign."""
    known = _known(value)
    if known is None:
        return NOT_AVAILABLE
    rounded = known.quantize(Decimal(1).scaleb(-places), context=_WIDE)
    return _sign(rounded, signed=signed) + f"{abs(rounded):,f}"


def money(value: Number, *, currency: str = "", places: int = 2) -> str:
    """An amount; the currency code is shown where accounts differ."""
    return _with_currency(number(value, places=places), currency)


def signed_money(value: Number, *, currency: str = "", places: int = 2) -> str:
    """A gain or loss, or a change of an amount."""
    return _with_currency(number(value, places=places, signed=True), currency)


def price(value: Number, tick: Number = None) -> str:
    """A price in the decimals of its `tick`; one that lies between ticks shows more."""
    known = _known(value)
    if known is None:
        return NOT_AVAILABLE
    least = tick_places(tick)
    exact = min(max(_places(known), least), least + _PLACES_BEYOND_TICK)
    shown = known.quantize(Decimal(1).scaleb(-exact), context=_WIDE)
    return number(known, places=max(_places(shown), least))


def signed_price(value: Number, tick: Number = None) -> str:
    """A price change."""
    known = _known(value)
    if known is None:
        return NOT_AVAILABLE
    text = price(abs(known), tick)
    if not any(digit in "123456789" for digit in text):
        return text
    return _sign(known, signed=True) + text


def quantity(value: Number, *, signed: bool = False) -> str:
    """Shares or units: fractions as far as they go, no trailing zeros."""
    known = _known(value)
    if known is None:
        return NOT_AVAILABLE
    places = min(_places(known), _LARGEST_QUANTITY_PLACES)
    return number(known, places=places, signed=signed)


def percent(value: Number, *, places: int = 2, signed: bool = False) -> str:
    """A figure that is already in percent: 3.88 reads "3.88%"."""
    text = number(value, places=places, signed=signed)
    return text if text == NOT_AVAILABLE else f"{text}%"


def ratio_percent(value: Number, *, places: int = 2, signed: bool = False) -> str:
    """A ratio in percent: 0.0388 reads "3.88%"."""
    known = _known(value)
    return percent(
        None if known is None else known.scaleb(2), places=places, signed=signed
    )


def r_multiple(value: Number, *, signed: bool = True) -> str:
    """A result in units of the initial risk, "+1.85R"; unsigned for an amount of risk."""
    text = number(value, places=2, signed=signed)
    return text if text == NOT_AVAILABLE else f"{text}R"


def direction(value: Number, *, places: int = 2) -> str:
    """The word "gain" or "loss"; "" for zero as shown and for what is not known."""
    known = _known(value)
    if known is None:
        return ""
    rounded = known.quantize(Decimal(1).scaleb(-places), context=_WIDE)
    if not rounded:
        return ""
    return "gain" if rounded > 0 else "loss"


def compact(value: Number) -> str:
    """A large count in three figures: 2,420,000 reads "2.42M"."""
    known = _known(value)
    if known is None:
        return NOT_AVAILABLE
    for exponent, suffix in ((9, "B"), (6, "M"), (3, "K")):
        if abs(known) >= Decimal(1).scaleb(exponent):
            return number(known.scaleb(-exponent), places=2) + suffix
    return quantity(known)


def tick_places(tick: Number) -> int:
    """Decimals that a tick needs: 0.01 gives 2, 0.25 gives 2, 1 gives 0; unknown gives 2."""
    known = _known(tick)
    return 2 if known is None or known <= 0 else _places(known)


def age(elapsed: timedelta) -> str:
    """A short age: "0.8 s", "23 s", "4 min", "2 h 5 min", "3 d". Never negative."""
    seconds = max(elapsed.total_seconds(), 0)
    if seconds < 10:  # noqa: PLR2004 - below ten seconds a tenth matters
        return f"{int(seconds * 10) / 10:.1f} s"
    whole = int(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{whole} s"
    hours, minutes = divmod(whole // 60, 60)
    if hours >= 24:  # noqa: PLR2004 - hours in a day
        return f"{hours // 24} d"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def clock_time(instant: datetime, zone: ZoneInfo) -> str:
    """Wall time to the second in `zone`: "10:42:18". Needs an aware instant."""
    return _local(instant, zone).strftime("%H:%M:%S")


def zoned_time(instant: datetime, zone: ZoneInfo) -> str:
    """Wall time with the zone's abbreviation: "10:42:18 EST"."""
    return _local(instant, zone).strftime("%H:%M:%S %Z")


def zoned_datetime(instant: datetime, zone: ZoneInfo) -> str:
    """Date, wall time and zone: "23 Nov 2026 10:42:18 EST"."""
    local = _local(instant, zone)
    return f"{local.day} {local:%b %Y %H:%M:%S %Z}"


def day_time(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Today's time, this week's day and time, or the date: for narrow table cells."""
    local, today = _local(instant, zone), _local(now, zone).date()
    days = (today - local.date()).days
    if days == 0:
        return local.strftime("%H:%M:%S")
    if 0 < days < 7:  # noqa: PLR2004 - days in a week
        return local.strftime("%a %H:%M")
    return f"{local.day} {local:%b %Y}"


def microseconds(instant: datetime) -> str:
    """The fraction of a second in two groups: ".204 118"."""
    digits = f"{instant.microsecond:06d}"
    return f".{digits[:3]} {digits[3:]}"


def _known(value: Number) -> Decimal | None:
    if isinstance(value, float | bool):
        message = f"numbers on the desk are Decimal or int, not {type(value).__name__}"
        raise TypeError(message)
    if value is None:
        return None
    known = Decimal(value)
    if not known.is_finite() or abs(known) >= LARGEST_SHOWN:
        return None
    return known


def _places(value: Decimal) -> int:
    exponent = value.normalize(_WIDE).as_tuple().exponent
    return max(-int(exponent), 0)


def _sign(rounded: Decimal, *, signed: bool) -> str:
    if not rounded:
        return ""
    if rounded < 0:
        return MINUS
    return "+" if signed else ""


def _with_currency(text: str, currency: str) -> str:
    return f"{text} {currency}" if currency and text != NOT_AVAILABLE else text


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a time on screen needs an aware datetime")
    return instant.astimezone(zone)
