from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template

from brokers.domain.orders import OrderStatus, Side
from tradedesk.web import display, drawings, marks


DOTS = "\N{BULLET}" * 3


@pytest.fixture(autouse=True)
def plain_display():
    display.activate()
    yield
    display.activate()


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_filters_write_figures_and_an_undefined_variable_is_not_available():
    assert (
        render("{{ v|money }} {{ v|signed_money }}", v=Decimal("5.5")) == "5.50 +5.50"
    )
    assert render("{{ nothing|money }}") == "n/a"
    assert render("{{ v|price:t }}", v=Decimal(60), t=Decimal("0.25")) == "60.00"


def test_a_float_in_a_template_is_refused():
    with pytest.raises(TypeError):
        render("{{ v|money }}", v=1.5)


def test_hidden_money_leaves_percent_and_r():
    display.activate(hide_money=True)
    money = render("{{ v|money }} {{ v|signed_money }}", v=Decimal(5))
    assert money == f"{DOTS} {DOTS}"
    assert render("{{ v|r_multiple }} {{ v|percent }}", v=Decimal(5)) == "+5.00R 5.00%"


def test_times_follow_the_zone_of_the_request():
    at = datetime(2026, 11, 23, 15, 42, 18, tzinfo=UTC)
    assert render("{{ at|zoned_time }}", at=at) == "10:42:18 EST"
    display.activate(zone="Europe/Berlin")
    assert render("{{ at|zoned_time }}", at=at) == "16:42:18 CET"
    later = at + timedelta(seconds=23)
    assert render("{{ at|age:now }}", at=at, now=later) == "23 s"


def test_every_order_status_and_side_of_the_domain_has_a_mark():
    assert set(marks.ORDER_MARKS) == set(OrderStatus)
    assert set(Side) <= set(marks.SIDE_WORDS)


def test_an_unresolved_command_never_reads_as_rejected():
    text = drawings.command_chip("unresolved")
    assert "Unresolved" in text
    assert "Not rejected" in text
    assert "block" not in text


def test_a_meter_is_clamped_and_what_is_added_starts_where_the_rest_ends():
    svg = drawings.meter(Decimal(80), added=Decimal(50), limit=Decimal(120))
    assert 'x="80%" width="20%"' in svg
    assert 'x="100%"' in svg
    assert 'width="0%"' in drawings.meter(Decimal(-5))


def test_a_fill_bar_says_it_in_words():
    assert "120 of 327" in drawings.fill_bar(120, 327)
    assert 'width="36.7%"' in drawings.fill_bar(120, 327)
    assert "0 of 0" in drawings.fill_bar(0, 0)


def test_a_range_without_a_range_is_not_available():
    low, middle, high = Decimal(1), Decimal(2), Decimal(3)
    assert "n/a" in drawings.range_bar(None, high, middle)
    assert "n/a" in drawings.range_bar(middle, middle, middle)
    assert "50% of the day range" in drawings.range_bar(low, high, middle)


def test_an_r_bar_stays_inside_its_scale():
    assert 'cx="70"' in drawings.r_bar(Decimal(25))
    assert 'cx="2"' in drawings.r_bar(Decimal(-7))
    assert drawings.r_bar(None) == ""


def test_an_r_scale_without_a_target_shows_the_risk_alone():
    scale = drawings.r_scale(None, stop="58.50", entry="60.00", target="")
    assert "Target" not in scale
    full = drawings.r_scale(Decimal(3), stop="58.50", entry="60.00", target="64.50")
    assert "Target +3.00R" in full
    assert ">+2R<" in full


def test_text_in_a_mark_is_escaped():
    assert "<b>" not in drawings.order_chip("working", "<b>x</b>")
    assert "<b>" not in drawings.icon("bell", label="<b>")
