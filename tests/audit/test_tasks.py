from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from tests.audit.conftest import NOW, run_sql, write
from tradedesk.audit import selectors, services, tasks
from tradedesk.audit.models import VerificationRun


pytestmark = pytest.mark.django_db


def test_the_head_is_anchored(read_anchors):
    write()
    tasks.anchor_head()
    assert read_anchors().last.link == selectors.head()


def test_only_what_is_new_is_checked_again():
    write()
    write()
    tasks.verify_chain()
    write()
    tasks.verify_new_entries()
    whole, new = VerificationRun.objects.order_by("pk")
    assert (whole.from_sequence, whole.to_sequence, whole.entries) == (0, 2, 2)
    assert (new.from_sequence, new.to_sequence, new.entries) == (2, 3, 1)


def test_a_broken_chain_raises_the_alarm_until_it_is_whole(forced, caplog):
    write()
    tasks.verify_new_entries()
    assert not selectors.chain_status().is_alarming
    write()
    forced("UPDATE audit_entry SET subject_id = '9' WHERE sequence = 2")
    for _again in range(2):
        with caplog.at_level(logging.CRITICAL):
            tasks.verify_new_entries()
        status = selectors.chain_status()
        assert status.is_alarming
        assert status.last_run.first_bad_sequence == 2
    assert "broken at sequence 2" in caplog.text
    assert selectors.verified_link().sequence == 1


def test_the_status_says_head_anchor_and_who_could_change_the_log():
    write()
    later = NOW + timedelta(hours=1)
    services.anchor_head(later)
    write()
    status = selectors.chain_status()
    assert (status.head.sequence, status.anchored.sequence) == (2, 1)
    assert status.anchored_at == later
    assert not status.is_guarded, "these tests run as the owner"


def test_a_desk_without_entries_is_whole_and_anchors_its_beginning(read_anchors):
    tasks.anchor_head()
    tasks.verify_new_entries()
    assert read_anchors().last.sequence == 0
    assert selectors.last_run().is_whole
    assert run_sql("SELECT count(*) FROM audit_head") == [(0,)]
