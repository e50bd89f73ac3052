"""An owner of the database forces changes; the verifier names the first bad entry."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from tests.audit.conftest import NOW, run_sql, write
from tradedesk.audit import chain, verification
from tradedesk.audit.chain import GENESIS, Link, Problem
from tradedesk.audit.models import AuditHead
from tradedesk.audit.services import anchor_head


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("six")]

SWAP = """
    UPDATE audit_entry SET sequence = 100 WHERE sequence = 2;
    UPDATE audit_entry SET sequence = 2 WHERE sequence = 5;
    UPDATE audit_entry SET sequence = 5 WHERE sequence = 100;
"""
COPY = """
    INSERT INTO audit_entry (sequence, previous_digest, recorded_at, actor_kind,
        actor_name, actor_user_id, address, action, subject, subject_id,
        payload_digest, digest)
    SELECT {sequence}, previous_digest, recorded_at, actor_kind, actor_name,
        actor_user_id, address, action, subject, subject_id, payload_digest,
        {digest} FROM audit_entry WHERE sequence = 3;
    INSERT INTO audit_payload (entry_id, salt, body)
        SELECT {sequence}, salt, body FROM audit_payload WHERE entry_id = 3;
"""


@pytest.fixture
def six(db):
    """Six entries with the chain anchored at the fourth and at the sixth."""
    for turn in range(6):
        write(subject_id=turn, turn=turn)
        if turn in {3, 5}:
            anchor_head(NOW)


@pytest.fixture
def verify(read_anchors):
    def run(start=GENESIS):
        finding = verification.verify(read_anchors(), start).finding
        return finding and (finding.sequence, finding.problem)

    return run


def told(*arguments):
    """What verify_audit says and the code that it exits with."""
    out, code = StringIO(), 0
    try:
        call_command("verify_audit", *arguments, stdout=out, stderr=StringIO())
    except SystemExit as exit_:
        code = exit_.code
    return out.getvalue(), code


def entry(sequence):
    (row,) = verification._stored(sequence - 1, sequence)
    return row


def test_an_untouched_chain_is_whole():
    said, code = told()
    assert code == 0
    assert "6 entries are whole" in said
    assert f"head: 6 {AuditHead.objects.get().digest}" in said
    assert "anchors: 2, the last at 6" in said


FIELDS = {
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "actor_kind": "'system'",
    "actor_name": "'mallory'",
    "actor_user_id": "7",
    "address": "'10.0.0.9'",
    "action": "'order.denied'",
    "subject": "'fill'",
    "subject_id": "'9'",
    "payload_digest": "repeat('f', 64)",
    "previous_digest": "repeat('f', 64)",
    "digest": "repeat('f', 64)",
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("sequence", [1, 3, 6])
def test_a_changed_field_names_its_entry(forced, field, sequence):
    change = f"{field} = {FIELDS[field]}"
    forced(f"UPDATE audit_entry SET {change} WHERE sequence = %s", [sequence])  # noqa: S608
    said, code = told()
    assert code == 1
    assert said.splitlines()[0] == f"first bad sequence: {sequence}"


SHRED = """
    UPDATE audit_payload SET salt = '', body = '', shredded_by_id = 5 WHERE entry_id = 2
"""
CUT = """
    DELETE FROM audit_payload WHERE entry_id > 4;
    DELETE FROM audit_entry WHERE sequence > 4;
    UPDATE audit_head SET (sequence, digest) =
        (SELECT sequence, digest FROM audit_entry WHERE sequence = 4);
