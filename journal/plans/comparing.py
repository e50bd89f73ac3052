"""The words that differ between two texts, and the fields between two versions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from journal.plans.sections import SECTIONS, Sections


_WORDS = re.compile(r"\s+|[^\s]+")
# Beyond this many words a text is compared line by line: the matcher is quadratic.
_MANY_WORDS = 2000


class Fate(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    fate: Fate
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that says something else; `pieces` read from before to after."""

    title: str
    label: str
    pieces: Sequence[Piece]


def pieces(before: str, after: str) -> Sequence[Piece]:
    """Both texts woven into one: what stayed, what went and what came, in order."""
    old, new = _parts(before), _parts(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    found: list[Piece] = []
    for kind, i, j, k, n in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece(fate=Fate.SAME, text="".join(old[i:j])))
            continue
        if j > i:
            found.append(Piece(fate=Fate.REMOVED, text="".join(old[i:j])))
        if n > k:
            found.append(Piece(fate=Fate.ADDED, text="".join(new[k:n])))
    return found


def _parts(text: str) -> list[str]:
    words = _WORDS.findall(text)
    return words if len(words) <= _MANY_WORDS else text.splitlines(keepends=True)


def compare(
    before: Mapping[str, str], after: Mapping[str, str], labels: Mapping[str, str]
) -> Sequence[Difference]:
    """The labelled texts that differ, in the order of `labels`."""
    return [
        Difference(
            title="",
            label=label,
            pieces=pieces(before.get(key, ""), after.get(key, "")),
        )
        for key, label in labels.items()
        if before.get(key, "") != after.get(key, "")
    ]


def compare_plans(before: Sections, after: Sections) -> Sequence[Difference]:
    """Every field of every section that differs between two versions of a plan."""
    return [
        Difference(title=section.title, label=one.label, pieces=one.pieces)
        for section in SECTIONS
        for one in compare(
            before.get(section.key, {}),
            after.get(section.key, {}),
            {field.key: field.label for field in section.fields},
        )
    ]
