"""Numbers as brokers write them: `-$1,234.56`, `($5.00)`, `+100`, `@187.50`, `18S`."""

from __future__ import annotations

import re
from decimal import Decimal

from journal.imports.problems import MalformedRow


NOTHING = frozenset({"", "-", "--", "n/a", "N/A", "~"})
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)\$?(?P<minus>-?)"
    r"(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?:[eE](?P<power>[+-]?[0-9]{1,2}))?"
)
_LONGEST = 40
_DIGITS = 28  # what Decimal keeps exactly
_LARGEST_POWER = 18


def number(text: str, what: str) -> Decimal:
    """Exactly what is written; `what` names the cell in the complaint.

    Raises:
        MalformedRow: not a number as any of the brokers writes one.
    """
    found = number_or_none(text, what)
    if found is None:
        raise MalformedRow(f"{what} is empty")
    return found


def number_or_none(text: str, what: str) -> Decimal | None:
    """None where the cell is blank, or a dash that stands for nothing."""
    word = text.strip().replace("\N{MINUS SIGN}", "-")
    if word in NOTHING:
        return None
    inside = word[1:-1] if word.startswith("(") and word.endswith(")") else word
    match = _NUMBER.fullmatch(inside.strip().removeprefix("@").replace(" ", ""))
    if match is None or len(word) > _LONGEST:
        raise MalformedRow(f"{what} {_shown(text)} is not a number")
    return _value(match, negative=inside is not word, what=f"{what} {_shown(text)}")


def _value(match: re.Match[str], *, negative: bool, what: str) -> Decimal:
    power = int(match["power"] or 0)
    size = Decimal(match["digits"].replace(",", ""))
    if abs(power) > _LARGEST_POWER or len(size.as_tuple().digits) > _DIGITS:
        raise MalformedRow(f"{what} is out of range")
    size = size.scaleb(power)
    minus = (match["sign"] == "-") or bool(match["minus"]) or negative
    return -size if minus and size else size


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")
