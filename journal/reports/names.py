"""The words behind the ids of columns: tags, playbooks, accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from brokers.models import Account
from journal.models import Playbook, Tag
from tradedesk.accounts.models import User


_PLAYBOOK, _ACCOUNT = " playbook", " account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    tags: Mapping[int, str]
    families: Mapping[int, str]
    playbooks: Mapping[int, str]
    accounts: Mapping[int, str]

    def tags_of(self, family: str) -> list[tuple[int, str]]:
        return [
            (i, name) for i, name in self.tags.items() if self.families[i] == family
        ]


def names_of(user: User) -> Names:
    """In one question, each kind in order of names."""
    rows = (
        _named(Tag.objects.for_user(user), F("family"))
        .union(
            _named(Playbook.objects.for_user(user), Value(_PLAYBOOK)),
            _named(Account.objects.for_user(user), Value(_ACCOUNT)),
            all=True,
        )
        .order_by("told", "pk")
    )
    kinds: dict[str, dict[int, str]] = {_PLAYBOOK: {}, _ACCOUNT: {}}
    tags: dict[int, str] = {}
    families: dict[int, str] = {}
    for number, name, kind in rows:
        if kind in kinds:
            kinds[kind][number] = name
        else:
            tags[number], families[number] = name, kind
    return Names(
        tags=tags,
        families=families,
        playbooks=kinds[_PLAYBOOK],
        accounts=kinds[_ACCOUNT],
    )


def _named(rows: QuerySet[Any], kind: F | Value) -> QuerySet[Any, Any]:
    text = CharField()
    told = rows.annotate(told=Cast("name", text), sort_of=Cast(kind, text))
    found: QuerySet[Any, Any] = told.values_list("pk", "told", "sort_of")
    return found
