"""What a person says of a trade: tags, mistakes, ratings, whether the plan was followed.

Each is one transaction with its audit entry, under the trade's row lock; saying the same
again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from journal.models import Mistake, Tag, TagFamily, Trade, TradeTag
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.canonical import decimal_text
from tradedesk.core.errors import InvalidInputError


MOST_TAGS = 500
# What a new trader finds; each becomes a tag of one's own when it is first used.
SETUPS = ("Breakout", "Pullback", "Reversal", "Trend continuation", "Range")
MISTAKES = (
    "Chased the entry",
    "Entered without a plan",
    "Too large",
    "No stop",
    "Moved the stop away",
    "Exited too early",
    "Held past the exit",
    "Averaged down",
    "Revenge trade",
    "Ignored the market type",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The whole of what can be said in one go; None is nothing said."""

    followed_plan: bool | None
    emotion: int | None
    confidence: int | None
    reviewed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Blunder:
    """A mistake as a person tells it: with `planned_r` its cost can be worked out, else
    `cost_r` is the trader's estimate; without either nobody knows.
    """

    name: str
    planned_r: Decimal | None = None
    cost_r: Decimal | None = None
    note: str = ""


def review(trade: Trade, said: Review, *, actor: Actor, now: datetime) -> None:
    """Ratings, followed or not, and the mark of a trade that has been looked over."""
    wanted = {
        "followed_plan": said.followed_plan,
        "emotion": said.emotion,
        "confidence": said.confidence,
    }
    with transaction.atomic():
        row = _locked(trade)
        changed: dict[str, object] = {
            name: value for name, value in wanted.items() if getattr(row, name) != value
        }
        if said.reviewed != (row.reviewed_at is not None):
            changed["reviewed_at"] = now if said.reviewed else None
        if not changed:
            return
        Trade.objects.filter(pk=row.pk).update(**changed)
        _tell(row, changed, actor=actor, now=now)


def tag_named(trade: Trade, family: TagFamily, name: str) -> Tag:
    """One's tag of this name, made if it is new.

    Raises:
        InvalidInputError: there are too many already, or it has no name.
    """
    wanted = " ".join(name.split())
    if not wanted:
        raise InvalidInputError("Give it a name.", field="name")
    mine = Tag.objects.filter(owner=trade.owner_id)
    found = mine.filter(family=family.value, name__iexact=wanted).first()
    if found is not None:
        return found
    if mine.count() >= MOST_TAGS:
        raise InvalidInputError(
            f"You have {MOST_TAGS} tags. Use one of them.", field="name"
        )
    return Tag.objects.create(owner_id=trade.owner_id, family=family.value, name=wanted)


def add_tag(
    trade: Trade, family: TagFamily, name: str, *, actor: Actor, now: datetime
) -> Tag:
    with transaction.atomic():
        row = _locked(trade)
        tag = tag_named(row, family, name)
        _, is_new = TradeTag.objects.get_or_create(
            owner_id=row.owner_id, trade=row, tag=tag
        )
        if is_new:
            _tell(row, {"tag": tag.name, "family": tag.family}, actor=actor, now=now)
    return tag


def remove_tag(trade: Trade, tag_id: int, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        row = _locked(trade)
        found = TradeTag.objects.filter(trade=row, tag=tag_id).select_related("tag")
        for one in found:
            one.delete()
            _tell(row, {"untagged": one.tag.name}, actor=actor, now=now)


def add_mistake(
    trade: Trade, blunder: Blunder, *, actor: Actor, now: datetime
) -> Mistake:
    """Note a mistake; the same one again takes the place of what was said of it.

    Its cost is `actual R - R that the plan would have made`: negative where it cost.
    """
    with transaction.atomic():
        row = _locked(trade)
        tag = tag_named(row, TagFamily.MISTAKE, blunder.name)
        cost, estimated = _cost(row, blunder)
        mistake, _ = Mistake.objects.update_or_create(
            owner_id=row.owner_id,
            trade=row,
            tag=tag,
            defaults={"cost_r": cost, "estimated": estimated, "note": blunder.note},
            create_defaults={
                "cost_r": cost,
                "estimated": estimated,
                "note": blunder.note,
                "created_at": now,
            },
        )
        said = {"mistake": tag.name, "cost_r": cost, "estimated": estimated}
        _tell(row, said, actor=actor, now=now)
    return mistake


def _cost(trade: Trade, blunder: Blunder) -> tuple[Decimal | None, bool]:
    if blunder.planned_r is None:
        return blunder.cost_r, blunder.cost_r is not None
    if trade.r_multiple is None:
        raise InvalidInputError(
            "This trade has no R yet, so a planned R says nothing of the cost. Give "
            "your estimate of the cost instead.",
            field="planned_r",
        )
    return trade.r_multiple - blunder.planned_r, False


def remove_mistake(
    trade: Trade, mistake_id: int, *, actor: Actor, now: datetime
) -> None:
    with transaction.atomic():
        row = _locked(trade)
        found = Mistake.objects.filter(trade=row, pk=mistake_id).select_related("tag")
        for one in found:
            one.delete()
            _tell(row, {"mistake_removed": one.tag.name}, actor=actor, now=now)


def offered_names(mine: Mapping[str, list[str]]) -> Mapping[str, Sequence[str]]:
    """Names to choose from, by family: one's own first, then those offered to all."""
    offered = {TagFamily.SETUP.value: SETUPS, TagFamily.MISTAKE.value: MISTAKES}
    found: dict[str, Sequence[str]] = {}
    for family, names in mine.items():
        known = {name.casefold() for name in names}
        more = [one for one in offered.get(family, ()) if one.casefold() not in known]
        found[family] = [*names, *more]
    return found


def _locked(trade: Trade) -> Trade:
    return Trade.objects.select_for_update(no_key=True, of=("self",)).get(pk=trade.pk)


def _tell(
    trade: Trade, said: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    payload = {
        name: decimal_text(value) if isinstance(value, Decimal) else value
        for name, value in said.items()
    }
    record(
        AuditAction.TRADE_REVIEWED,
        actor=actor,
        subject="trade",
        subject_id=trade.pk,
        payload={"key": trade.key, **payload},
        now=now,
    )
