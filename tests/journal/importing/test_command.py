"""`manage.py import_statement`: exit codes, JSON, and that a preview stores nothing."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from brokers.models import Account, Fill
from journal.models import StatementImport
from tests import people
from tests.access.imported import HEADER


pytestmark = pytest.mark.django_db
ROWS = (
    "03/02/2026,USD,0,B,ACME,10,5,10:30:00,0",
    "03/03/2026,USD,0,S,ACME,10,6,,0",
    "03/03/2026,USD,0,S,ACME,10,6,,0",
)


@pytest.fixture
def file(tmp_path):
    def written(*rows: str):
        path = tmp_path / "trades.csv"
        path.write_text("\n".join([HEADER, *rows]))
        return str(path)

    return written


@pytest.fixture(autouse=True)
def alice():
    return people.person("alice")


def run(*arguments: str) -> tuple[int, dict]:
    """The exit code and what was printed."""
    out, code = StringIO(), 0
    try:
        call_command("import_statement", *arguments, "--json", stdout=out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(out.getvalue())


def test_a_preview_counts_and_stores_nothing(file):
    code, told = run(file(ROWS[0]), "--account", "Mine", "--preview")
    assert (code, told["stored"], told["fates"]["new"]) == (0, False, 1)
    assert (told["buys"], told["sells"], told["symbols"]) == (1, 0, 1)
    assert not Account.objects.exists()
    assert not StatementImport.objects.exists()


def test_a_new_name_makes_an_account_and_again_changes_nothing(file):
    path = file(ROWS[0])
    code, told = run(path, "--account", "Mine")
    assert (code, told["stored"]) == (0, True)
    assert Account.objects.get().name == "Mine"
    code, told = run(path, "--account", "mine")
    assert (code, told["stored"], told["fates"]["present"]) == (0, False, 1)
    assert Fill.objects.count() == StatementImport.objects.count() == 1


def test_a_question_stops_everything_until_it_is_answered(file):
    path = file(*ROWS)
    code, told = run(path, "--account", "Mine")
    assert (code, told["stored"]) == (1, False)
    assert [one["line"] for one in told["questions"]] == [4]
    assert not Fill.objects.exists()
    assert run(path, "--account", "Mine", "--leave-out", "4")[0] == 0
    assert Fill.objects.count() == 2


def test_a_row_that_cannot_be_read_is_named(file):
    path = file(ROWS[0], "03/04/2026,USD,0,X,ACME,1,1,,0")
    code, told = run(path, "--account", "Mine", "--preview")
    assert (code, [one["line"] for one in told["refused"]]) == (1, [3])
    assert "side" in told["refused"][0]["why"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--account", "Mine", "--keep", "one"), "no line of the file"),
        (("--account", "Mine", "--owner", "nobody@desk.test"), "Nobody here"),
        (("--account", "Mine", "--format", "schwab"), "names its columns"),
    ],
)
def test_what_cannot_be_used_ends_with_2(file, arguments, words):
    with pytest.raises(CommandError, match=words) as refused:
        call_command("import_statement", file(ROWS[0]), *arguments)
    assert refused.value.returncode == 2
    assert not StatementImport.objects.exists()


def test_a_new_account_needs_to_know_whose_it_is(file):
    people.person("bob")
    with pytest.raises(CommandError, match="--owner EMAIL"):
        run(file(ROWS[0]), "--account", "Mine")
    code, _ = run(file(ROWS[0]), "--account", "Mine", "--owner", "bob@desk.test")
    assert (code, Account.objects.get().owner.email) == (0, "bob@desk.test")
