"""Checks 1 and 2: the instrument and its venue."""

from __future__ import annotations

import pytest

from risk.facts import DenialCode, OrderType, Session, TimeInForce
from tests.risk.orders import (
    BLOCK,
    CONFIRM,
    NONE,
    PASS,
    WARN,
    buying,
    closing,
    said,
    verdict,
)


@pytest.mark.parametrize(
    ("instrument", "code"),
    [
        ({"exists": None}, DenialCode.INSTRUMENT_UNKNOWN),
        ({"exists": False}, DenialCode.INSTRUMENT_UNKNOWN),
        ({"tradable": None}, DenialCode.INSTRUMENT_UNKNOWN),
        ({"tradable": False}, DenialCode.INSTRUMENT_NOT_TRADABLE),
        ({"halted": None}, DenialCode.INSTRUMENT_UNKNOWN),
        ({"halted": True}, DenialCode.INSTRUMENT_HALTED),
    ],
)
def test_an_instrument_that_is_not_surely_tradable_blocks_new_risk_only(
    instrument, code
):
    assert said(verdict("instrument", buying(instrument=instrument))) == (BLOCK, code)
    assert said(verdict("instrument", closing(instrument=instrument))) == (WARN, code)


def test_a_tradable_instrument_passes():
    assert verdict("instrument", buying()).outcome is PASS


def in_session(session, tif=TimeInForce.DAY, *, base=buying, extended=False, **venue):
    order = {"time_in_force": tif, "extended_hours": extended}
    return verdict("session", base(order=order, venue={"session": session, **venue}))


@pytest.mark.parametrize(
    ("session", "tif", "extended", "outcome"),
    [
        (Session.REGULAR, TimeInForce.DAY, False, PASS),
        (Session.REGULAR, TimeInForce.IOC, False, PASS),
        (Session.REGULAR, TimeInForce.DAY, True, PASS),
        (Session.EXTENDED, TimeInForce.DAY, True, PASS),
        (Session.EXTENDED, TimeInForce.DAY, False, WARN),
        (Session.EXTENDED, TimeInForce.FOK, False, BLOCK),
        (Session.CLOSED, TimeInForce.DAY, False, WARN),
        (Session.CLOSED, TimeInForce.GTC, True, WARN),
        (Session.CLOSED, TimeInForce.IOC, False, BLOCK),
        (Session.CLOSED, TimeInForce.FOK, True, BLOCK),
        (Session.CLOSED, TimeInForce.OPG, False, WARN),
        (Session.REGULAR, TimeInForce.CLS, False, WARN),
        (None, TimeInForce.DAY, False, BLOCK),
    ],
)
def test_an_order_trades_now_or_queues_or_cannot_go(session, tif, *, extended, outcome):
    assert in_session(session, tif, extended=extended).outcome is outcome


def test_a_queued_order_is_confirmed_unless_it_reduces():
    assert in_session(Session.CLOSED).acknowledgement is CONFIRM
    assert in_session(Session.CLOSED, base=closing).acknowledgement is NONE


def test_a_closed_auction_blocks_the_way_in_and_out():
    for tif, closed in (
        (TimeInForce.OPG, {"takes_opening_orders": False}),
        (TimeInForce.CLS, {"takes_closing_orders": False}),
    ):
        for base in (buying, closing):
            said_so = in_session(Session.REGULAR, tif, base=base, **closed)
            assert said(said_so) == (BLOCK, DenialCode.VENUE_AUCTION_CLOSED)
            assert "DAY" in said_so.message


def test_a_broker_that_keeps_nothing_overnight_cannot_queue():
    facts = buying(
        venue={"session": Session.CLOSED}, capabilities={"queues_when_closed": False}
    )
    assert said(verdict("session", facts)) == (BLOCK, DenialCode.VENUE_CLOSED)


def test_an_unknown_session_leaves_the_way_out_open():
    assert in_session(None, base=closing).outcome is WARN
    assert in_session(None).code is DenialCode.VENUE_UNKNOWN


def test_an_order_that_can_never_wait_names_one_that_can():
    ioc = closing(
        order={"type": OrderType.MARKET, "time_in_force": TimeInForce.IOC},
        venue={"session": Session.CLOSED},
    )
    assert "DAY" in verdict("session", ioc).message
