"""The runs, a run's report, the files of it, and asking for a run."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from brokers.domain.breaks import RunResult
from brokers.models import Account
from tests import people
from tests.brokers.views import found, rows
from tests.brokers.views.rows import current
from tradedesk.accounts import preferences
from tradedesk.accounts.models import Preferences, Role
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.models import AuditEntry


@pytest.fixture
def run(account):
    return found.a_run(account)


@pytest.fixture
def broken(run):
    return found.a_break(run)


@pytest.fixture
def reviewer(db):
    """Dora, who watches over everybody's books."""
    return people.verified(people.person("dora", Role.COMPLIANCE))


def text(response):
    return " ".join(response.content.decode().split())


def page_of(run):
    return reverse("reconciliation_run", args=[run.pk])


def test_without_an_account_the_page_says_how_it_begins(client):
    assert "No account yet" in text(client.get("/reconciliation/"))


def test_without_a_run_the_page_explains_and_offers_one(client, account):
    said = text(client.get("/reconciliation/"))
    assert "No run yet" in said
    assert reverse("reconcile_now", args=[account.pk]) in said


def test_the_list_tells_each_runs_result_and_what_it_found(client, broken, run):
    said = text(client.get("/reconciliation/"))
    assert page_of(run) in said
    assert "BREAKS" in said


def test_an_incomplete_account_is_never_said_to_have_no_breaks(client, account):
    found.a_run(account, result=RunResult.INCOMPLETE.value, positions_as_of=None)
    said = text(client.get("/reconciliation/?part=list"))
    assert "none known" in said


def test_the_report_shows_both_sides_and_the_difference(client, broken, run):
    said = text(client.get(page_of(run)))
    assert "100 @ 60.00" in said
    assert "90 @ 60.00" in said
    assert "\N{MINUS SIGN}10" in said
    assert reverse("break", args=[broken.pk]) in said


def test_an_incomplete_report_is_loud_about_what_was_not_read(client, account):
    run = found.a_run(
        account,
        result=RunResult.INCOMPLETE.value,
        positions_as_of=None,
        failures={"positions": "No answer within 10 s."},
    )
    said = text(client.get(page_of(run)))
    assert 'class="verdict is-incomplete" role="alert"' in said
    assert "No answer within 10 s." in said
    assert "What was not read is not known." in said
    assert "agree." not in said


def test_money_is_hidden_on_the_page_and_not_in_the_file(client, alice, run):
    found.cash_break(run)
    wishes = preferences.of(alice)
    wishes.hide_money = True
    wishes.save()
    assert "9,987.35" not in text(client.get(page_of(run)))
    kept = client.get(reverse("reconciliation_run_csv", args=[run.pk]))
    assert "9987.35" in kept.content.decode("utf-8-sig")
    assert Preferences.objects.filter(hide_money=True).exists()


def test_a_reviewer_sees_everybodys_runs_and_a_stranger_none(
    reviewer, stranger, broken, run
):
    assert page_of(run) in text(reviewer.get("/reconciliation/"))
    assert reviewer.get(page_of(run)).status_code == 200
    assert page_of(run) not in text(stranger.get("/reconciliation/"))
    assert stranger.get(page_of(run)).status_code == 404


@pytest.mark.parametrize("name", ["reconciliation_run_pdf", "reconciliation_run_csv"])
def test_taking_a_report_away_is_written_down(client, broken, run, name):
    response = client.get(reverse(name, args=[run.pk]))
    assert response.status_code == 200
    entry = AuditEntry.objects.filter(action=AuditAction.REPORT_EXPORTED).get()
    assert entry.payload.data["file"] in response["Content-Disposition"]


def test_the_csv_has_a_row_for_the_account_and_one_for_each_break(client, broken, run):
    response = client.get(reverse("reconciliation_run_csv", args=[run.pk]))
    text_of = response.content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text_of)))
    assert [one["record"] for one in lines] == ["account", "break", "file"]
    assert lines[1]["difference"] == "-10"


def test_a_day_gathers_all_of_ones_accounts(client, broken, run, alice):
    found.a_run(rows.an_account(alice), result=RunResult.CLEAN.value)
    said = text(
        client.get(reverse("reconciliation_day", args=[run.trading_day.isoformat()]))
    )
    assert "2 accounts" in said
    assert "Quantity differs" in said


@pytest.mark.parametrize("day", ["2020-01-02", "yesterday"])
def test_a_day_without_a_run_is_not_found(client, account, day):
    assert client.get(f"/reconciliation/days/{day}/").status_code == 404


def test_asking_for_a_run_leads_to_a_page_that_waits_for_it(client, account, run):
    asked = client.post(reverse("reconcile_now", args=[account.pk]))
    assert asked.status_code == 302
    waiting = client.get(asked["location"])
    assert "A worker begins in a moment." in text(waiting)
    newer = found.a_run(account, result=RunResult.RUNNING.value, finished_at=None)
    assert "Comparing with the broker." in text(client.get(asked["location"]))
    newer.result, newer.finished_at = RunResult.CLEAN.value, current()
    newer.save()
    assert client.get(asked["location"])["location"] == page_of(newer)
    htmx = client.get(asked["location"], headers={"hx-request": "true"})
    assert htmx["HX-Redirect"] == page_of(newer)


def test_a_run_that_no_worker_takes_is_said_to_wait(client, account):
    long_ago = int((current() - timedelta(minutes=5)).timestamp())
    url = reverse("reconciliation_asked", args=[account.pk])
    said = text(client.get(f"{url}?since=0&at={long_ago}"))
    assert "No worker has begun yet." in said


def test_who_may_only_look_cannot_ask_for_a_run(reader, account):
    response = reader.post(reverse("reconcile_now", args=[account.pk]))
    assert response.status_code == 403


def test_the_settings_are_kept_and_written_down(client, account):
    given = {"reconcile_at": "21:15", "reduce_on_critical_break": "on"}
    url = reverse("account_reconciliation", args=[account.pk])
    assert client.post(url, given).status_code == 302
    account.refresh_from_db()
    assert account.reconcile_at.isoformat("minutes") == "21:15"
    assert not account.reconcile_active
    action = AuditAction.ACCOUNT_SETTINGS_CHANGED
    payload = AuditEntry.objects.filter(action=action).get().payload.data
    assert payload["before"]["reconcile_at"] == "20:30"


def test_a_time_that_is_none_comes_back_with_what_was_typed(client, account):
    url = reverse("account_reconciliation", args=[account.pk])
    response = client.post(url, {"reconcile_at": "25:99"})
    assert response.status_code == 422
    assert Account.objects.get(pk=account.pk).reconcile_active
