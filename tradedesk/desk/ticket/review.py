"""A draft as the review page shows it: sentence, legs, money, checks, second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from brokers.domain.orders import OrderType, Side, TimeInForce
from brokers.models import Order
from brokers.orders.digests import spec_digest
from journal.models import OrderPlan
from risk.facts import Outcome, Verdict
from tradedesk.accounts.models import User
from tradedesk.desk import figures
from tradedesk.desk.ticket import warnings
from tradedesk.desk.ticket.asked import size_words, trail_words
from tradedesk.desk.ticket.chasing import Expecting
from tradedesk.desk.ticket.preview import Preview, preview
from tradedesk.desk.ticket.reading import draft_fields
from tradedesk.web import formatting


# Passing checks that the review names; the others are one click away.
SHOWN_PASSES = (
    "trade_risk",
    "stop_required",
    "buying_power",
    "max_order_value",
    "quote",
    "spread",
    "session",
)

_TIMES = {
    TimeInForce.DAY: "good for today",
    TimeInForce.GTC: "good until cancelled",
    TimeInForce.IOC: "immediately or not at all",
    TimeInForce.FOK: "all of it immediately or nothing",
    TimeInForce.OPG: "in the opening auction",
    TimeInForce.CLS: "in the closing auction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One order of the plan: the entry, or an exit that follows its fill."""

    title: str
    action: str
    how: str
    note: str
    figure: str = ""
    css: str = ""


def review_of(
    order: Order, carried: OrderPlan | None, *, user: User, now: datetime
) -> Preview:
    """The draft computed afresh: today's quote, money and checks. `carried` is what it
    was planned by.
    """
    expecting = Expecting(
        planned=carried is not None and carried.playbook_version_id is not None,
        planned_entry=order.reference_price,
    )
    return preview(
        order.account, draft_fields(order), user=user, now=now, expecting=expecting
    )


def review_context(
    order: Order,
    made: Preview,
    *,
    carried: OrderPlan | None,
    code_due: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    """What `desk/review.html` shows."""
    assessment = made.assessment
    reason = warnings.reason_of(order, made)
    unread = unanswered(order, made, reason=reason)
    shown = [v for v in assessment.passes if v.check in SHOWN_PASSES]
    hidden = [v for v in assessment.passes if v.check not in SHOWN_PASSES]
    return {
        "order": order,
        "account": order.account,
        "preview": made,
        "sentence": sentence(made),
        "quiet": f"{_TIMES[made.spec.time_in_force]}, on {order.account.name}.",
        "legs": legs(made, now),
        "shifts": figures.shift_rows(made),
        "carried": carried,
        "blocks": figures.check_rows(assessment.blocks),
        "warnings": figures.check_rows(assessment.warnings),
        "passes": figures.check_rows(shown),
        "more_passes": figures.check_rows(hidden),
        "pass_count": len(assessment.passes),
        "unread": figures.check_rows(unread),
        "unread_codes": [verdict.code.value for verdict in unread],
        "nudge_reason": reason,
        "hold": warnings.hold_in(assessment, made.made_at),
        "is_blocked": assessment.outcome is Outcome.BLOCK,
        "needs_code": not assessment.reducing,
        "digest": spec_digest(order),
        "code_due": code_due,
        "code_due_seconds": _seconds_until(code_due, now),
        "button": button_text(order, made),
        "now": now,
    }


def unanswered(order: Order, made: Preview, *, reason: str) -> list[Verdict]:
    """Warnings that came up, or became graver, after the ticket was answered."""
    return [
        verdict
        for verdict in made.assessment.to_acknowledge
        if verdict.code.value not in order.acknowledged
        or (verdict.check == "own_behaviour" and warnings.needs_reason(verdict, reason))
    ]


def _seconds_until(due: datetime | None, now: datetime) -> int:
    if due is None or due <= now:
        return 0
    return int((due - now).total_seconds()) + 1


def sentence(made: Preview) -> str:
    """The order as one would say it: "Buy 327 ACME at limit 60.00 or better"."""
    spec = made.spec
    what = f"{spec.side.value.capitalize()} {size_words(spec)} {spec.symbol}"
    match spec.type:
        case OrderType.MARKET:
            return f"{what} at market,"
        case OrderType.LIMIT:
            return f"{what} at limit {_price(made, spec.limit_price)} or better,"
        case OrderType.STOP:
            return (
                f"{what} at market once it trades at {_price(made, spec.stop_price)},"
            )
        case OrderType.STOP_LIMIT:
            trigger, limit = (
                _price(made, spec.stop_price),
                _price(made, spec.limit_price),
            )
            return f"{what} at limit {limit} once it trades at {trigger},"
        case _:
            return f"{what} trailing by {trail_words(spec)},"


def _price(made: Preview, price: Decimal | None) -> str:
    tick = made.instrument.tick_at(price) if made.instrument and price else None
    return formatting.price(price, tick)


def legs(made: Preview, now: datetime) -> list[Leg]:
    """Entry, and the exits that become active when it has filled."""
    found = [_entry(made, now)]
    if made.spec.stop_loss_price is not None:
        found.append(_stop(made, made.spec.stop_loss_price))
    if made.spec.take_profit_price is not None:
        found.append(_target(made))
    return found


def _action(made: Preview, side: Side) -> str:
    return f"{side.value.upper()} {size_words(made.spec).removesuffix(' of')}"


def _entry(made: Preview, now: datetime) -> Leg:
    spec = made.spec
    price = spec.limit_price or spec.stop_price
    how = spec.type.value.replace("_", " ")
    note = "no quote yet"
    if made.quote is not None:
        side = made.quote.quote.ask if spec.side is Side.BUY else made.quote.quote.bid
        word = "ask" if spec.side is Side.BUY else "bid"
        age = formatting.age(now - made.quote.quote.quoted_at)
        note = f"{word} {_price(made, side)}, {age} ago"
    if spec.type is OrderType.TRAILING_STOP:
        how = f"{how} by {trail_words(spec)}"
    text = how if price is None else f"{how} {_price(made, price)}"
    return Leg(title="Entry", action=_action(made, spec.side), how=text, note=note)


def _stop(made: Preview, stop: Decimal) -> Leg:
    distance = None if made.entry is None else abs(made.entry - stop)
    limit = made.spec.stop_loss_limit_price
    how = f"stop {_price(made, stop)}"
    return Leg(
        title="Stop, on fill",
        action=_action(made, made.spec.side.opposite),
        how=how if limit is None else f"{how}, limit {_price(made, limit)}",
        figure=formatting.r_multiple(Decimal(-1)),
        css="loss",
        note=f"{formatting.price(distance)} a share",
    )


def _target(made: Preview) -> Leg:
    return Leg(
        title="Target, on fill",
        action=_action(made, made.spec.side.opposite),
        how=f"limit {_price(made, made.spec.take_profit_price)}",
        figure=formatting.r_multiple(made.target_r),
        css="gain",
        note="one cancels the other" if made.spec.stop_loss_price else "",
    )


def button_text(order: Order, made: Preview) -> str:
    spec = made.spec
    price = spec.limit_price or spec.stop_price
    how = "at market" if price is None else f"at {_price(made, price)}"
    if spec.type is OrderType.TRAILING_STOP:
        how = f"trailing by {trail_words(spec)}"
    size = size_words(spec)
    mode = order.account.get_mode_display()
    return f"Send to {mode}: {spec.side.value.upper()} {size} {spec.symbol} {how}"
