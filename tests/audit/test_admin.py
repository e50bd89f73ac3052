"""A reviewer reads the audit log in Django admin, and cannot change it there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import people
from tests.audit.conftest import ALICE, NOW, run_sql, write
from tradedesk.accounts.models import Role
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.admin import MOST_COUNTED, SequencePaginator
from tradedesk.audit.models import AuditEntry, VerificationRun
from tradedesk.audit.services import shred
from tradedesk.core.actor import broker


pytestmark = pytest.mark.django_db

LIST = "admin:audit_auditentry_changelist"


@pytest.fixture
def reviewer():
    return people.verified(people.person("carol", Role.COMPLIANCE))


def shown(client, **where):
    answer = client.get(reverse(LIST), where)
    assert answer.status_code == 200
    return [entry.sequence for entry in answer.context["cl"].result_list]


def test_the_newest_entries_come_first_fifty_to_a_page(reviewer):
    for turn in range(120):
        write(turn=turn)
    assert shown(reviewer) == list(range(120, 70, -1))
    assert shown(reviewer, p=3) == list(range(20, 0, -1))


def test_the_whole_log_is_paged_without_counting_or_skipping(
    reviewer, django_assert_max_num_queries
):
    for turn in range(3):
        write(turn=turn)
    with django_assert_max_num_queries(20) as seen:
        shown(reviewer)
    asked = [query["sql"] for query in seen.captured_queries]
    assert not [sql for sql in asked if "COUNT(" in sql or "OFFSET" in sql]


def test_a_filtered_list_is_counted_up_to_a_limit():
    write()
    rows = AuditEntry.objects.filter(subject="order").order_by("-sequence")
    pages = SequencePaginator(rows, 50)
    assert pages.count == 1
    with_limit = str(rows[:MOST_COUNTED].query)
    assert f"LIMIT {MOST_COUNTED}" in with_limit


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"action": "order.denied"}, [2]),
        ({"actor_kind__exact": "broker"}, [3]),
        ({"subject": "order", "subject_id": "7"}, [2]),
        ({"actor_name": "alpaca"}, [3]),
        (
            {"recorded_at__gte": "2026-03-02 00:00:00+00:00"},
            [3, 2, 1],
        ),
        ({"recorded_at__gte": "2026-03-03 00:00:00+00:00"}, []),
        ({"q": "2"}, [2]),
        ({"q": "99999999999999999999999"}, []),
        ({"q": "order:7"}, [2]),
        ({"q": "order 1"}, [3, 1]),
        ({"q": "alpaca"}, [3]),
    ],
)
def test_entries_are_found_by(reviewer, where, found):
    write()
    write(AuditAction.ORDER_DENIED, subject_id=7)
    write(actor=broker("alpaca"))
    assert shown(reviewer, **where) == found


def test_an_entry_shows_its_payload_and_leads_to_its_subject_and_neighbours(reviewer):
    write(subject_id=7, note="<b>bold</b>")
    write()
    page = reviewer.get(reverse("admin:audit_auditentry_change", args=[1]))
    text = page.content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert "?subject=order&amp;subject_id=7" in text
    assert reverse("admin:audit_auditentry_change", args=[2]) in text


def test_a_shredded_payload_says_what_recorded_it(reviewer):
    write(email="charlie@example.com")
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    shred([1], actor=ALICE, reason="erasure asked for", now=NOW)
    page = reviewer.get(reverse("admin:audit_auditentry_change", args=[1]))
    assert "shredded, recorded as" in page.content.decode()


def test_nothing_can_be_added_changed_or_deleted(reviewer):
    write()
    change = reverse("admin:audit_auditentry_change", args=[1])
    delete = reverse("admin:audit_auditentry_delete", args=[1])
    add = reverse("admin:audit_auditentry_add")
    for url in (change, delete, add):
        assert reviewer.post(url, {"subject_id": "2"}).status_code == 403
    assert AuditEntry.objects.get().subject_id == "1"


def test_the_chain_is_verified_at_the_press_of_a_button(reviewer):
    write()
    url = reverse("admin:audit_auditentry_verify")
    assert reviewer.get(url).status_code == 405
    answer = reviewer.post(url, follow=True)
    assert "1 entries are whole" in answer.content.decode()
    assert VerificationRun.objects.get().is_whole


def test_a_broken_chain_is_named_at_the_press_of_a_button(reviewer, forced):
    write()
    forced("UPDATE audit_entry SET subject_id = '2'")
    answer = reviewer.post(reverse("admin:audit_auditentry_verify"), follow=True)
    assert "First bad sequence: 1" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.TRADER, Role.READ_ONLY])
def test_others_do_not_get_in(role):
    client = people.verified(people.person("dave", role))
    assert client.get(reverse(LIST)).status_code in {302, 403}
    assert client.post(reverse("admin:audit_auditentry_verify")).status_code in {
        302,
        403,
    }


def test_a_reviewer_without_the_second_factor_does_not_get_in():
    client = people.signed_in(people.person("carol", Role.COMPLIANCE))
    assert client.get(reverse(LIST)).status_code == 302
