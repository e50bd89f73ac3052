"""What this app holds of a person, for export and erasure."""

from __future__ import annotations

from tradedesk.notifications.models import Attachment, Letter, Notice


OWNED = {Notice: "user", Letter: "user", Attachment: "letter__user"}
