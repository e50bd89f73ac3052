"""An order's life, from the audit log and the decisions: what happened, who, when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from brokers.domain.orders import CommandKind
from brokers.models import Order
from brokers.reconciliation.selectors import OrderStanding
from brokers.views import phrases, verdicts
from risk.facts import Outcome, Phase
from risk.models import Decision
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.models import AuditEntry
from tradedesk.core.actor import ActorKind
from tradedesk.web import formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line; without `at` it has not happened yet and `when` says until when."""

    title: str
    icon: str
    at: datetime | None = None
    css: str = "is-done"
    who: str = ""
    detail: str = ""
    code: str = ""
    when: str = ""


Payload = Mapping[str, Any]


def events_of(
    order: Order,
    entries: Iterable[AuditEntry],
    *,
    decisions: Iterable[Decision],
    viewer: User,
) -> list[Event]:
    """Everything that was written down of this order, oldest first, and what it
    waits for.
    """
    # A decision has the instant of its entry: it comes after a draft, else before.
    happened = [(entry.recorded_at, 1, _event(entry, viewer)) for entry in entries]
    happened += [
        (one.decided_at, 2 if one.phase == Phase.DRAFT.value else 0, _decided(one))
        for one in decisions
    ]
    ordered = [event for *_, event in sorted(happened, key=itemgetter(0, 1))]
    if order.state.is_open:
        ordered.append(_waiting(order))
    return ordered


def _event(entry: AuditEntry, viewer: User) -> Event:
    payload = entry.payload.data
    say = _SAY.get(entry.action, _plainly)
    if payload is None:
        event = Event(title=entry.action, icon="lock", detail="Details were erased.")
    else:
        event = say(payload, entry.action)
    return Event(
        at=entry.recorded_at,
        who=_who(entry, viewer),
        title=event.title,
        icon=event.icon,
        css=event.css,
        detail=event.detail,
        code=event.code,
    )


def _who(entry: AuditEntry, viewer: User) -> str:
    if entry.actor_kind == ActorKind.PERSON.value:
        return "you" if entry.actor_user_id == viewer.pk else entry.actor_name
    return entry.actor_name


def _decided(decision: Decision) -> Event:
    assessment = decision.assessment
    css, icon = {
        Outcome.PASS: ("is-done", "check"),
        Outcome.WARN: ("is-warn", "warning"),
        Outcome.BLOCK: ("is-block", "block"),
    }[assessment.outcome]
    told = [*assessment.blocks, *assessment.warnings]
    return Event(
        at=decision.decided_at,
        title=f"Checks: {verdicts.summary(assessment)}",
        icon=icon,
        css=css,
        who=f"at {decision.phase}",
        detail=" ".join(verdict.message for verdict in told[:3]),
    )


def reconciled(standing: OrderStanding | None, order: Order) -> list[Event]:
    """The end of a settled order's life: whether book and broker tell it alike."""
    if standing is None:
        return [] if order.state.is_open or not order.broker_order_id else [_PENDING]
    run = f"Run {standing.run.pk} of {standing.run.trading_day}."
    if standing.broken is None:
        title, icon, css = "In the book and at the broker alike", "balance", "is-done"
    else:
        title, icon, css = "Book and broker differ", "warning", "is-warn"
        run = f"{run} Break {standing.broken.pk} stands."
    return [Event(at=standing.at, title=title, icon=icon, css=css, detail=run)]


_PENDING = Event(
    title="Reconciliation",
    icon="balance",
    css="",
    when="tonight",
    detail="No run has looked at it as it is now.",
)


def _waiting(order: Order) -> Event:
    return Event(
        title="Fill", icon="clock", css="", detail=f"{phrases.waits_for(order)}."
    )


def _plainly(_payload: Payload, action: str) -> Event:
    words = action.replace(".", " ").replace("_", " ").capitalize()
    return Event(title=words, icon="info")


def _drafted(payload: Payload, _action: str) -> Event:
    version = payload.get("version", 1)
    title = "Draft written" if version == 1 else f"Draft changed, version {version}"
    answered = len(payload.get("acknowledged", ()))
    detail = f"{answered} warning{'s'[: answered != 1]} answered." if answered else ""
    return Event(title=title, icon="pencil", detail=detail)


def _confirmed(payload: Payload, _action: str) -> Event:
    return Event(
        title="Confirmed",
        icon="key",
        detail="Written to the outbox before anything is sent. Bound to order digest",
        code=_short(payload.get("digest", "")),
    )


def _asked(payload: Payload, _action: str) -> Event:
    change = payload.get("change") or {}
    if payload.get("what") == CommandKind.CANCEL.value:
        return Event(title="Cancel asked for", icon="cross", detail=_why(change))
    said = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in sorted(change.items())
    )
    return Event(title="Change asked for", icon="pencil", detail=f"To {said}.")


