"""How many figures a set of rules could be fitted with.

Every number in a rule is one degree of freedom: the more of them, the better the rules
fit the past and the less that says. Van K. Tharp advises to keep to four or five
(Trade Your Way to Financial Freedom, ch. 2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


MOST = 5
# "2R", "20-day", "1.5x", "10:30" and "SMA20" are figures; "Q2" names a quarter.
_FIGURE = re.compile(
    r"(?<![\w.])(?:[A-Za-z]{2,})?\d+(?:[.,:]\d+)*(?:%|\s?(?:R|x|ATR|sd)\b|(?=-?[a-z])|(?!\w))"
)
_RANK = re.compile(r"(?<!\w)\d+(?:st|nd|rd|th)\b")
# "1. Wait for the close": the number of a line.
_LINE_NUMBER = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)


def parameters(rules: Iterable[str]) -> Sequence[str]:
    """The figures of the rules as written, in order; the same one twice counts twice."""
    return [
        found.strip()
        for text in rules
        for found in _FIGURE.findall(_RANK.sub("", _LINE_NUMBER.sub("", text)))
    ]
