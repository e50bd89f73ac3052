from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from tradedesk.audit.services import NotShreddedError, shred
from tradedesk.core.actor import system
from tradedesk.core.clock import SYSTEM_CLOCK


class Command(BaseCommand):
    help = (
        "Empty the payloads of audit entries for good; the entries stay and the chain "
        "still verifies. Only the role that owns the tables may. Recorded, with why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sequences", type=int, nargs="+", metavar="SEQUENCE")
        parser.add_argument("--reason", required=True)

    def handle(self, *, sequences: list[int], reason: str, **_options: object) -> None:
        try:
            entry = shred(
                sequences,
                actor=system("shred_audit"),
                reason=reason,
                now=SYSTEM_CLOCK.now(),
            )
        except NotShreddedError as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        self.stdout.write(
            f"{len(set(sequences))} payloads shredded, recorded as {entry.sequence}."
        )
