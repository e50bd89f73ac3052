"""Rows and invariants of notices and letters."""

from __future__ import annotations

from tradedesk.notifications.models.letter import Attachment, Letter, LetterStatus
from tradedesk.notifications.models.notice import Notice, NoticeKind, Severity


__all__ = [
    "Attachment",
    "Letter",
    "LetterStatus",
    "Notice",
    "NoticeKind",
    "Severity",
]
