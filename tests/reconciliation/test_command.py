"""`manage.py reconcile`: what it prints, and the code that it leaves with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from brokers.models import Account, ReconciliationRun
from tests import people
from tests.brokers.views import rows
from tests.reconciliation.venue import Books


ROOT = Path(__file__).resolve().parents[2]


def called(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("reconcile", *arguments, stdout=out, stderr=err)
    return int(str(left.value)), out.getvalue(), err.getvalue()


def test_each_result_has_its_exit_code_and_its_json(books: Books):
    code, out, _ = called("--account", "practice", "--json")
    assert code == 0
    said = json.loads(out)
    assert (said["format"], said["result"], said["breaks"]) == (1, "clean", [])
    books.operate("books/cash", amount="-12.65")
    code, out, _ = called("--account", str(books.account.pk), "--json")
    assert code == 1
    said = json.loads(out)
    assert said["result"] == "breaks"
    (line,) = said["breaks"]
    assert (line["kind"], line["difference"], line["state"]) == (
        "cash",
        "-12.65",
        "new",
    )
    assert said["runs"][0]["sources"][0]["source"] == "orders"
    books.exchange.add_fault("down", kind="answer", status=503, path="/v2/positions")
    code, out, _ = called("--account", books.account.number)
    assert code == 2
    assert out.startswith("INCOMPLETE")
    assert "positions:" in out


@pytest.mark.django_db
def test_an_unknown_account_is_answered_with_those_there_are():
    alice = people.person("alice")
    rows.an_account(alice, name="Main")
    code, out, err = called("--account", "Nain")
    assert (code, out) == (3, "")
    assert "unknown" in err
    assert "Main" in err
    assert "alice@desk.test" in err


@pytest.mark.django_db
def test_an_ambiguous_name_is_told_apart_by_its_owner():
    alice, bob = people.person("alice"), people.person("bob")
    rows.an_account(alice, name="Main")
    rows.an_account(bob, name="main")
    code, _, err = called("--account", "Main")
    assert code == 3
    assert "ambiguous" in err
    for account in Account.objects.all():
        assert f"{account.pk}: " in err
    code, _, err = called("--account", "Main", "--owner", "carol@desk.test")
    assert (code, "unknown" in err) == (3, True)
    assert not ReconciliationRun.objects.exists()


@pytest.mark.parametrize(
    "arguments", [[], ["--account"], ["--account", "x", "--nonsense"]]
)
def test_wrong_options_leave_with_three_and_not_with_two(arguments: list[str]):
    command = [sys.executable, "manage.py", "reconcile", *arguments]
    where = {"DJANGO_SETTINGS_MODULE": "tests.static_settings"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | where,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 3, done.stderr
    assert "usage" in done.stderr
