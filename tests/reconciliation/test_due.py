"""Nightly runs by the exchange's clock, the alarm for a missing one, and the letters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from brokers.domain.breaks import RunResult, RunTrigger
from brokers.models import Account, ReconciliationRun
from brokers.reconciliation import due
from brokers.reconciliation.building import report_of
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role, User
from tradedesk.audit.models import AuditEntry
from tradedesk.notifications.models import Notice


pytestmark = pytest.mark.django_db
# 20:30 in New York is 01:30 of the next day in UTC while it keeps standard time.
MONDAY = date(2026, 1, 5)
DUE = datetime(2026, 1, 6, 1, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def trader() -> User:
    return people.person("alice", Role.TRADER)


@pytest.fixture
def account(trader: User) -> Account:
    return opened(rows.an_account(trader))


def opened(account: Account) -> Account:
    account.opened_at = DUE - timedelta(days=30)
    account.save()
    return account


def ran(
    account: Account,
    at: datetime,
    *,
    result: RunResult = RunResult.CLEAN,
    trigger: RunTrigger = RunTrigger.NIGHTLY,
) -> ReconciliationRun:
    return ReconciliationRun.objects.create(
        owner=account.owner,
        account=account,
        trading_day=MONDAY,
        trigger=trigger.value,
        result=result.value,
        started_at=at,
        finished_at=at,
    )


def days(found: list[due.DueRun]) -> list[date]:
    return [one.trading_day for one in found]


def test_a_run_is_due_once_its_time_at_the_exchange_has_passed(account: Account):
    assert days(due.due_runs(DUE - MINUTE)) == [date(2026, 1, 2)]
    assert days(due.due_runs(DUE)) == [MONDAY]
    ran(account, DUE)
    assert due.due_runs(DUE + MINUTE) == []


def test_weekends_and_holidays_have_no_run_of_their_own(account: Account):
    sunday = datetime(2026, 1, 4, 12, tzinfo=UTC)
    assert days(due.due_runs(sunday)) == [date(2026, 1, 2)]
    after_new_year = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert days(due.due_runs(after_new_year)) == [date(2025, 12, 31)]


def test_a_time_before_noon_is_of_the_morning_after(account: Account):
    account.reconcile_at = account.reconcile_at.replace(hour=2, minute=0)
    account.save()
    two_in_new_york = datetime(2026, 1, 6, 7, tzinfo=UTC)
    assert MONDAY not in days(due.due_runs(two_in_new_york - MINUTE))
    assert days(due.due_runs(two_in_new_york)) == [MONDAY]


def test_an_account_that_is_switched_off_or_not_open_has_none(account: Account):
    Account.objects.update(reconcile_active=False)
    assert due.due_runs(DUE) == []
    Account.objects.update(reconcile_active=True, opened_at=None)
    assert due.due_runs(DUE) == []
    Account.objects.update(opened_at=DUE + MINUTE)
    assert due.due_runs(DUE + 2 * MINUTE) == []


def test_a_night_long_past_is_not_made_up_for(account: Account):
    easter_monday = datetime(2026, 4, 6, 12, tzinfo=UTC)  # closed on Friday
    assert due.due_runs(easter_monday) == []


def test_a_broker_that_did_not_answer_is_asked_again_for_some_hours(account: Account):
    ran(account, DUE, result=RunResult.INCOMPLETE)
    assert due.due_runs(DUE + due.RETRY_AFTER - MINUTE) == []
    assert days(due.due_runs(DUE + due.RETRY_AFTER)) == [MONDAY]
    late = DUE + due.RETRY_FOR + MINUTE
    ran(account, late, result=RunResult.INCOMPLETE)
    assert due.due_runs(late + due.RETRY_AFTER) == []


def test_a_missing_run_raises_one_alarm(account: Account):
    late = DUE + due.MISSED_AFTER + MINUTE
    assert MONDAY not in days(due.missed_runs(DUE + due.MISSED_AFTER))
    for _ in range(2):
        for missed in due.missed_runs(late):
            due.raise_alarm(missed, late)
    notice = Notice.objects.get()
    assert notice.severity == "critical"
    assert str(MONDAY) in notice.title
    ran(account, late, result=RunResult.INCOMPLETE)
    assert due.missed_runs(late) == []


# Letters


def letters(now: datetime) -> list[due.DueLetter]:
    return [one for one in due.due_letters(now) if one.trading_day == MONDAY]


def test_a_letter_waits_for_every_account_of_the_day(account: Account, trader: User):
    other = opened(rows.an_account(trader, name="Second"))
    ran(account, DUE)
    assert letters(DUE + MINUTE) == []
    ran(other, DUE + MINUTE)
    (letter,) = letters(DUE + 2 * MINUTE)
    assert (len(letter.runs), letter.missing) == (2, ())


def test_a_letter_goes_an_hour_late_and_says_who_is_missing(
    account: Account, trader: User
):
    opened(rows.an_account(trader, name="Second"))
    ran(account, DUE)
    (letter,) = letters(DUE + due.LETTER_AT_LATEST)
    assert letter.missing == ("Second",)
    kept = due.keep_report(letter, DUE + due.LETTER_AT_LATEST)
    report = report_of(kept, DUE + due.LETTER_AT_LATEST)
    assert report.result is RunResult.INCOMPLETE
    assert report.subject == f"[DESK] INCOMPLETE {MONDAY} 2 accounts, 0 breaks"


def test_a_letter_goes_though_no_run_happened_at_all(account: Account):
    (letter,) = letters(DUE + due.LETTER_AT_LATEST)
    assert (letter.runs, letter.missing) == ((), (account.name,))
    kept = due.keep_report(letter, DUE + due.LETTER_AT_LATEST)
    report = report_of(kept, DUE + due.LETTER_AT_LATEST)
    assert report.result is RunResult.INCOMPLETE


def test_an_incomplete_night_waits_for_its_next_try(account: Account):
    ran(account, DUE, result=RunResult.INCOMPLETE)
    assert letters(DUE + MINUTE) == []
    ran(account, DUE + due.RETRY_AFTER)
    (letter,) = letters(DUE + due.RETRY_AFTER + MINUTE)
    assert [run.result for run in letter.runs] == [RunResult.CLEAN.value]


def test_a_letter_is_made_once_and_a_later_night_run_revises_it(account: Account):
    ran(account, DUE, result=RunResult.INCOMPLETE)
    (letter,) = letters(DUE + due.LETTER_AT_LATEST)
    first = due.keep_report(letter, DUE + due.LETTER_AT_LATEST)
    assert letters(DUE + due.LETTER_AT_LATEST + MINUTE) == []
    ran(account, DUE + 2 * due.LETTER_AT_LATEST, trigger=RunTrigger.PERSON)
    assert letters(DUE + 3 * due.LETTER_AT_LATEST) == []
    ran(account, DUE + 3 * due.LETTER_AT_LATEST)
    (again,) = letters(DUE + 4 * due.LETTER_AT_LATEST)
    second = due.keep_report(again, DUE + 4 * due.LETTER_AT_LATEST)
    assert (first.revision, second.revision) == (1, 2)
    assert (first.result, second.result) == ("incomplete", "clean")
    assert AuditEntry.objects.filter(action="report.made").count() == 2


def test_a_clean_day_has_its_letter_too(account: Account):
    ran(account, DUE)
    (letter,) = letters(DUE + MINUTE)
    assert due.keep_report(letter, DUE + MINUTE).result == "clean"
