"""What this app holds of a person, for export and erasure."""

from __future__ import annotations

from tradedesk.notifications.models import Attachment, Letter, Notice, NoticeChoice


OWNED = {
    Notice: "user",
    NoticeChoice: "user",
    Letter: "user",
    Attachment: "letter__user",
}
