from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand

from tradedesk.audit.services import anchor_head
from tradedesk.core.clock import SYSTEM_CLOCK


class Command(BaseCommand):
    help = "Write the head of the audit chain to the anchor file now."

    def handle(self, **_options: object) -> None:
        anchor = anchor_head(SYSTEM_CLOCK.now())
        self.stdout.write(
            f"Anchored entry {anchor.sequence} as line {anchor.line} of "
            f"{settings.AUDIT_ANCHOR_FILE}."
        )
