"""Money that comes and goes without a trade, and the history of it all."""

from __future__ import annotations

from dataclasses import dataclass

from brokers.sim.engine import fees
from brokers.sim.engine.accounts import Activity, ActivityType
from brokers.sim.engine.units import money_of
from brokers.sim.engine.venue import Holder, Venue


def record(venue: Venue, holder: Holder, *, cash: int, held: tuple[str, int]) -> None:
    holder.account.cash += cash
    row = (venue.now, cash, *held)
    holder.ledger.append(row)
    venue.touched.ledger.append((holder.account.id, row))
    venue.touched.accounts[holder.account.id] = holder.account


def activity_id(venue: Venue) -> str:
    """Alpaca's form: the instant to the millisecond, then a UUID."""
    at = venue.now
    return f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}::{venue.new_id()}"


def put_activity(venue: Venue, holder: Holder, activity: Activity) -> Activity:
    holder.put_activity(activity)
    venue.touched.activities[holder.account.id, activity.id] = activity
    return activity


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Money that comes or goes without a trade; `amount` in money units, signed."""

    kind: ActivityType
    amount: int
    sub_type: str = ""
    description: str = ""


def post(venue: Venue, holder: Holder, posting: Posting) -> Activity:
    record(venue, holder, cash=posting.amount, held=("", 0))
    activity = Activity(
        id=activity_id(venue),
        type=posting.kind,
        at=venue.now,
        day=venue.calendar.day_of(venue.now),
        sub_type=posting.sub_type,
        net_amount=money_of(posting.amount),
        description=posting.description,
    )
    return put_activity(venue, holder, activity)


def post_fees(venue: Venue, holder: Holder) -> None:
    """Yesterday's regulatory fees, each rounded up to the cent (Alpaca, "Regulatory
    Fees").
    """
    account = holder.account
    owed = (
        ("REG", fees.section_31(venue.config.fees, account.sold)),
        ("TAF", fees.whole_cents(account.taf)),
    )
    account.sold = account.taf = 0
    for sub_type, amount in owed:
        if amount > 0:
            note = f"{sub_type} fee for sales of the previous session"
            kind = ActivityType.FEE
            post(
                venue,
                holder,
                Posting(kind=kind, amount=-amount, sub_type=sub_type, description=note),
            )


def settle_sales(venue: Venue, holder: Holder) -> None:
    """Proceeds whose settlement day has come count as settled from now on."""
    today = venue.calendar.day_of(venue.now).toordinal()
    account = holder.account
    due = [row for row in account.unsettled if row[0] > today]
    if len(due) != len(account.unsettled):
        account.unsettled = due
        venue.touched.accounts[account.id] = account
