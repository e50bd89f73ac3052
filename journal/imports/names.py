"""What a statement calls a security: a ticker, an option, an ISIN or a CUSIP.

Options go by the OCC's option symbol without its padding, as orders name them:
root, date as yymmdd, C or P, strike times 1000 in eight digits (Options Symbology
Initiative, OCC 2010).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from journal.imports import figures, moments
from journal.imports.problems import MalformedRow
from journal.imports.rows import NamedBy


class Name(NamedTuple):
    symbol: str
    by: NamedBy


_MONTHS = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_LONGEST = 40
_ROOT = r"-?(?P<root>[A-Z][A-Z0-9./]{0,7})"
_STRIKE = r"\$?(?P<strike>[0-9][0-9,]*(?:\.[0-9]+)?)"
_RIGHT = r"(?P<right>C|P|CALL|PUT)"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_OCC = re.compile(rf"{_ROOT}\s*(?P<ymd>[0-9]{{6}})(?P<right>[CP])(?P<mills>[0-9]{{8}})")
_YEAR = r"(?P<year>(?:20)?[0-9]{2})"
_DAY = r"(?P<day>[0-9]{1,2})"
_SLASHED = r"(?P<slashed>[0-9/]{6,10})"
_WRITTEN = {
    "Schwab, META 06/21/2024 450.00 C": rf"{_SLASHED} {_STRIKE} {_RIGHT}",
    "Robinhood, AAPL 1/19/2024 Call $150.00": rf"{_SLASHED} {_RIGHT} {_STRIKE}",
    "IBKR, AAPL 19JAN24 150 C": rf"{_DAY} ?{_MONTH} ?{_YEAR} {_STRIKE} {_RIGHT}",
    "E*TRADE, AAPL Jan 19 '24 $150 Call": (
        rf"{_MONTH} {_DAY} '?{_YEAR} {_STRIKE} {_RIGHT}"
    ),
}
_SHAPES = (
    *(re.compile(f"{_ROOT} {shape}") for shape in _WRITTEN.values()),
    # Fidelity writes it as one word with a minus in front and the strike as it is.
    re.compile(rf"{_ROOT}(?P<ymd>[0-9]{{6}}){_RIGHT}{_STRIKE}"),
)
_TICKER = re.compile(r"[A-Z0-9$^-][A-Z0-9 ./:^=_&+-]*")
_CUSIP = re.compile(r"[0-9][0-9A-Z]{7}[0-9]")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


def name(text: str, what: str = "Symbol") -> Name:
    """The security that a cell names.

    Raises:
        MalformedRow: blank, too long, or an option that cannot be.
    """
    word = " ".join(text.split()).upper()
    if word in figures.NOTHING or len(word) > _LONGEST:
        raise MalformedRow(f"{what} {text[:_LONGEST]!r} names no security")
    if (found := option(word)) is not None:
        return Name(found, NamedBy.OPTION)
    if _CUSIP.fullmatch(word):
        return Name(word, NamedBy.CUSIP)
    if not _TICKER.fullmatch(word):
        raise MalformedRow(f"{what} {text!r} is no symbol")
    return Name(word, NamedBy.ISIN if _ISIN.fullmatch(word) else NamedBy.TICKER)


def name_or_none(text: str) -> Name:
    word = text.strip()
    return Name("", NamedBy.TICKER) if word in figures.NOTHING else name(word)


def option(text: str) -> str | None:
    """The OCC symbol of an option however it is written, None for anything else."""
    word = " ".join(text.split()).upper()
    if (match := _OCC.fullmatch(word)) is not None:
        expiry = moments.day(f"20{match['ymd']}", "Expiry")
        strike = Decimal(match["mills"]) / 1000
        return occ(match["root"], expiry, match["right"], strike=strike)
    for shape in _SHAPES:
        if (match := shape.fullmatch(word)) is not None:
            strike = figures.number(match["strike"], "Strike")
            return occ(match["root"], _expiry(match), match["right"], strike=strike)
    return None


def occ(root: str, expiry: date, right: str, *, strike: Decimal) -> str:
    mills = strike * 1000
    if mills != int(mills) or not 0 < mills < 10**8:
        raise MalformedRow(f"Strike {strike} is no strike")
    return f"{root}{expiry:%y%m%d}{right[0]}{int(mills):08}"


def _expiry(match: re.Match[str]) -> date:
    said = match.groupdict()
    if said.get("slashed"):
        return moments.day(said["slashed"], "Expiry")
    if said.get("ymd"):
        return moments.day(f"20{said['ymd']}", "Expiry")
    month = _MONTHS.index(said["month"]) + 1
    year = said["year"][-2:]
    return moments.day(f"{month}/{said['day']}/20{year}", "Expiry")
