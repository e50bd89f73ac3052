"""Rows and invariants of notices and letters."""

from __future__ import annotations

from tradedesk.notifications.models.choice import NoticeChoice
from tradedesk.notifications.models.incident import Incident
from tradedesk.notifications.models.letter import Attachment, Letter, LetterStatus
from tradedesk.notifications.models.notice import Notice, NoticeKind, Severity


__all__ = [
    "Attachment",
    "Incident",
    "Letter",
    "LetterStatus",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "Severity",
]