"""
FORCED = {
    "first entry deleted": ("DELETE FROM audit_entry WHERE sequence = 1", 1),
    "middle entry deleted": ("DELETE FROM audit_entry WHERE sequence = 4", 4),
    "last entry deleted": ("DELETE FROM audit_entry WHERE sequence = 6", 6),
    "two entries swapped": (SWAP, 2),
    "entry copied to the end": (
        COPY.format(sequence="7", digest="repeat('a', 64)"), 7,
    ),
    "entry hidden below the first": (
        "ALTER TABLE audit_entry DROP CONSTRAINT audit_sequence_positive;"
        + COPY.format(sequence="-5", digest="repeat('a', 64)"), -5,
    ),
    "same number twice": (
        "ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_pkey CASCADE;"
        + COPY.format(sequence="3", digest="repeat('a', 64)").split(";")[0], 3,
    ),
    "payload changed": ("UPDATE audit_payload SET body = '{}' WHERE entry_id = 2", 2),
    "salt changed": (
        "UPDATE audit_payload SET salt = repeat('0', 32) WHERE entry_id = 5", 5,
    ),
    "payload deleted": ("DELETE FROM audit_payload WHERE entry_id = 3", 3),
    "payload shredded on the quiet": (SHRED, 2),
    "head put back": ("UPDATE audit_head SET sequence = 4", 5),
    "head put forward": ("UPDATE audit_head SET sequence = 9", 7),
    "head with another digest": ("UPDATE audit_head SET digest = repeat('f', 64)", 6),
    "head deleted": ("DELETE FROM audit_head", 6),
    "everything emptied": ("TRUNCATE audit_entry, audit_payload, audit_head", 1),
    "tail cut, head put back": (CUT, 5),
}  # fmt: skip


@pytest.mark.parametrize("act", FORCED)
def test_what_an_owner_forces_is_named(forced, act):
    statement, first_bad = FORCED[act]
    forced(statement)
    said, code = told()
    assert code == 1
    assert said.splitlines()[0] == f"first bad sequence: {first_bad}"


def seal_again_from(forced, sequence):
    """Forge an entry and seal all that follow, and the head, as an owner could."""
    rows = [entry(number) for number in range(sequence, 7)]
    link = Link(sequence=sequence - 1, digest=rows[0].previous_digest)
    rows[0] = rows[0]._replace(actor_name="mallory")
    for row in rows:
        sealed = chain.seal(row, link)
        forced(
            "UPDATE audit_entry SET actor_name = %s, previous_digest = %s, digest = %s"
            " WHERE sequence = %s",
            [sealed.actor_name, sealed.previous_digest, sealed.digest, row.sequence],
        )
        link = Link(sequence=sealed.sequence, digest=sealed.digest)
    forced("UPDATE audit_head SET digest = %s", [link.digest])


@pytest.mark.parametrize("case", [(1, 4), (4, 4), (5, 6), (6, 6)])
def test_a_chain_sealed_again_is_caught_at_the_next_anchor(forced, verify, case):
    sequence, first_anchored_after = case
    seal_again_from(forced, sequence)
    assert verify() == (first_anchored_after, Problem.REWRITTEN)


def test_without_its_anchor_a_chain_sealed_again_looks_whole(
    forced, verify, anchor_file
):
    seal_again_from(forced, 3)
    anchor_file.unlink()
    assert verify() is None


def test_a_cut_tail_that_grows_again_is_caught(forced, verify):
    forced(CUT)
    assert verify() == (5, Problem.TRUNCATED)
    for turn in range(5):
        write(turn=turn)
    assert verify() == (6, Problem.REWRITTEN)


def test_a_check_of_what_is_new_sees_that_what_it_stands_on_was_rewritten(
    forced, verify
):
    start = Link(sequence=5, digest=entry(5).digest)
    assert verify(start) is None
    seal_again_from(forced, 2)
    assert verify(start) == (5, Problem.REWRITTEN)


def test_a_changed_anchor_is_named_by_its_line(anchor_file):
    text = anchor_file.read_text()
    anchor_file.write_text(text.replace('"sequence":6', '"sequence":5'))
    said, code = told()
    assert code == 1
    assert "line 2 of the anchor file" in said


def test_the_answer_can_be_had_as_json(forced):
    said, code = told("--json")
    assert (json.loads(said)["whole"], code) == (True, 0)
    forced("UPDATE audit_entry SET subject_id = '9' WHERE sequence = 2")
    said, code = told("--json")
    answer = json.loads(said)
    assert (answer["first_bad_sequence"], code) == (2, 1)
    assert answer["problem"] == Problem.ALTERED


def test_an_anchor_file_that_was_named_must_exist(tmp_path):
    with pytest.raises(CommandError, match="no anchor file"):
        told("--anchor", str(tmp_path / "nowhere"))


def test_rows_are_streamed_a_few_thousand_at_a_time(monkeypatch):
    monkeypatch.setattr(verification, "ROWS_PER_FETCH", 2)
    stored = verification._stored(0, 6)
    assert next(stored).sequence == 1
    names = run_sql("SELECT name FROM pg_cursors WHERE NOT is_holdable")
    assert len(names) == 1, "a server-side cursor"
    assert [row.sequence for row in stored] == [2, 3, 4, 5, 6]
    assert connection.in_atomic_block
