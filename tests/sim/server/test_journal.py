"""The exchange's own record: complete lines, counted by anybody."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from brokers.sim.server.journal import (
    ORDER_ACCEPTED,
    Journal,
    JournalInUseError,
    Position,
    Record,
    accepted_orders,
    read_lines,
)


AT = datetime(2026, 11, 20, 15, tzinfo=UTC)


def _accepted(number: int) -> Record:
    data = {
        "order_id": f"order-{number}",
        "client_order_id": f"client-{number}",
        "account_id": "account",
        "symbol": "ACME",
        "side": "buy",
        "parent": "",
        "replaces": "",
    }
    return Record(kind=ORDER_ACCEPTED, at=AT, data=data)


def _other() -> Record:
    return Record(kind="change", at=AT, data={"entry": {}})


def test_each_accepted_order_is_told_once_and_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append([_other(), _accepted(1), _accepted(2)])
    journal.append([_other()])
    assert [each.order_id for each in accepted_orders(tmp_path)] == [
        "order-1",
        "order-2",
    ]
    journal.close()


def test_a_folder_without_a_journal_accepted_nothing(tmp_path: Path) -> None:
    assert list(accepted_orders(tmp_path)) == []


@pytest.mark.parametrize("kept", range(1, 40))
def test_a_torn_last_line_is_left_out_and_cut_off(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.append([_accepted(1)])
    whole = path.read_bytes()
    journal.append([_accepted(2)])
    journal.close()
    path.write_bytes(path.read_bytes()[: len(whole) + kept])

    assert len(list(accepted_orders(path))) == 1
    again = Journal(path)
    assert len(list(again.recover())) == 1
    again.append([_accepted(3)])
    again.close()
    assert [line.sequence for line in read_lines(path)] == [1, 2]
    assert [each.order_id for each in accepted_orders(path)] == ["order-1", "order-3"]


def test_recovery_goes_on_from_a_position(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append([_accepted(1)])
    position = journal.position
    journal.append([_accepted(2)])
    end = journal.position
    journal.close()
    again = Journal(tmp_path / "journal.jsonl")
    assert [line.sequence for line in again.recover(position)] == [2]
    assert again.position == end
    again.close()


def test_a_missing_line_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.append([_accepted(1), _accepted(2), _accepted(3)])
    journal.close()
    first, _, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + third)
    with pytest.raises(ValueError, match="Line 2 of the journal says sequence 3"):
        list(read_lines(path))


def test_a_journal_is_held_by_one_exchange(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    with pytest.raises(JournalInUseError, match="in use"):
        Journal(tmp_path / "journal.jsonl")
    journal.close()


async def test_those_who_wait_for_the_disk_all_return(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")

    async def write(number: int) -> Position:
        journal.append([_accepted(number)])
        await journal.synced()
        return journal.position

    positions = await asyncio.gather(*(write(number) for number in range(50)))
    assert max(position.sequence for position in positions) == 50
    journal.close()
