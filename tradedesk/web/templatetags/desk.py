"""Filters and tags that every page has without loading anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template

from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web import display, drawings, formatting, forms, navigation


if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms import BoundField
    from django.template import Context
    from django.utils.safestring import SafeString


register = template.Library()


def _number(value: object) -> formatting.Number:
    """An undefined template variable renders as "", which is: not available."""
    if value == "":
        return None
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return value
    if value is None:
        return None
    if isinstance(value, str):
        return Decimal(value)
    raise TypeError(
        f"numbers on the desk are Decimal or int, not {type(value).__name__}"
    )


# Figures -------------------------------------------------------------------------------


@register.filter
def money(value: object, currency: str = "") -> str:
    if display.current().hide_money:
        return formatting.HIDDEN
    return formatting.money(_number(value), currency=currency)


@register.filter
def signed_money(value: object, currency: str = "") -> str:
    if display.current().hide_money:
        return formatting.HIDDEN
    return formatting.signed_money(_number(value), currency=currency)


@register.filter
def price(value: object, tick: object = None) -> str:
    return formatting.price(_number(value), _number(tick))


@register.filter
def signed_price(value: object, tick: object = None) -> str:
    return formatting.signed_price(_number(value), _number(tick))


@register.filter
def quantity(value: object) -> str:
    return formatting.quantity(_number(value))


@register.filter
def signed_quantity(value: object) -> str:
    return formatting.quantity(_number(value), signed=True)


@register.filter
def percent(value: object, places: int = 2) -> str:
    return formatting.percent(_number(value), places=places)


@register.filter
def signed_percent(value: object, places: int = 2) -> str:
    return formatting.percent(_number(value), places=places, signed=True)


@register.filter
def ratio_percent(value: object, places: int = 2) -> str:
    return formatting.ratio_percent(_number(value), places=places)


@register.filter
def signed_ratio_percent(value: object, places: int = 2) -> str:
    return formatting.ratio_percent(_number(value), places=places, signed=True)


@register.filter
def r_multiple(value: object) -> str:
    return formatting.r_multiple(_number(value))


@register.filter
def r_amount(value: object) -> str:
    return formatting.r_multiple(_number(value), signed=False)


@register.filter
def compact(value: object) -> str:
    return formatting.compact(_number(value))


@register.filter
def direction(value: object) -> str:
    """The class of an outcome: "gain", "loss" or nothing."""
    return formatting.direction(_number(value))


# Times ---------------------------------------------------------------------------------


@register.filter
def exchange_time(value: datetime | None) -> str:
    return formatting.clock_time(value, display.current().zone) if value else "n/a"


@register.filter
def zoned_time(value: datetime | None) -> str:
    return formatting.zoned_time(value, display.current().zone) if value else "n/a"


@register.filter
def exchange_datetime(value: datetime | None) -> str:
    return formatting.zoned_datetime(value, display.current().zone) if value else "n/a"


@register.filter
def day_time(value: datetime | None, now: datetime | None = None) -> str:
    if not value:
        return "n/a"
    return formatting.day_time(value, now or SYSTEM_CLOCK.now(), display.current().zone)


@register.filter
def microseconds(value: datetime | None) -> str:
    return formatting.microseconds(value) if value else ""


@register.filter
def age(value: object, now: datetime | None = None) -> str:
    """Of an instant (against `now`), a timedelta, or a number of seconds."""
    if isinstance(value, datetime):
        return formatting.age((now or SYSTEM_CLOCK.now()) - value)
    if isinstance(value, timedelta):
        return formatting.age(value)
    seconds = _number(value)
    return (
        "n/a" if seconds is None else formatting.age(timedelta(seconds=float(seconds)))
    )


# Drawings and marks: {% icon "bell" %}, {% meter 58 limit=80 %}, {% order_chip status %} ---

for _tag in (
    drawings.icon,
    drawings.logo,
    drawings.mode_badge,
    drawings.side_mark,
    drawings.order_chip,
    drawings.command_chip,
    drawings.trading_state_chip,
    drawings.meter,
    drawings.fill_bar,
    drawings.range_bar,
    drawings.r_bar,
    drawings.r_scale,
):
    register.simple_tag(_tag)


# The shell and forms -----------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def navigation_items(context: Context) -> Sequence[navigation.NavItem]:
    """The rail: `shell.nav`, or every page that this desk has."""
    return navigation.items(context.get("shell") or {})


@register.simple_tag
def url_or_nothing(name: str) -> str:
    """The address of a page, or "" while no such page exists."""
    return navigation.address(name)


@register.simple_tag
def widget(field: BoundField, css: str = "input", **attributes: str) -> SafeString:
    """A form field's control, tied to its help and its error."""
    return forms.widget(field, css, attributes)
