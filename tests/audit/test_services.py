from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from tests.audit.conftest import ALICE, NOW, run_sql, write
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.anchors import AnchorFile
from tradedesk.audit.models import AppendOnlyError, AuditEntry, AuditHead
from tradedesk.audit.selectors import entries_for
from tradedesk.audit.services import NotShreddedError, record, shred, together
from tradedesk.audit.verification import verify
from tradedesk.core.actor import Actor, ActorKind


@pytest.mark.django_db
def test_entries_are_numbered_from_one_and_each_follows_from_the_one_before():
    first, second = write(price=Decimal("60.00")), write()
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.previous_digest == "0" * 64
    assert second.previous_digest == first.digest
    assert AuditHead.objects.get().sequence == 2


@pytest.mark.django_db
def test_a_payload_is_kept_as_it_was_digested():
    entry = write(price=Decimal("60.00"), note="zwölf „Stück“")
    stored = AuditEntry.objects.get(pk=entry.pk)
    assert stored.payload.data == {"price": "60", "note": "zwölf „Stück“"}
    assert stored.digest == entry.digest


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError, match="transaction"):
        write()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_entry_and_no_gap():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    with transaction.atomic():
        assert write().sequence == 1
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_tests_that_commit_start_from_an_empty_log():
    with transaction.atomic():
        assert write().sequence == 1


@pytest.mark.django_db(transaction=True)
def test_entries_of_a_block_are_appended_at_its_end_in_their_order():
    with transaction.atomic():
        with together():
            for price in ("1", "2"):
                write(price=Decimal(price))
            assert not AuditEntry.objects.exists()
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                write(price=Decimal(1) / 0)
            with transaction.atomic():
                write(price=Decimal(3))
                transaction.set_rollback(True)
            with transaction.atomic(), together():
                write(price=Decimal(4))
            write(price=Decimal(5))
        write(price=Decimal(6))
    entries = AuditEntry.objects.order_by("sequence").select_related("payload")
    prices = [entry.payload.data["price"] for entry in entries]
    # What an inner savepoint keeps goes with it, and not into one that is taken back.
    assert prices == ["4", "1", "2", "5", "6"]
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert verify(AnchorFile(anchors=(), broken_line=None)).finding is None


@pytest.mark.django_db(transaction=True)
def test_a_block_that_fails_appends_nothing_and_the_next_one_does():
    for fails in (True, False):
        with suppress(ZeroDivisionError), transaction.atomic(), together():
            write()
            if fails:
                1 / 0  # noqa: B018 - the point
    assert AuditEntry.objects.count() == 1
    with pytest.raises(TransactionManagementError), together():
        write()


@pytest.mark.django_db
def test_a_payload_with_a_float_is_refused():
    with pytest.raises(TypeError, match="float"):
        write(price=60.0)


@pytest.mark.django_db
def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"):
        record(
            AuditAction.ORDER_DRAFTED,
            actor=ALICE,
            subject="order",
            subject_id=1,
            payload={},
            now=datetime(2026, 3, 2, 14, 30),  # noqa: DTZ001 - the point
        )


@pytest.mark.django_db
def test_models_refuse_to_save_or_delete():
    entry = write()
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(subject_id="2"),
        lambda: AuditEntry.objects.create(sequence=2),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ['"quoted" \\ back', "tab\tline\nend\x01\x7f", "日本 🙂 é"]
)
def test_the_database_and_the_verifier_digest_the_same_bytes(text):
    actor = Actor(kind=ActorKind.PERSON, name=text, user_id=None, address=text)
    write(actor=actor, subject_id=text, note=text)
    report = verify(AnchorFile(anchors=(), broken_line=None))
    assert (report.finding, report.chain.entries) == (None, 1)


@pytest.mark.django_db
def test_the_timeline_of_a_subject_is_its_entries_in_order(django_assert_num_queries):
    write(subject_id=7, step=1)
    write(subject_id=8)
    write(AuditAction.ORDER_CONFIRMED, subject_id=7, step=2)
    with django_assert_num_queries(1):
        timeline = [(row.action, row.payload.data) for row in entries_for("order", 7)]
    assert timeline == [
        ("order.drafted", {"step": 1}),
        ("order.confirmed", {"step": 2}),
    ]


def _append_some_and_roll_some_back(worker):
    try:
        for turn in range(50):
            with transaction.atomic():
                write(subject_id=worker, turn=turn)
                transaction.set_rollback(turn % 7 == worker % 7)
    finally:
        connection.close()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_with_rollbacks_leave_no_gap():
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(_append_some_and_roll_some_back, range(8)))
    kept = sum(turn % 7 != worker % 7 for worker in range(8) for turn in range(50))
    report = verify(AnchorFile(anchors=(), broken_line=None))
    assert (report.finding, report.chain.entries) == (None, kept)
    assert AuditHead.objects.get().sequence == kept


@pytest.mark.django_db
def test_a_shredded_payload_is_gone_and_the_chain_still_verifies():
    entry = write(email="charlie@example.com")
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    shred([entry.sequence], actor=ALICE, reason="erasure asked for", now=NOW)
    stored = AuditEntry.objects.get(pk=entry.sequence)
    assert (stored.payload.data, stored.payload.salt) == (None, "")
    assert stored.payload.shredded_by_id == 2
    report = verify(AnchorFile(anchors=(), broken_line=None))
    assert (report.finding, report.chain.shredded) == (None, 1)


@pytest.mark.django_db
def test_what_records_a_shredding_cannot_be_shredded_nor_can_a_payload_twice():
    entry = write()
    act = shred([entry.sequence], actor=ALICE, reason="asked", now=NOW)
    with pytest.raises(NotShreddedError, match="0 of 1"):
        shred([entry.sequence], actor=ALICE, reason="again", now=NOW)
    with (
        pytest.raises(IntegrityError, match="recorded shredding"),
        transaction.atomic(),
    ):
        shred([act.sequence], actor=ALICE, reason="cover up", now=NOW)
