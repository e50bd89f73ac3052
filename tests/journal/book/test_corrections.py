"""What was put right stays right, with what stood before and why."""

from __future__ import annotations

from decimal import Decimal

import pytest

from journal.book.corrected import Correctable
from journal.book.corrections import Correction, correct, corrections_of
from tests import people
from tests.journal.book import ledger
from tests.journal.book.ledger import fill, rebuild, the_trade
from tradedesk.audit.models import AuditEntry
from tradedesk.core.errors import InvalidInputError


pytestmark = pytest.mark.django_db


def put_right(trade, field: Correctable, value: object, reason: str = "Typed wrong."):
    owner = trade.owner
    wanted = None if value is None else Decimal(str(value))
    return correct(
        trade,
        Correction(field=field, value=wanted, reason=reason),
        user=owner,
        actor=people.actor(owner),
        now=ledger.CLOCK.now(),
    )


def test_a_corrected_stop_changes_the_r_and_survives_every_rebuild():
    account = ledger.account()
    trade = ledger.round_trip(account)
    put_right(trade, Correctable.INITIAL_STOP, 48)
    assert (trade.initial_risk, trade.r_multiple) == (200, 3)
    fill(account, 600, 10, 50)
    rebuild(account)
    trade.refresh_from_db()
    assert trade.r_multiple == 3
    [row] = corrections_of(trade)
    assert (row.before, row.after, row.reason) == ("47", "48", "Typed wrong.")


def test_a_correction_can_be_taken_back():
    trade = ledger.round_trip(ledger.account())
    put_right(trade, Correctable.INITIAL_STOP, 48)
    put_right(trade, Correctable.INITIAL_STOP, None)
    assert trade.r_multiple == 2
    assert len(corrections_of(trade)) == 2


def test_a_trade_without_a_stop_gets_its_r_by_a_correction():
    account = ledger.account()
    fill(account, 0, 100, 50)
    fill(account, 10, -100, 56)
    rebuild(account)
    trade = the_trade(account)
    assert trade.r_multiple is None
    put_right(trade, Correctable.INITIAL_RISK, 200)
    assert (trade.r_multiple, trade.r_first) == (3, 3)


def test_a_correction_is_audited_with_the_r_before_and_after():
    trade = ledger.round_trip(ledger.account())
    put_right(trade, Correctable.INITIAL_STOP, 48)
    said = AuditEntry.objects.get(action="trade.corrected").payload.data
    assert (said["before"], said["after"], said["r_before"], said["r"]) == (
        "47",
        "48",
        "2",
        "3",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Correctable.INITIAL_STOP, 51),
        (Correctable.INITIAL_STOP, 47),
        (Correctable.INITIAL_STOP, 0),
        (Correctable.PLANNED_TARGET, -1),
        (Correctable.PLANNED_TARGET, None),
        (Correctable.PLANNED_TARGET, "1.123456789"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(field, value):
    trade = ledger.round_trip(ledger.account())
    with pytest.raises(InvalidInputError):
        put_right(trade, field, value)
    trade.refresh_from_db()
    assert trade.r_multiple == 2
    assert not corrections_of(trade)
