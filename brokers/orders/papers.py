"""What an order carries beside its terms: a plan, a playbook, answers to warnings.

They are rows of rooms that brokers do not know. The desk hands them to the draft, which
has them written in its own transaction and keeps their digest: a confirmation signs
that with the order (`digests.spec_digest`), so other papers make a grant void.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from brokers.models import Order
from tradedesk.core.canonical import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """One kind of them: `content` is what is signed and audited, `write` stores it.

    `write` gets the saved draft, under its account's lock; called again for each later
    version of the draft, it replaces what was there.
    """

    name: str
    content: Mapping[str, object]
    write: Callable[[Order], None]


def papers_digest(papers: Sequence[Papers]) -> str:
    """SHA-256 over all of them in any order; "" for an order that carries none."""
    return digest(contents(papers)) if papers else ""


def contents(papers: Sequence[Papers]) -> dict[str, Mapping[str, object]]:
    return {one.name: one.content for one in papers}
