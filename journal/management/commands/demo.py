"""A labelled year of an invented trader, to look at every page with.

manage.py demo [--owner EMAIL] [--seed N] [--remove]
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from journal.demo import filling, removing
from journal.management.people import person_named
from tradedesk.accounts.models import Role, User
from tradedesk.core.actor import person
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import DeskError


class Command(BaseCommand):
    help = "Fill the desk with an invented year of one trader, or remove it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", metavar="EMAIL", help="whose desk it is")
        parser.add_argument("--seed", type=int, default=filling.SEED)
        parser.add_argument("--remove", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        owner = _owner(options["owner"])
        actor = person(owner.email, owner.pk)
        try:
            if options["remove"]:
                gone = removing.remove(owner, actor=actor, clock=SYSTEM_CLOCK)
                self.stdout.write(f"The demo year is gone: {gone:,} rows.")
                return
            begun = filling.begin(owner, clock=SYSTEM_CLOCK, seed=options["seed"])
            made = filling.fill(begun, actor=actor, clock=SYSTEM_CLOCK)
        except DeskError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"A demo year for {owner.email}: {made.trades} trades, {made.notes} notes. "
            "Everything of it is marked, and `make demo REMOVE=1` takes it out again."
        )


def _owner(email: str | None) -> User:
    found = person_named(email)
    if found is not None:
        return found
    owners = list(User.objects.filter(is_active=True, role=Role.OWNER.value)[:2])
    if len(owners) == 1:
        return owners[0]
    if not owners:
        raise CommandError(
            "Nobody has an account here yet: open the page that `make run` prints first."
        )
    raise CommandError("Say whose desk it is: --owner EMAIL.")
