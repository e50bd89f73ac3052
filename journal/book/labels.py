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
from django.db.models.functions import Cast

from brokers.models import Account
from journal.book.reviewing import offered_names
from journal.models import Mistake, Playbook, Tag, TagFamily, TradeTag
from tradedesk.accounts.models import User
from tradedesk.reads import Read


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


PLAYBOOK, ACCOUNT = "playbook", "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One of a person's tags (`kind` is its family), playbooks or accounts."""

    pk: int
    name: str
    kind: str


_COLUMNS = ("of", "row_id", "named", "kind", "cost", "guessed", "said")


def labels_of(trade_ids: Iterable[int]) -> Mapping[int, Labels]:
    """By trade, each in order of names."""
    ids = list(trade_ids)
    return _sorted_out(ids, _said_of(_filled_up(ids)))[0]


def labels_and_names(
    trade_ids: Iterable[int], user: User
) -> tuple[Mapping[int, Labels], Sequence[Named]]:
    """What is said of these trades, and all that a person's rows may be named by."""
    ids = list(trade_ids)
    return _sorted_out(ids, _said_and_named(_filled_up(ids), user.pk))


def names_of(user: User) -> Sequence[Named]:
    return _sorted_out([], _names(user.pk))[1]


def names_of_tags(named: Iterable[Named]) -> Mapping[str, Sequence[str]]:
    """Names that a trade may be tagged with, by family: one's own first."""
    mine: dict[str, list[str]] = {family: [] for family in TagFamily.values}
    for one in named:
        if one.kind in mine:
            mine[one.kind].append(one.name)
    return offered_names(mine)


def _sorted_out(
    ids: Sequence[int], rows: Iterable[Any]
) -> tuple[dict[int, Labels], list[Named]]:
    labels: dict[int, Labels] = {pk: Labels() for pk in ids}
    named: list[Named] = []
    for row in sorted(rows, key=lambda one: (one[2], one[1])):
        of, number, name, kind, *_ = row
        if of is None:
            named.append(Named(pk=number, name=name, kind=kind))
        else:
            _put(labels[of], row)
    return labels, named


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


_TEXT = CharField()
_NO_COST = {
    "cost": Value(None, output_field=DecimalField(max_digits=40, decimal_places=8)),
    "guessed": Value(False, output_field=BooleanField()),
    "said": Cast(Value(""), _TEXT),
}


def _all_names(owner: Any) -> list[QuerySet[Any, Any]]:
    return [
        _named(Tag.objects.for_user(owner), F("family")),
        _named(Playbook.objects.for_user(owner), Value(PLAYBOOK)),
        _named(Account.objects.for_user(owner), Value(ACCOUNT)),
    ]


def _named(rows: QuerySet[Any], kind: F | Value) -> QuerySet[Any, Any]:
    named = rows.annotate(
        of=Value(None, output_field=BigIntegerField()),
        row_id=F("pk"),
        named=Cast("name", _TEXT),
        kind=Cast(kind, _TEXT),
        **_NO_COST,
    )
    found: QuerySet[Any, Any] = named.values_list(*_COLUMNS)
    return found


def _tags(trade_ids: Sequence[int]) -> QuerySet[TradeTag, Any]:
    found = TradeTag.objects.filter(trade__in=trade_ids).exclude(
        tag__family=TagFamily.MISTAKE
    )
    return found.annotate(
        of=F("trade_id"),
        row_id=F("tag_id"),
        named=Cast("tag__name", _TEXT),
        kind=Cast("tag__family", _TEXT),
        **_NO_COST,
    ).values_list(*_COLUMNS)


def _mistakes(trade_ids: Sequence[int]) -> QuerySet[Mistake, Any]:
    return (
        Mistake.objects.filter(trade__in=trade_ids)
        .annotate(
            of=F("trade_id"),
            row_id=F("pk"),
            named=Cast("tag__name", _TEXT),
            kind=Cast(Value(TagFamily.MISTAKE.value), _TEXT),
            cost=F("cost_r"),
            guessed=F("estimated"),
            said=Cast("note", _TEXT),
        )
        .values_list(*_COLUMNS)
    )


# A question is compiled for a number of ids, so they are filled up to one of a few.
_AT_ONCE = 50
_NOBODY = 0


def _filled_up(ids: Sequence[int]) -> tuple[int, ...]:
    missing = -len(ids) % _AT_ONCE or (0 if ids else _AT_ONCE)
    return (*ids, *[_NOBODY] * missing)


_said_of = Read(lambda ids: _tags(ids).union(_mistakes(ids), all=True))
_said_and_named = Read(
    lambda ids, owner: _tags(ids).union(_mistakes(ids), *_all_names(owner), all=True)
)
_names = Read(lambda owner: _union(_all_names(owner)))


def _union(rows: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    first, *others = rows
    return first.union(*others, all=True)
