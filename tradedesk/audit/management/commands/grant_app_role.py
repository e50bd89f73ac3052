from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from tradedesk.audit.roles import UnfitRoleError, grant_app_role


class Command(BaseCommand):
    help = (
        "Give the desk's database role what it needs and no more: rows but no tables, "
        "and of the audit log only reading and adding. Run as owner after migrating."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", required=True)

    def handle(self, *, role: str, **_options: object) -> None:
        try:
            grant_app_role(role)
        except UnfitRoleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{role} may use the desk and may not change its audit log.")
