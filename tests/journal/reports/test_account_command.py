"""`manage.py analytics --account NAME --json`."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from journal.models import Trade
from tests import people
from tests.brokers.views.rows import an_account
from tests.journal.analytics.worked import LIST_A, close
from tests.journal.reports import seeded


pytestmark = pytest.mark.django_db


def run(*arguments):
    out = StringIO()
    call_command("analytics", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def account():
    alice = people.person("alice")
    found = an_account(alice, name="Swing")
    seeded.deposit(found, "100000")
    Trade.objects.bulk_create(
        seeded.trade(alice, found, r_multiple=Decimal(str(r))) for r in LIST_A
    )
    return found


def test_the_metrics_of_an_account_are_printed(account):
    found = json.loads(run("--account", "Swing", "--json"))
    assert found["closed_trades"] == 10
    assert found["sqn"] == close(0.3991140631, 1e-9)
    assert found["low_sample"] is True
    assert found["money"]["net"] == "200"
    assert found["returns"]["time_weighted"] == close(0.002)
    assert found["habits"]["efficiency"] == 1.0
    assert "NaN" not in json.dumps(found)


def test_what_does_not_exist_says_why(account):
    other = an_account(account.owner, name="Empty")
    found = json.loads(run("--account", other.name, "--json"))
    assert found["closed_trades"] == 0
    assert found["expectancy"] is None
    assert found["why"]["expectancy"] == "no trades"
    assert found["returns"]["why"]["sharpe"] == "no deposit is known"


def test_the_other_accounts_trades_do_not_count(account):
    other = an_account(account.owner, name="Other")
    seeded.trade(account.owner, other, r_multiple=Decimal(50)).save()
    assert json.loads(run("--account", "Swing", "--json"))["trades"] == 10


def test_without_json_it_is_a_list_to_read(account):
    text = run("--account", "Swing")
    assert "profit_factor" in text
    assert "time_weighted" in text


def test_an_unknown_name_says_which_accounts_there_are(account):
    with pytest.raises(CommandError, match=r"no account named 'Nope'.*'Swing'"):
        run("--account", "Nope", "--json")


def test_a_name_that_several_have_asks_whose(account):
    bob = people.person("bob")
    an_account(bob, name="Swing")
    with pytest.raises(CommandError, match=r"2 accounts.*--owner"):
        run("--account", "Swing", "--json")
    mine = run("--account", "Swing", "--owner", account.owner.email, "--json")
    assert json.loads(mine)["trades"] == 10


def test_one_source_is_needed_and_no_more(account):
    with pytest.raises(CommandError):
        run("--json")
    with pytest.raises(CommandError):
        run("--account", "Swing", "--r-multiples", "x", "--json")
