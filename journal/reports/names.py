"""The words behind the ids of columns: tags, playbooks, accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from journal.book import labels
from journal.book.labels import ACCOUNT, PLAYBOOK, Named
from tradedesk.accounts.models import User


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
    return names_among(labels.names_of(user))


def names_among(named: Iterable[Named]) -> Names:
    """Of what `journal.book.labels` found, in order of names."""
    tags: dict[int, str] = {}
    families: dict[int, str] = {}
    kinds: dict[str, dict[int, str]] = {PLAYBOOK: {}, ACCOUNT: {}}
    for one in named:
        kinds.get(one.kind, tags)[one.pk] = one.name
        if one.kind not in kinds:
            families[one.pk] = one.kind
    return Names(
        tags=tags,
        families=families,
        playbooks=kinds[PLAYBOOK],
        accounts=kinds[ACCOUNT],
    )