def _why(change: Payload) -> str:
    """Why an order is taken back, where somebody said so."""
    if change.get("gives_way_to"):
        return "It makes room for a close or a new exit; a stop comes back if need be."
    return str(change.get("reason", ""))


_COMMANDS = {"submit": "the order", "cancel": "the cancel", "amend": "the change"}


def _about(payload: Payload) -> str:
    return _COMMANDS.get(str(payload.get("what", "")), "the command")


def _sent(payload: Payload, _action: str) -> Event:
    times = int(payload.get("send", 1))
    again = f"Send number {times}, under the same id." if times > 1 else ""
    return Event(title=f"Sent {_about(payload)}", icon="send", detail=again)


def _settled(payload: Payload, action: str) -> Event:
    looked_up = action == AuditAction.COMMAND_RESOLVED
    title = "Settled by look-up" if looked_up else f"Broker took {_about(payload)}"
    return Event(title=title, icon="check", detail=str(payload.get("outcome", "")))


def _refused(payload: Payload, _action: str) -> Event:
    about = _about(payload)
    title = f"{about[:1].upper()}{about[1:]} was not carried out"
    detail = str(payload.get("outcome", ""))
    return Event(title=title, icon="block", css="is-block", detail=detail)


def _unresolved(payload: Payload, _action: str) -> Event:
    return Event(
        title="No answer yet",
        icon="question",
        css="is-warn",
        detail=f"Not rejected: being looked up. {payload.get('outcome', '')}",
    )


def _denied(payload: Payload, _action: str) -> Event:
    detail = str(payload.get("reason", ""))
    return Event(
        title="Denied by the desk", icon="block", css="is-block", detail=detail
    )


_TOLD_BY = {
    "answer": "Told in the broker's answer.",
    "stream": "Told by the stream.",
    "poll": "Found by reading the account.",
    "lookup": "Found by looking it up.",
}
_REPORTS = {
    "submitted": ("At the broker", "send", "is-done"),
    "working": ("Working", "clock", "is-done"),
    "partially_filled": ("Partially filled", "check", "is-done"),
    "filled": ("Filled", "check", "is-done"),
    "cancelled": ("Cancelled", "cross", "is-done"),
    "expired": ("Expired", "clock", "is-done"),
    "rejected": ("Rejected by the broker", "block", "is-block"),
}


def _reported(payload: Payload, _action: str) -> Event:
    status = str(payload.get("to", ""))
    if not status:
        return Event(title="Reported by the broker", icon="check")
    title, icon, css = _REPORTS.get(status, (status.capitalize(), "info", "is-done"))
    return Event(title=title, icon=icon, css=css, detail=_report_detail(payload))


def _report_detail(payload: Payload) -> str:
    filled, average = _decimal(payload.get("filled")), _decimal(payload.get("average"))
    parts = []
    if filled:
        price = f" at {formatting.price(average)} on average" if average else ""
        parts.append(f"{formatting.quantity(filled)} filled{price}.")
    if payload.get("reason"):
        parts.append(f"{payload['reason']}")
    if payload.get("told_by"):
        parts.append(_TOLD_BY.get(payload["told_by"], ""))
    return " ".join(parts)


def _filled(payload: Payload, _action: str) -> Event:
    quantity = formatting.quantity(_decimal(payload.get("quantity")))
    price = formatting.price(_decimal(payload.get("price")))
    return Event(
        title=f"Fill {quantity} at {price}",
        icon="check",
        detail=f"{_TOLD_BY.get(payload.get('told_by', ''), '')} Execution",
        code=str(payload.get("execution", "")),
    )


def _external(payload: Payload, _action: str) -> Event:
    return Event(
        title="Placed elsewhere",
        icon="external",
        detail="Found at the broker; the desk did not send it. Broker id",
        code=str(payload.get("broker_order_id", "")),
    )


def _decimal(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _short(digest: object) -> str:
    text = str(digest)[:12]
    return " ".join(text[start : start + 4] for start in (0, 4, 8))


_SAY: Mapping[str, Callable[[Payload, str], Event]] = {
    AuditAction.ORDER_DRAFTED: _drafted,
    AuditAction.ORDER_CONFIRMED: _confirmed,
    AuditAction.ORDER_CANCEL_REQUESTED: _asked,
    AuditAction.ORDER_AMEND_REQUESTED: _asked,
    AuditAction.ORDER_DENIED: _denied,
    AuditAction.ORDER_REPORTED: _reported,
    AuditAction.ORDER_EXTERNAL: _external,
    AuditAction.COMMAND_SENT: _sent,
    AuditAction.COMMAND_CONFIRMED: _settled,
    AuditAction.COMMAND_RESOLVED: _settled,
    AuditAction.COMMAND_REFUSED: _refused,
    AuditAction.COMMAND_UNRESOLVED: _unresolved,
    AuditAction.FILL_BOOKED: _filled,
}
