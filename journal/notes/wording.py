"""What a search asks for, read from what was typed. No database here.

    gap "opening range" -earnings $ACM #idea

Every part must hold: words by their stem, a phrase as it stands, `-` for what must not
be there, `$` for symbols that begin so, `#` for a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


MOST_PARTS = 12
LONGEST = 200
_PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_LABEL_UNSAFE = re.compile(r"[^\w./-]")
# From this length on a bare word may be the beginning of a symbol.
_SHORTEST_PREFIX = 2
_BARE_SYMBOL = re.compile(r"[A-Za-z0-9]+(?:[./-][A-Za-z0-9]+)*")


class Kind(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    SYMBOL = "symbol"
    TAG = "tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`text` is without its mark: "ACM" of "$ACM"."""

    kind: Kind
    text: str
    negated: bool = False

    @property
    def may_be_symbol(self) -> bool:
        """A bare word that may also be a symbol's beginning: "acm"."""
        long_enough = len(self.text) >= _SHORTEST_PREFIX
        return (
            self.kind is Kind.WORD
            and long_enough
            and _BARE_SYMBOL.fullmatch(self.text) is not None
        )


def parts(asked: str) -> list[Part]:
    """The first dozen parts of a search; what cannot be searched for is left out."""
    return list(_parts(asked[:LONGEST]))[:MOST_PARTS]


def _parts(asked: str) -> Iterator[Part]:
    for minus, phrase, word in _PART.findall(asked.replace("\x00", " ")):
        if phrase.strip():
            yield Part(kind=Kind.PHRASE, text=phrase.strip(), negated=bool(minus))
        elif word:
            kind, text = _kind(word)
            if text:
                yield Part(kind=kind, text=text, negated=bool(minus))


def _kind(word: str) -> tuple[Kind, str]:
    if word.startswith("$"):
        return Kind.SYMBOL, _LABEL_UNSAFE.sub("", word[1:]).upper()
    if word.startswith("#"):
        return Kind.TAG, _LABEL_UNSAFE.sub("", word[1:]).lower()
    return Kind.WORD, word if re.search(r"\w", word) else ""
