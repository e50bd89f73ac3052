"""Checks 40 to 43: approval, mode, trading state and account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from risk.facts import AccountMode, AccountStatus, DenialCode, TradingState
from tests.risk.orders import (
    BLOCK,
    NOW,
    PASS,
    WARN,
    D,
    buying,
    closing,
    said,
    verdict,
)


ACTIVE, REDUCING, HALTED = TradingState


@pytest.mark.parametrize(
    ("states", "code", "outcome"),
    [
        ((ACTIVE, ACTIVE, ACTIVE), DenialCode.STATE_HALTED, PASS),
        ((REDUCING, ACTIVE, ACTIVE), DenialCode.STATE_REDUCING, BLOCK),
        ((ACTIVE, REDUCING, ACTIVE), DenialCode.STATE_REDUCING, BLOCK),
        ((ACTIVE, REDUCING, HALTED), DenialCode.STATE_HALTED, BLOCK),
        ((HALTED, ACTIVE, ACTIVE), DenialCode.STATE_HALTED, BLOCK),
        ((None, ACTIVE, ACTIVE), DenialCode.STATE_UNKNOWN, BLOCK),
        ((ACTIVE, HALTED, None), DenialCode.STATE_UNKNOWN, BLOCK),
    ],
)
def test_the_strictest_state_counts_and_the_way_out_stays_open(states, code, outcome):
    known = dict(zip(("desk", "user", "account"), states, strict=True))
    assert said(verdict("trading_state", buying(states=known))) == (outcome, code)
    way_out = verdict("trading_state", closing(states=known)).outcome
    assert way_out is (PASS if outcome is PASS else WARN)


def test_a_halt_says_where_it_comes_from():
    found = verdict("trading_state", buying(states={"desk": HALTED, "user": HALTED}))
    assert "the desk and this user" in found.message
    assert (found.value.word, found.limit.word) == ("halted", "active")


@pytest.mark.parametrize("base", [buying, closing])
@pytest.mark.parametrize("owned", [False, None])
def test_another_persons_account_is_never_traded(base, owned):
    found = verdict("account", base(account={"owned_by_user": owned}))
    assert said(found) == (BLOCK, DenialCode.ACCOUNT_NOT_OWNED)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (AccountStatus.BLOCKED, DenialCode.ACCOUNT_BLOCKED),
        (AccountStatus.CLOSING_ONLY, DenialCode.ACCOUNT_BLOCKED),
        (None, DenialCode.ACCOUNT_UNKNOWN),
    ],
)
def test_a_restricted_account_may_still_try_to_close(status, code):
    account = {"status": status}
    assert said(verdict("account", buying(account=account))) == (BLOCK, code)
    assert said(verdict("account", closing(account=account))) == (WARN, code)


@pytest.mark.parametrize("base", [buying, closing])
@pytest.mark.parametrize("shown", [None, *AccountMode])
@pytest.mark.parametrize("actual", [None, *AccountMode])
def test_the_account_is_in_the_mode_that_the_page_showed(base, shown, actual):
    facts = base(order={"expected_mode": shown}, account={"mode": actual})
    same = shown is actual and shown is not None
    found = verdict("account_mode", facts)
    assert said(found) == (PASS if same else BLOCK, DenialCode.MODE_MISMATCH)


@pytest.mark.parametrize(
    ("age", "outcome"),
    [(None, PASS), (0, PASS), (300, PASS), (300.000001, BLOCK), (-5, PASS)],
)
def test_an_approval_is_good_for_five_minutes(age, outcome):
    approved_at = None if age is None else NOW - timedelta(seconds=age)
    found = verdict("approval", buying(approved_at=approved_at))
    assert said(found) == (outcome, DenialCode.APPROVAL_EXPIRED)
    assert found.limit.amount == D(300)


def test_an_old_approval_of_a_way_out_is_only_mentioned():
    old = closing(approved_at=NOW - timedelta(hours=1))
    assert verdict("approval", old).outcome is WARN
