"""Worst cases: what sets them off, what is done at once, and when that is rehearsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from journal.models import Drill, WorstCaseCard
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError


Category = WorstCaseCard.Category
MOST_CARDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """How a card of a category could begin; shown as hints, never stored."""

    category: str
    label: str
    trigger: str
    action: str


_HINTS = {
    Category.PRICE: (
        "A holding opens far beyond its stop",
        "Look at the loss in R, flatten by hand if the stop did not fill, place nothing new today",
    ),
    Category.HALT: (
        "A holding is halted and cannot be sold",
        "Note the size, hedge with what still trades if the plan allows it, wait for the reopening auction",
    ),
    Category.BROKER: (
        "The broker does not answer or refuses orders",
        "Engage the kill switch, call the trading desk, close by telephone",
    ),
    Category.DESK: (
        "This desk does not start or does not answer",
        "Sign in at the broker's own page, see that every holding has its stop, close there",
    ),
    Category.DATA: (
        "Prices are wrong, frozen or far from another source",
        "Stop new orders, compare with a second source, size nothing from the bad one",
    ),
    Category.POWER: (
        "No power or no line",
        "Go on by telephone or a mobile line, with the broker's number at hand on paper",
    ),
    Category.SECURITY: (
        "Somebody else may be in your account",
        "Engage the kill switch, call the broker to lock it, change keys and password from another machine",
    ),
    Category.PERSON: (
        "You cannot trade: ill, or needed elsewhere",
        "Who closes what, and where the sealed instructions lie",
    ),
    Category.LAW: (
        "A rule or a tax changes what a system earns",
        "Stop that system, ask your adviser, decide before the next quarter",
    ),
    Category.TYPING: (
        "A wrong symbol, side or size was sent",
        "Cancel what still works, close what filled, then write down how it came about",
    ),
    Category.DECAY: (
        "A system loses more than its plan allows",
        "Stop it, hold its last trades against its playbook, go back to practice with it",
    ),
}


def suggestions(cards: Sequence[WorstCaseCard]) -> Sequence[Suggestion]:
    """The categories that no card covers yet."""
    covered = {card.category for card in cards}
    return [suggested(one) for one in _HINTS if one.value not in covered]


def suggested(category: str) -> Suggestion:
    trigger, action = _HINTS.get(Category(category), ("What happens", "What you do"))
    label = str(Category(category).label)
    return Suggestion(category=category, label=label, trigger=trigger, action=action)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTerms:
    """What a trader writes on a card; `next_drill_on` is the day of the rehearsal."""

    category: str
    trigger: str
    action: str
    next_drill_on: date
    phone: str = ""
    responsible: str = ""
    drill_days: int = 90


def cards_of(user: User) -> Sequence[WorstCaseCard]:
    """The cards in use, the next drill first."""
    mine = WorstCaseCard.objects.for_user(user).filter(archived_at=None)
    return list(mine.order_by("next_drill_on", "pk")[:MOST_CARDS])


@transaction.atomic(durable=True)
def write_card(
    user: User, terms: CardTerms, *, actor: Actor, now: datetime
) -> WorstCaseCard:
    """Raises InvalidInputError: there are too many cards to be rehearsed."""
    if len(cards_of(user)) >= MOST_CARDS:
        raise InvalidInputError(f"{MOST_CARDS} cards are the most.")
    card = WorstCaseCard(owner=user, created_at=now)
    return _write(card, terms, verb="written", actor=actor, now=now)


@transaction.atomic(durable=True)
def edit_card(
    card: WorstCaseCard, terms: CardTerms, *, actor: Actor, now: datetime
) -> WorstCaseCard:
    return _write(card, terms, verb="edited", actor=actor, now=now)


def _write(
    card: WorstCaseCard, terms: CardTerms, *, verb: str, actor: Actor, now: datetime
) -> WorstCaseCard:
    for name in CardTerms.__slots__:
        setattr(card, name, getattr(terms, name))
    card.save()
    _log(card, {"verb": verb, "trigger": card.trigger}, actor=actor, now=now)
    return card


@transaction.atomic(durable=True)
def archive_card(card: WorstCaseCard, *, actor: Actor, now: datetime) -> None:
    """Put away with its drills; it is due no more."""
    card.archived_at = now
    card.save(update_fields=["archived_at"])
    _log(card, {"verb": "archived", "trigger": card.trigger}, actor=actor, now=now)


@transaction.atomic(durable=True)
def record_drill(
    card: WorstCaseCard, *, on: date, note: str, actor: Actor, now: datetime
) -> Drill:
    """It was rehearsed; the next time is `drill_days` after that."""
    drill = Drill.objects.create(
        owner=card.owner,
        card=card,
        drilled_on=on,
        note=note.strip()[:500],
        recorded_at=now,
    )
    card.drilled_on = max(on, card.drilled_on or on)
    card.next_drill_on = card.drilled_on + timedelta(days=card.drill_days)
    card.save(update_fields=["drilled_on", "next_drill_on"])
    record(
        AuditAction.DRILL_RECORDED,
        actor=actor,
        subject="worstcasecard",
        subject_id=card.pk,
        payload={"on": on, "next": card.next_drill_on, "note": drill.note},
        now=now,
    )
    return drill


def _log(
    card: WorstCaseCard, payload: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    record(
        AuditAction.WORST_CASE_CHANGED,
        actor=actor,
        subject="worstcasecard",
        subject_id=card.pk,
        payload=payload,
        now=now,
    )
