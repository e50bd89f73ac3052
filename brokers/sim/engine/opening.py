"""Opening, funding and configuring an account."""

from __future__ import annotations

from decimal import Decimal

from brokers.sim.engine import postings
from brokers.sim.engine.accounts import (
    AccountConfiguration,
    Activity,
    ActivityType,
)
from brokers.sim.engine.postings import Posting
from brokers.sim.engine.records import Account
from brokers.sim.engine.rejection import malformed
from brokers.sim.engine.standing import CONFIGURED
from brokers.sim.engine.units import money_units
from brokers.sim.engine.venue import Holder, Venue


_MULTIPLIERS = frozenset({1, 2, 4})


def open_account(venue: Venue, key_id: str, *, cash: Decimal | None) -> Holder:
    """The account of this key; a new one starts with a deposit."""
    known = venue.keys.get(key_id)
    if known is not None:
        return venue.holders[known]
    amount = money_units(venue.config.starting_cash if cash is None else cash)
    account = _account(venue, key_id, amount)
    holder = venue.holders[account.id] = Holder(account)
    venue.keys[key_id] = account.id
    venue.touched.accounts[account.id] = account
    if amount:
        kind = ActivityType.DEPOSIT
        postings.post(
            venue, holder, Posting(kind=kind, amount=amount, description="Deposit")
        )
    return holder


def _account(venue: Venue, key_id: str, amount: int) -> Account:
    account_id = venue.new_id()
    return Account(
        id=account_id,
        key_id=key_id,
        number="PA" + account_id.replace("-", "")[:10].upper(),
        created_at=venue.now,
        cash=0,
        multiplier=venue.config.multiplier,
        last_equity=amount,
        last_maintenance=0,
        balance_as_of=venue.calendar.previous(venue.now).day,
    )


def deposit(venue: Venue, holder: Holder, amount: Decimal) -> Activity:
    units = money_units(amount)
    if not units:
        raise malformed("amount must not be 0")
    out = units < 0
    posting = Posting(
        kind=ActivityType.WITHDRAWAL if out else ActivityType.DEPOSIT,
        amount=units,
        description="Withdrawal" if out else "Deposit",
    )
    return postings.post(venue, holder, posting)


def configure(
    venue: Venue, holder: Holder, configuration: AccountConfiguration
) -> None:
    if configuration.max_margin_multiplier not in _MULTIPLIERS:
        raise malformed("max_margin_multiplier must be 1, 2 or 4")
    for name in CONFIGURED:
        setattr(holder.account, name, getattr(configuration, name))
    venue.touched.accounts[holder.account.id] = holder.account
