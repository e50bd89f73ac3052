"""Tags and symbols of a note: typed into fields or into the text as #tag and $ACME."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from journal.models.note import SYMBOL_LENGTH, TAG_LENGTH


MOST_LABELS = 40
# A tag begins after a blank, so that an address' fragment is none, and with a letter,
# so that "#1" is a number.
_TAG_IN_TEXT = re.compile(r"(?<![\w#&/$])#([^\W\d_][\w-]*)")
# "$60" is money.
_SYMBOL_IN_TEXT = re.compile(
    r"(?<![\w$#/])\$([A-Za-z][A-Za-z0-9]*(?:[./-][A-Za-z0-9]+)*)"
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_SEPARATORS = re.compile(r"[\s,;]+")
_TAG = re.compile(r"[^\W_][\w-]*")
_SYMBOL = re.compile(r"[A-Z0-9]+(?:[./-][A-Z0-9]+)*")


class UnusableLabelError(ValueError):
    """A tag or a symbol that cannot be one; the message says which."""


def tag(text: str) -> str:
    """As it is stored: lower case, composed. Raises UnusableLabelError."""
    found = unicodedata.normalize("NFC", text.strip().removeprefix("#")).lower()
    if len(found) > TAG_LENGTH or not _TAG.fullmatch(found):
        raise UnusableLabelError(
            f"“{text[:TAG_LENGTH]}” cannot be a tag: letters, digits and dashes, "
            f"at most {TAG_LENGTH}."
        )
    return found


def symbol(text: str) -> str:
    """As it is stored: upper case. Raises UnusableLabelError."""
    found = text.strip().removeprefix("$").upper()
    if len(found) > SYMBOL_LENGTH or not _SYMBOL.fullmatch(found):
        raise UnusableLabelError(f"“{text[:SYMBOL_LENGTH]}” is not a symbol.")
    return found


def typed_tags(text: str) -> list[str]:
    """Of a field: separated by blanks or commas, with or without #."""
    return [tag(part) for part in _SEPARATORS.split(text) if part.strip("#")]


def typed_symbols(text: str) -> list[str]:
    return [symbol(part) for part in _SEPARATORS.split(text) if part.strip("$")]


def labels(*, tags: Iterable[str], symbols: Iterable[str], text: str) -> list[str]:
    """All of a note, those of the fields first, each once, "#tag" then "$SYMBOL".

    What looks like a label in the text and cannot be one is only text.
    """
    prose = _CODE.sub(" ", text)
    marked = [found.lower() for found in _TAG_IN_TEXT.findall(_composed(prose))]
    named = [found.upper() for found in _SYMBOL_IN_TEXT.findall(prose)]
    all_tags = [*tags, *(one for one in marked if len(one) <= TAG_LENGTH)]
    all_symbols = [*symbols, *(one for one in named if len(one) <= SYMBOL_LENGTH)]
    found = [f"#{one}" for one in all_tags] + [f"${one}" for one in all_symbols]
    return list(dict.fromkeys(found))[:MOST_LABELS]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
