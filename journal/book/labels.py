"""Tags and mistakes of trades, and the names to choose from, each in one question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DecimalField,
    F,
    QuerySet,
    Value,
)

from journal.book.reviewing import offered_names
from journal.models import Mistake, Tag, TagFamily, TradeTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A tag on a trade, or a mistake in it: then `pk` is the mistake's, else the tag's.

    `cost_r` is what a mistake changed, None where nobody knows.
    """

    pk: int
    name: str
    family: str
    cost_r: Decimal | None = None
    estimated: bool = False
    note: str = ""


@dataclass(slots=True, kw_only=True)
class Labels:
    """What is said of one trade."""

    tags: list[Label] = field(default_factory=list)
    mistakes: list[Label] = field(default_factory=list)


_COLUMNS = ("of", "number", "named", "kind", "cost", "guessed", "said")


def labels_of(trade_ids: Iterable[int]) -> Mapping[int, Labels]:
    """By trade, each in order of names."""
    ids = list(trade_ids)
    rows = _tags(ids).union(_mistakes(ids), all=True)
    found: dict[int, Labels] = {pk: Labels() for pk in ids}
    for row in sorted(rows, key=lambda one: one[2]):
        _put(found[row[0]], row)
    return found


def labels_and_names(
    trade_id: int, owner_id: int
) -> tuple[Labels, Mapping[str, Sequence[str]]]:
    """What is said of a trade, and by family the names that may be: one's own first."""
    names = Tag.objects.filter(owner=owner_id).annotate(
        of=Value(None, output_field=BigIntegerField()),
        number=F("pk"),
        named=F("name"),
        kind=F("family"),
        **_NO_COST,
    )
    rows = _tags([trade_id]).union(
        _mistakes([trade_id]), names.values_list(*_COLUMNS), all=True
    )
    labels = Labels()
    mine: dict[str, list[str]] = {family: [] for family in TagFamily.values}
    for row in sorted(rows, key=lambda one: one[2]):
        if row[0] is None:
            mine[row[3]].append(row[2])
        else:
            _put(labels, row)
    return labels, offered_names(mine)


def _put(labels: Labels, row: Any) -> None:
    _, number, name, kind, cost, guessed, said = row
    label = Label(
        pk=number,
        name=name,
        family=kind,
        cost_r=cost,
        estimated=bool(guessed),
        note=said,
    )
    is_mistake = kind == TagFamily.MISTAKE.value
    (labels.mistakes if is_mistake else labels.tags).append(label)


_NO_COST = {
    "cost": Value(None, output_field=DecimalField(max_digits=40, decimal_places=8)),
    "guessed": Value(False, output_field=BooleanField()),
    "said": Value("", output_field=CharField()),
}


def _tags(trade_ids: Sequence[int]) -> QuerySet[TradeTag, Any]:
    found = TradeTag.objects.filter(trade__in=trade_ids).exclude(
        tag__family=TagFamily.MISTAKE
    )
    return found.annotate(
        of=F("trade_id"),
        number=F("tag_id"),
        named=F("tag__name"),
        kind=F("tag__family"),
        **_NO_COST,
    ).values_list(*_COLUMNS)


def _mistakes(trade_ids: Sequence[int]) -> QuerySet[Mistake, Any]:
    return (
        Mistake.objects.filter(trade__in=trade_ids)
        .annotate(
            of=F("trade_id"),
            number=F("pk"),
            named=F("tag__name"),
            kind=Value(TagFamily.MISTAKE.value, output_field=CharField()),
            cost=F("cost_r"),
            guessed=F("estimated"),
            said=F("note"),
        )
        .values_list(*_COLUMNS)
    )
