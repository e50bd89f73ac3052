"""The ticket panel of the desk page: form, preview and what the button says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from brokers.domain.orders import OrderType
from brokers.models import Account, Order
from journal.behaviour import nudges
from risk.facts import DenialCode, Outcome
from tradedesk.accounts.models import Preferences, User
from tradedesk.desk import figures
from tradedesk.desk.charts import planned_lines
from tradedesk.desk.ticket import warnings
from tradedesk.desk.ticket.asked import size_words, trail_words
from tradedesk.desk.ticket.chasing import Expecting
from tradedesk.desk.ticket.forms import TicketForm
from tradedesk.desk.ticket.planning import (
    Planning,
    names_playbook,
    planned_fields,
    read_planning,
    risk_beyond,
)
from tradedesk.desk.ticket.preview import Preview, Seen, preview
from tradedesk.desk.ticket.reading import fresh_fields, typed_fields
from tradedesk.web import formatting


# Passing checks that the ticket still shows by name, before "n more pass".
SHOWN_PASSES = ("trade_risk", "buying_power", "max_order_value", "quote")
# What the feed, or the first reading of an account, brings by itself.
IN_A_MOMENT = frozenset(
    {
        DenialCode.ACCOUNT_UNKNOWN,
        DenialCode.BUYING_POWER_UNKNOWN,
        DenialCode.POSITION_UNKNOWN,
        DenialCode.QUOTE_MISSING,
        DenialCode.QUOTE_STALE,
        DenialCode.RISK_UNKNOWN,
        DenialCode.VENUE_UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    account: Account
    form: TicketForm
    preview: Preview | None
    planning: Planning


def fresh_panel(
    account: Account, seen: Seen, *, user: User, wishes: Preferences, now: datetime
) -> Panel:
    """A new ticket for the symbol that was seen, filled in and computed."""
    form = TicketForm(fresh_fields(seen.market, wishes=wishes))
    return read_panel(account, form, user=user, now=now, seen=seen)


def draft_panel(account: Account, order: Order, *, user: User, now: datetime) -> Panel:
    """The ticket of a draft, to edit it."""
    fields = typed_fields(order) | planned_fields(order)
    fields["nudge_reason"] = nudges.last_reason(order)
    return read_panel(account, TicketForm(fields), user=user, now=now)


def read_panel(
    account: Account,
    form: TicketForm,
    *,
    user: User,
    now: datetime,
    seen: Seen | None = None,
) -> Panel:
    """The form with its preview, where what is typed is enough for one."""
    made = None
    if form.is_valid():
        made = preview(
            account,
            form.cleaned_data,
            user=user,
            now=now,
            seen=seen,
            expecting=Expecting(planned=names_playbook(form.data)),
        )
    reducing = made is not None and made.assessment.reducing
    planning = read_planning(form.data, user=user, reducing=reducing)
    return Panel(account=account, form=form, preview=made, planning=planning)


def check_ready(panel: Panel) -> bool:
    """Whether the ticket may go to review; says on the form what is missing."""
    form, made = panel.form, panel.preview
    if made is None:
        return False
    if made.sizing is None:
        form.add_error("symbol", "There is no price for this symbol yet, so no size.")
    elif made.sizing.quantity <= 0:
        form.add_error("size_amount", made.sizing.reason or "The size comes to zero.")
    _check_answered(form, made)
    for name, problem in panel.planning.problems().items():
        form.add_error(None, problem)
        panel.planning.form.add_error(name, problem)
    return not form.errors


def _check_answered(form: TicketForm, made: Preview) -> None:
    for verdict in made.assessment.blocks:
        form.add_error(None, verdict.message)
    for verdict in made.assessment.to_acknowledge:
        if verdict.code.value not in made.ticket.acknowledged:
            form.add_error(None, f"Please answer: {verdict.message}")
    nudge = warnings.nudge_in(made.assessment)
    if warnings.needs_reason(nudge, form.cleaned_data["nudge_reason"]):
        form.add_error("nudge_reason", warnings.ASK_REASON)


def panel_context(panel: Panel) -> dict[str, Any]:
    """What `desk/ticket.html` shows."""
    context: dict[str, Any] = {
        "form": panel.form,
        "preview": panel.preview,
        "account": panel.account,
        "button": button_text(panel),
        "planning": panel.planning,
        "risk_beyond": risk_beyond(panel.planning, panel.preview),
    }
    if panel.preview is None:
        return context
    assessment = panel.preview.assessment
    shown = [v for v in assessment.passes if v.check in SHOWN_PASSES]
    hidden = [v for v in assessment.passes if v.check not in SHOWN_PASSES]
    return context | {
        "blocks": figures.check_rows(assessment.blocks),
        "warnings": figures.check_rows(assessment.warnings),
        "passes": figures.check_rows(shown),
        "more_passes": figures.check_rows(hidden),
        "checks_summary": figures.summary(assessment),
        "is_blocked": assessment.outcome is Outcome.BLOCK,
        "awaits_news": _awaits_news(panel.preview),
        "shifts": figures.shift_rows(panel.preview),
        "planned_lines": planned_lines(panel.preview),
        "hold": warnings.hold_in(assessment, panel.preview.made_at),
    }


def _awaits_news(made: Preview) -> bool:
    """Whether the ticket is held back by what may be known in a moment."""
    if made.instrument is None:
        return False
    codes = {verdict.code for verdict in made.assessment.blocks}
    return made.sizing is None or not codes.isdisjoint(IN_A_MOMENT)


def button_text(panel: Panel) -> str:
    """The one loud button repeats the order and its mode."""
    mode = panel.account.get_mode_display()
    made = panel.preview
    if made is None or made.sizing is None or not made.sizing.quantity:
        return f"Review, {mode}"
    spec = made.spec
    words = [spec.side.value.upper(), size_words(spec), spec.symbol]
    words.append(_how(spec.type, made))
    return f"Review: {' '.join(words)}, {mode}"


def _how(type_: OrderType, made: Preview) -> str:
    price = made.spec.limit_price or made.spec.stop_price
    word = type_.value.replace("_", " ")
    if type_ is OrderType.TRAILING_STOP:
        return f"{word} {trail_words(made.spec)}"
    if price is None:
        return word
    tick = made.instrument.tick_at(price) if made.instrument else None
    return f"{word} {formatting.price(price, tick)}"
