"""A broker's statement into an account, from the command line.

Exit codes: 0 stored, or previewed with nothing in the way; 1 rows cannot be read or are
asked about, and nothing was stored; 2 the arguments or the file as a whole cannot be
used. `--json` prints one object; figures are strings of plain digits.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brokers.models import Account
from journal.importing import fates, reading, running, undoing
from journal.importing.listing import described, printed
from journal.importing.reading import Upload
from journal.importing.storing import RowsRefusedError
from journal.imports.formats import Format
from journal.management.people import USAGE, person_named
from journal.models import Fate, ImportState, StatementImport
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor, person
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import DeskError, StaleStateError


REFUSED = 1
FORMATS = ("auto", *(form.value for form in Format))


class Command(BaseCommand):
    help = "Import a statement: preview it, or store all of it in one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--account",
            required=True,
            metavar="NAME",
            help="name, number or id of an account; a new name makes an account "
            "that is known by its statements alone",
        )
        parser.add_argument("--owner", metavar="EMAIL", help="whose account it is")
        parser.add_argument("--format", choices=FORMATS, default="auto")
        parser.add_argument("--preview", action="store_true", help="store nothing")
        parser.add_argument(
            "--leave-out",
            metavar="LINES",
            default="",
            help="lines that cannot be read or are asked about, as 12,15-17",
        )
        parser.add_argument(
            "--keep",
            metavar="LINES",
            default="",
            help="lines that are asked about and are real",
        )
        parser.add_argument(
            "--file-account",
            default="",
            help="which account of a file with several",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        owner = person_named(options["owner"])
        account = _account(options["account"], owner)
        owner = account.owner if account else _only(owner)
        statement = _read(options, owner, account)
        try:
            _answer(statement, options)
            _finish(statement, options, self._show)
        finally:
            _forget_preview(statement)

    def _show(self, statement: StatementImport, *, as_json: bool, **more: Any) -> None:
        told = {**printed(statement), **more}
        if as_json:
            self.stdout.write(json.dumps(told, indent=2))
        else:
            self.stdout.write("\n".join(described(told)))


# What was asked for


def _account(name: str, owner: User | None) -> Account | None:
    """None where there is none of that name: it is to be made."""
    accounts = Account.objects.select_related("owner", "connection").order_by("pk")
    if owner is not None:
        accounts = accounts.filter(owner=owner)
    found = [
        one for one in accounts if name in {one.name, one.number, str(one.pk)}
    ] or [one for one in accounts if one.name.casefold() == name.casefold()]
    if len(found) > 1:
        lines = [f"  {one.pk}: {one.name}, {one.owner.email}" for one in found]
        text = "\n".join([f"Several accounts are called {name}:", *lines])
        raise CommandError(text, returncode=USAGE)
    return found[0] if found else None


def _only(owner: User | None) -> User:
    """Whose a new account is: the one asked for, or the only person of the desk."""
    if owner is not None:
        return owner
    people = list(User.objects.filter(is_active=True).order_by("pk")[:2])
    if len(people) != 1:
        raise CommandError(
            "There is no such account. Say with --owner EMAIL whose the new one is.",
            returncode=USAGE,
        )
    return people[0]


def _read(
    options: dict[str, Any], owner: User, account: Account | None
) -> StatementImport:
    path: Path = options["file"]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(
            f"{path} cannot be read: {error.strerror}.", returncode=USAGE
        ) from error
    form = None if options["format"] == "auto" else Format(options["format"])
    upload = Upload(
        name=path.name,
        content=content,
        account=account,
        new_account=options["account"],
        form=form,
    )
    try:
        statement = reading.take(upload, owner=owner, now=SYSTEM_CLOCK.now())
    except DeskError as error:
        raise CommandError(error.message, returncode=USAGE) from error
    reading.read_rows(statement, actor=_actor(owner), now=SYSTEM_CLOCK.now())
    if statement.state != ImportState.PREVIEW:
        why = statement.problem or (
            "No known statement has such columns. Name them once on the page Import."
        )
        _forget_preview(statement)
        raise CommandError(f"{path.name}: {why}", returncode=USAGE)
    return statement


def _actor(owner: User) -> Actor:
    return person(f"{owner.email} (command)", owner.pk)


def _answer(statement: StatementImport, options: dict[str, Any]) -> None:
    answers = {
        **dict.fromkeys(_lines(options["keep"]), fates.KEEP),
        **dict.fromkeys(_lines(options["leave_out"]), fates.LEAVE),
    }
    named = options["file_account"]
    if answers or named:
        reading.answer(statement, answers, named_account=named)


def _lines(text: str) -> list[str]:
    found: list[str] = []
    for word in filter(None, text.replace(" ", "").split(",")):
        first, _, last = word.partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise CommandError(f"{word!r} is no line of the file.", returncode=USAGE)
        found += map(str, range(int(first), int(last or first) + 1))
    return found


# What comes of it


def _finish(statement: StatementImport, options: dict[str, Any], show: Any) -> None:
    as_json, owner = options["json"], statement.owner
    if options["preview"]:
        show(statement, as_json=as_json, stored=False)
        if _stopped(statement):
            sys.exit(REFUSED)
        return
    try:
        running.store_now(
            statement, user=owner, actor=_actor(owner), clock=SYSTEM_CLOCK
        )
    except RowsRefusedError as error:
        statement.refresh_from_db()
        show(statement, as_json=as_json, stored=False, problem=error.message)
        sys.exit(REFUSED)
    except StaleStateError as error:
        # Importing again changes nothing, and that is as it should be.
        statement.refresh_from_db()
        show(statement, as_json=as_json, stored=False, problem=error.message)
        return
    statement.refresh_from_db()
    show(statement, as_json=as_json, stored=True)


def _stopped(statement: StatementImport) -> bool:
    told = statement.counts["fates"]
    return bool(told.get(Fate.REFUSED) or told.get(Fate.QUESTION))


def _forget_preview(statement: StatementImport) -> None:
    """A command leaves no preview behind."""
    statement.refresh_from_db()
    if statement.state not in {ImportState.STORED, ImportState.UNDONE}:
        undoing.discard(
            statement, actor=_actor(statement.owner), now=SYSTEM_CLOCK.now()
        )
