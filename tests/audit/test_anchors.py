from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tradedesk.audit import anchors
from tradedesk.audit.chain import GENESIS, Link


NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
KEY = b"a key for tests only"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "anchors.jsonl"


def link(sequence):
    return Link(sequence=sequence, digest=f"{sequence:064x}")


@pytest.fixture
def three(path):
    for sequence in (2, 4, 4):
        anchors.append(path, link(sequence), key=KEY, now=NOW)
    return path


def test_anchors_are_read_back_in_order(three):
    file = anchors.read(three, KEY)
    assert file.broken_line is None
    assert file.links == (link(2), link(4), link(4))
    assert file.last.instant == "2026-03-02T14:30:00+00:00"


def test_a_file_that_does_not_exist_holds_nothing(path):
    file = anchors.read(path, KEY)
    assert (file.anchors, file.last, file.broken_line) == ((), None, None)


def test_the_file_is_readable_by_its_owner_alone(three):
    assert stat.S_IMODE(three.stat().st_mode) == 0o600


def test_another_key_makes_the_first_line_the_broken_one(three):
    assert anchors.read(three, b"another").broken_line == 1


@pytest.mark.parametrize("field", ["line", "instant", "sequence", "digest"])
def test_a_changed_field_breaks_its_line(three, field):
    lines = three.read_text().splitlines()
    said = json.loads(lines[1])
    said[field] = said[field] + 1 if isinstance(said[field], int) else "f" * 64
    lines[1] = json.dumps(said)
    three.write_text("\n".join(lines) + "\n")
    file = anchors.read(three, KEY)
    assert (file.broken_line, len(file.anchors)) == (2, 1)


@pytest.mark.parametrize(
    "line", ["", "garbage", "[]", "{}", '{"sequence": 1.5}', '"\\ud800"']
)
def test_a_line_that_is_no_anchor_breaks_the_file_there(three, line):
    with three.open("a") as file:
        file.write(line + "\n")
    assert anchors.read(three, KEY).broken_line == 4


@pytest.mark.parametrize("value", ["1.5", "null", '"\\ud800"', '"é"', "[1]"])
@pytest.mark.parametrize("field", ["sequence", "digest", "signature"])
def test_a_value_of_another_type_breaks_its_line(three, field, value):
    lines = three.read_text().splitlines()
    said = json.loads(lines[2]) | {field: json.loads(value)}
    three.write_text("\n".join([*lines[:2], json.dumps(said)]) + "\n")
    assert anchors.read(three, KEY).broken_line == 3


def test_a_line_taken_out_of_the_middle_breaks_the_next(three):
    first, _second, third = three.read_text().splitlines()
    three.write_text(f"{first}\n{third}\n")
    assert anchors.read(three, KEY).broken_line == 2


def test_a_write_that_a_crash_cut_short_is_no_anchor_and_is_written_over(three):
    whole = three.read_bytes()
    three.write_bytes(whole + whole[:40])
    assert len(anchors.read(three, KEY).anchors) == 3
    anchors.append(three, link(9), key=KEY, now=NOW)
    file = anchors.read(three, KEY)
    assert (file.broken_line, file.last.link, file.last.line) == (None, link(9), 4)


def test_several_processes_may_anchor_at_once(path):
    with ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(anchors.append, path, GENESIS, key=KEY, now=NOW)
            for _turn in range(40)
        ]
    assert sorted(job.result().line for job in jobs) == list(range(1, 41))
    assert anchors.read(path, KEY).broken_line is None


def test_an_anchor_is_on_the_disk_before_append_returns(path, monkeypatch):
    synced = []

    def fsync(descriptor):
        synced.append(os.fstat(descriptor))

    monkeypatch.setattr(anchors.os, "fsync", fsync)
    anchors.append(path, GENESIS, key=KEY, now=NOW)
    assert [stat.S_ISDIR(seen.st_mode) for seen in synced] == [False, True]
    assert synced[0].st_size == path.stat().st_size
