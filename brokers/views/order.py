"""One order with everything that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brokers import selectors
from brokers.domain.orders import CommandKind, OrderStatus
from brokers.models import BrokerReference, Command, Order, ReconciliationRun
from brokers.reconciliation.selectors import newest_run, standing_of
from brokers.registry import broker_named
from brokers.views import order_figures, phrases, timeline, verdicts
from brokers.views.blotter import shows_status
from brokers.views.next_step import next_step
from risk.facts import Phase
from risk.models import Decision
from risk.selectors import decisions_on
from tradedesk.accounts.http import DeskRequest
from tradedesk.audit.models import AuditEntry
from tradedesk.audit.selectors import entries_for
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.gathering import gathered


@require_GET
def order(request: DeskRequest, order_id: int) -> HttpResponse:
    """The order's figures, exits, fills and life; `?part=body` without the shell."""
    context = _context(request, order_id)
    part = request.GET.get("part") == "body"
    template = "brokers/order.html#body" if part else "brokers/order.html"
    return render(request, template, context)


def _context(request: DeskRequest, order_id: int) -> dict[str, Any]:
    order, legs = _with_legs(request, order_id)
    fills = selectors.fills_of(order)
    entries = list(entries_for("order", order.pk))
    commands, references, decisions, run = _beside(order)
    events = timeline.events_of(
        order, entries, decisions=decisions, viewer=request.user
    )
    standing = standing_of(order, run, fills=fills, references=references)
    events += timeline.reconciled(standing, order)
    in_flight = [command for command in commands if command.is_in_flight]
    return {
        "order": order,
        "heading": f"Order {order.pk}",
        "shows_status": shows_status(order, in_flight),
        "account": order.account,
        "title": phrases.title(order),
        "broker": broker_named(order.account.connection.slug).label,
        "next": next_step(order, legs, in_flight),
        "in_flight": in_flight,
        "chips": phrases.command_chips(in_flight),
        "figures": order_figures.figures_of(order, fills, commands),
        "exits": order_figures.exits_of(order, legs),
        "fills": fills,
        "commands": commands,
        "earlier_ids": _earlier_ids(order, commands, references),
        "events": events,
        "record": _record(entries),
        "can_cancel": _can_cancel(order, in_flight),
        "can_amend": _can_amend(order, in_flight),
        "now": SYSTEM_CLOCK.now(),
        **_checks(decisions),
    }


def _with_legs(request: DeskRequest, order_id: int) -> tuple[Order, list[Order]]:
    mine = Order.objects.for_user(request.user)
    found = mine.filter(Q(pk=order_id) | Q(parent=order_id))
    rows = list(found.select_related("account__connection", "parent").order_by("pk"))
    order = next((row for row in rows if row.pk == order_id), None)
    if order is None:
        raise Http404
    return order, [row for row in rows if row.pk != order_id]


def _beside(
    order: Order,
) -> tuple[
    list[Command],
    list[BrokerReference],
    list[Decision],
    ReconciliationRun | None,
]:
    """What an order has few of, oldest first, and its account's newest run, in one
    query.
    """
    found = gathered(
        Order.objects.filter(pk=order.pk),
        {
            "all_commands": Command.objects.filter(order=order).order_by("pk"),
            "all_references": BrokerReference.objects.filter(order=order).order_by(
                "pk"
            ),
            "decisions": decisions_on(order.pk),
            "run": newest_run(order.account_id),
        },
    )
    run = next(iter(found["run"]), None)
    return found["all_commands"], found["all_references"], found["decisions"], run


def _checks(decisions: Sequence[Decision]) -> dict[str, Any]:
    """What the rules said when it was confirmed, else the last time they were asked."""
    confirmed = [d for d in decisions if d.phase == Phase.CONFIRM.value]
    shown = (confirmed or list(decisions))[-1:]
    if not shown:
        return {"decision": None}
    return {"decision": shown[0], **verdicts.context_of(shown[0].assessment)}


def _earlier_ids(
    order: Order, commands: Sequence[Command], references: Sequence[BrokerReference]
) -> list[str]:
    """The ids of the versions that a change replaced, oldest first."""
    if not any(command.kind == CommandKind.AMEND.value for command in commands):
        return []
    known = [one.broker_order_id for one in references]
    return [one for one in known if one != order.broker_order_id]


def _record(entries: Sequence[AuditEntry]) -> dict[str, Any] | None:
    if not entries:
        return None
    last = entries[-1]
    return {
        "count": len(entries),
        "first": entries[0].sequence,
        "last": last.sequence,
        "digest": last.digest[:12],
    }


def _can_cancel(order: Order, in_flight: Sequence[Command]) -> bool:
    asked = any(command.kind == "cancel" for command in in_flight)
    endable = order.state.is_open or order.state is OrderStatus.DRAFT
    return endable and not asked


def _can_amend(order: Order, in_flight: Sequence[Command]) -> bool:
    """Brokers replace whole-share orders that work and that nothing is asked of."""
    whole = order.quantity is not None and order.quantity % 1 == 0
    replaces = broker_named(order.account.connection.slug).capabilities.replace
    at_broker = order.state.is_open and bool(order.broker_order_id)
    return at_broker and replaces and whole and not in_flight
