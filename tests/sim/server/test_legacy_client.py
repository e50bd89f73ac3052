"""The superseded `alpaca-trade-api` client, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.practice import PracticeExchange
from tests.sim.server import legacy_environment


PROGRAM = Path(__file__).with_name("legacy_program.py")


@pytest.fixture(scope="session")
def legacy_python() -> Path:
    return legacy_environment.python()


@pytest.fixture(scope="module")
def saw(
    legacy_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """What a program of the old kind sees of a running exchange."""
    exchange = PracticeExchange(
        tmp_path_factory.mktemp("practice"), clock="real", control=False
    )
    with exchange.running():
        done = subprocess.run(
            [legacy_python, "-W", "ignore", PROGRAM],
            env=os.environ | _environment(exchange),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout)


def _environment(exchange: PracticeExchange) -> dict[str, str]:
    return {
        "APCA_API_KEY_ID": exchange.key,
        "APCA_API_SECRET_KEY": exchange.secret,
        "APCA_API_BASE_URL": exchange.url,
        "APCA_API_DATA_URL": exchange.url,
        "APCA_API_DATA_STREAM_URL": exchange.url.replace("http", "ws"),
    }


def test_it_reads_the_account(saw: dict[str, Any]) -> None:
    assert saw["account"] | {"open": True} == {
        "status": "ACTIVE",
        "cash": "100000",
        "open": True,
    }


def test_it_submits_lists_and_cancels_an_order(saw: dict[str, Any]) -> None:
    assert saw["orders"] == {
        "listed": [True],
        "limit_price": "1.25",
        "ended": "canceled",
    }


def test_it_reads_bars_into_a_frame(saw: dict[str, Any]) -> None:
    assert saw["bars"]["rows"] >= 20
    assert {"open", "high", "low", "close", "volume"} <= set(saw["bars"]["columns"])


def test_it_hears_fills_and_quotes(saw: dict[str, Any]) -> None:
    assert saw["streams"] == {
        "fill": {"symbol": "ACME", "qty": "1"},
        "quote": {"symbol": "ACME", "sane": True},
    }
    assert saw["positions"] == ["ACME"]


def test_it_understands_a_refusal(saw: dict[str, Any]) -> None:
    assert saw["refusal"]["status"] in {404, 422}
    assert saw["refusal"]["code"]
