"""One byte string per value, so that a digest means the same everywhere.

A subset of RFC 8785 (JSON Canonicalization Scheme): keys sorted by code point, no
white space, UTF-8. Decimals are written as plain strings without exponent or trailing
zeros, instants as ISO 8601 in UTC, so that equal values have equal digests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID


def decimal_text(value: Decimal) -> str:
    """Plain decimal notation: no exponent, no trailing zeros, never a negative zero.

    Raises:
        ValueError: the value is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"{value} has no canonical form.")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _plain(value: object) -> object:  # noqa: C901, PLR0911, PLR0912 - one case per type
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return _plain(value.value)
        case str():
            return str(value)
        case Decimal():
            return decimal_text(value)
        case datetime():
            return _instant(value)
        case date() | UUID():
            return str(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form.")


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("A naive datetime has no canonical form.")
    return value.astimezone(UTC).isoformat()


def canonical_json(value: object) -> bytes:
    """The canonical bytes of a value made of plain data, Decimals, enums and instants.

    Raises:
        TypeError: something in it has no canonical form (a float, for one).
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in lower-case hexadecimal (64 characters)."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
