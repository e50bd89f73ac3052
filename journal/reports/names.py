"""The words behind the ids of columns: tags, playbooks, accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brokers.models import Account
from journal.models import Playbook, Tag
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
    tags = Tag.objects.for_user(user).order_by("name")
    told = list(tags.values_list("id", "name", "family"))
    playbooks = Playbook.objects.for_user(user).order_by("name")
    accounts = Account.objects.for_user(user).order_by("name")
    return Names(
        tags={number: name for number, name, _ in told},
        families={number: family for number, _, family in told},
        playbooks=dict(playbooks.values_list("id", "name")),
        accounts=dict(accounts.values_list("id", "name")),
    )
