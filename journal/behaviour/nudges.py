"""Warnings as rows: shown, answered, and what the ticket came to after all.

A ticket is known by its own key before it is an order, so that those who thought better
of it are counted too; so is each change of an order that works.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from brokers.domain.orders import OrderStatus
from brokers.models import Account, Order
from brokers.orders.papers import Papers
from journal.models import Level, Nudge, NudgeAnswer
from risk.facts import Acknowledgement, DenialCode, Outcome, Verdict
from risk.facts.plain import plain_verdict
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import system


# A ticket that was not sent by then will not be.
ABANDONED_AFTER = timedelta(minutes=30)
LONGEST_REASON = 200
_JOURNAL = system("journal")
_CHECKS = frozenset({"own_behaviour", "cooling_off", "averaging_down", "stop_widening"})
_LEVELS = {
    Acknowledgement.NONE: Level.TOLD,
    Acknowledgement.CONFIRM: Level.CONFIRMED,
    Acknowledgement.REASON: Level.REASONED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A ticket as its page showed it: `risk_money` is 1R, None without a stop. `order` is
    what it changes, None for a new one.
    """

    account: Account
    intent: UUID
    symbol: str
    risk_money: Decimal | None
    now: datetime
    order: Order | None = None


def is_nudge(verdict: Verdict) -> bool:
    """A verdict that speaks of the trader's own behaviour, and does speak."""
    return verdict.check in _CHECKS and verdict.outcome is not Outcome.PASS


def level_of(verdict: Verdict) -> Level:
    if verdict.outcome is Outcome.WARN:
        return _LEVELS[verdict.acknowledgement]
    locked = verdict.code is DenialCode.BEHAVIOUR_LOCKED
    return Level.LOCKED if locked else Level.COOLING


def note_shown(shown: Shown, verdict: Verdict) -> Nudge:
    """From the first time on, as it was shown last; its level never falls."""
    level = level_of(verdict)
    plain = plain_verdict(verdict)
    told = {
        "words": verdict.message[:600],
        "figures": {"value": plain["value"], "limit": plain["limit"]},
        "risk_money": shown.risk_money,
    }
    row, is_new = Nudge.objects.get_or_create(
        owner=shown.account.owner,
        intent=shown.intent,
        signal=verdict.code.value,
        defaults={
            "account": shown.account,
            "order": shown.order,
            "level": level,
            "symbol": shown.symbol,
            "shown_at": shown.now,
            **told,
        },
    )
    if not is_new and not row.answer:
        rows = Nudge.objects.filter(pk=row.pk, answer="")
        rows.update(**told, level=max(row.level, level))
        row.refresh_from_db()
    return row


def papers(verdict: Verdict, *, reason: str, intent: UUID, now: datetime) -> Papers:
    """The answer to a warning as papers of the draft: signed and stored with it."""
    said = reason.strip()[:LONGEST_REASON]

    def write(order: Order) -> None:
        Nudge.objects.filter(
            owner=order.owner, intent=intent, signal=verdict.code.value
        ).update(order=order, acknowledged_at=now, reason=said)

    content = {
        "signal": verdict.code.value,
        "level": int(level_of(verdict)),
        "reason": said,
    }
    return Papers(name="warning", content=content, write=write)


def papers_of_change(
    verdicts: Iterable[Verdict], *, intent: UUID, reason: str, now: datetime
) -> Sequence[Papers]:
    """What the warnings of a change came to, written with the change itself."""
    rows = list(Nudge.objects.filter(intent=intent, answer=""))
    if not rows:
        return ()
    speaking = {one.code.value: one for one in verdicts if is_nudge(one)}
    answers = {row.signal: _of_change(row, speaking) for row in rows}
    asked = [code for code, one in speaking.items() if one.acknowledgeable]
    said = reason.strip()[:LONGEST_REASON]

    def write(order: Order) -> None:
        mine = Nudge.objects.filter(owner=order.owner, order=order, intent=intent)
        mine.filter(signal__in=asked).update(acknowledged_at=now, reason=said)
        for signal, answer in answers.items():
            open_one = mine.filter(signal=signal, answer="")
            open_one.update(answer=answer, answered_at=now)

    content = {"answers": answers, "reason": said}
    return (Papers(name="warnings", content=content, write=write),)


def _of_change(row: Nudge, speaking: Container[str]) -> NudgeAnswer:
    if row.level >= Level.COOLING:
        return NudgeAnswer.WAITED
    is_the_same = row.signal in speaking
    return NudgeAnswer.PROCEEDED if is_the_same else NudgeAnswer.EDITED


def note_answer(order: Order, verdict: Verdict, *, reason: str, now: datetime) -> None:
    """An answer that was given after the draft, on its review."""
    said = reason.strip()[:LONGEST_REASON]
    Nudge.objects.filter(
        owner=order.owner, intent=order.intent, signal=verdict.code.value
    ).update(order=order, acknowledged_at=now, reason=said)


def reason_given(order: Order, code: DenialCode) -> str:
    """What was typed for this warning of this order, "" where nothing was."""
    found = Nudge.objects.filter(order=order, signal=code.value)
    return found.values_list("reason", flat=True).first() or ""


def last_reason(order: Order) -> str:
    """What was typed for the newest warning of this order, "" where nothing was."""
    typed = Nudge.objects.filter(order=order).exclude(reason="").order_by("-shown_at")
    return typed.values_list("reason", flat=True).first() or ""


def settle(now: datetime, *, intent: UUID | None = None) -> int:
    """Say of each open warning what its ticket came to; how many were settled."""
    rows = Nudge.objects.filter(answer="")
    if intent is not None:
        rows = rows.filter(intent=intent)
    waiting = list(rows.order_by("shown_at")[:500])
    orders = {
        order.intent: order
        for order in Order.objects.filter(intent__in={row.intent for row in waiting})
    }
    settled = [_settle(row, orders.get(row.intent), now) for row in waiting]
    return sum(settled)


def _settle(row: Nudge, order: Order | None, now: datetime) -> bool:
    answer = _answer(row, order, now)
    if answer is None:
        return False
    order_id = order.pk if order else row.order_id
    with transaction.atomic():
        changed = Nudge.objects.filter(pk=row.pk, answer="").update(
            answer=answer, answered_at=now, order=order_id
        )
        if changed:
            record(
                AuditAction.NUDGE_ANSWERED,
                actor=_JOURNAL,
                subject="order" if order_id else "account",
                subject_id=order_id or row.account_id,
                payload={
                    "signal": row.signal,
                    "level": row.level,
                    "answer": answer,
                    "reason": row.reason,
                },
                now=now,
            )
    return bool(changed)


def _answer(row: Nudge, order: Order | None, now: datetime) -> NudgeAnswer | None:
    """None while the ticket may still be sent."""
    if order is not None and order.submitted_at is not None:
        if row.level >= Level.COOLING:
            return NudgeAnswer.WAITED
        return NudgeAnswer.EDITED if _is_edited(row, order) else NudgeAnswer.PROCEEDED
    ended = order is not None and order.state is not OrderStatus.DRAFT
    if ended or now - row.shown_at >= ABANDONED_AFTER:
        return NudgeAnswer.ABANDONED
    return None


def _is_edited(row: Nudge, order: Order) -> bool:
    """Sent without being asked any more; of what only tells, with less at risk."""
    if row.level > Level.TOLD:
        return row.signal not in order.acknowledged
    if row.risk_money is None:
        return order.risk_money is not None
    return order.risk_money is not None and order.risk_money < row.risk_money
