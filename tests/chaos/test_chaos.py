"""A small run of each kind; `make chaos` is the large one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tradedesk.core.failpoints import Failpoint


PROJECT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.xdist_group("desk"), pytest.mark.timeout(900)]


def chaos(*options: str) -> tuple[int, str, dict[str, int]]:
    """Exit code, everything that was said, and the numbers of its last line."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *options],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    said = done.stdout + done.stderr
    assert done.stdout, said
    return done.returncode, said, json.loads(done.stdout.splitlines()[-1])


def test_every_order_is_once_at_the_exchange_whoever_is_killed_wherever():
    code, said, numbers = chaos("--orders", "60", "--kills", "20", "--traders", "4")
    assert code == 0, said
    wrong = {name: numbers[name] for name in ("doubled", "lost", "unknown", "breaks")}
    assert wrong == {"doubled": 0, "lost": 0, "unknown": 0, "breaks": 0}, said
    assert numbers["at_broker"] == numbers["intended"] >= 60, said
    assert [point for point in Failpoint if f" at {point}" not in said] == []
    for name in ("web", "worker", "stream", "exchange", "database", "queue"):
        assert f"{name} at a random instant" in said
    assert "worker-2 with the other" in said


def test_sending_again_blindly_is_seen_as_doubled():
    code, said, numbers = chaos(
        "--orders", "20", "--kills", "0", "--no-failpoints", "--blind"
    )
    assert code == 1, said
    assert numbers["doubled"] > 0, said
    assert numbers["at_broker"] > numbers["intended"], said
