"""The process: what survives its death, and how it ends."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from brokers.sim.keys import further_key, secret_of
from brokers.sim.server.journal import FILE_NAME, read_lines
from tests.emulators.practice import ExchangeDidNotStartError, PracticeExchange
from tests.sim.server.conftest import NOON


def _order(client_order_id: str, **members: Any) -> dict[str, Any]:
    return {
        "symbol": "ACME",
        "qty": "1",
        "side": "buy",
        "type": "limit",
        "limit_price": "1.00",
        "time_in_force": "gtc",
        "client_order_id": client_order_id,
    } | members


def _state(exchange: PracticeExchange) -> dict[str, Any]:
    paths = (
        "orders?status=all&limit=500",
        "positions",
        "account",
        "watchlists",
        "clock",
    )
    paths += ("account/activities", "account/configurations")
    return {path: exchange.request("GET", f"/v2/{path}") for path in paths}


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[PracticeExchange]:
    with PracticeExchange(tmp_path, options=["--start", NOON]).running() as started:
        yield started


def _live_a_little(exchange: PracticeExchange) -> None:
    post = lambda path, body: exchange.request("POST", path, body)  # noqa: E731
    bracket = {
        "order_class": "bracket",
        "type": "market",
        "limit_price": None,
        "qty": "5",
        "take_profit": {"limit_price": "500"},
        "stop_loss": {"stop_price": "1.01"},
    }
    assert post("/v2/orders", _order("bracket", **bracket))["legs"]
    assert post("/v2/orders", _order("waits", symbol="CRUX"))["id"]
    assert post("/v2/orders", _order("goes", symbol="CRUX"))["id"]
    goes = exchange.request("GET", "/v2/orders:by_client_order_id?client_order_id=goes")
    exchange.request("DELETE", f"/v2/orders/{goes['id']}")
    post("/v2/watchlists", {"name": "kept", "symbols": ["ACME"]})
    exchange.request("PATCH", "/v2/account/configurations", {"no_shorting": True})
    exchange.advance(5)


def test_what_was_answered_survives_sigkill(exchange: PracticeExchange) -> None:
    _live_a_little(exchange)
    before = _state(exchange)
    exchange.restart()
    assert _state(exchange) == before


def test_what_was_answered_survives_an_orderly_end(exchange: PracticeExchange) -> None:
    _live_a_little(exchange)
    before = _state(exchange)
    assert exchange.stop() == 0
    exchange.start()
    assert _state(exchange) == before


def test_a_second_death_loses_no_more_than_the_first(
    exchange: PracticeExchange,
) -> None:
    _live_a_little(exchange)
    exchange.restart()
    exchange.request("POST", "/v2/orders", _order("after"))
    before = _state(exchange)
    exchange.restart()
    exchange.restart()
    assert _state(exchange) == before
    assert len(exchange.accepted()) == len(
        {each.order_id for each in exchange.accepted()}
    )


def test_an_account_that_was_opened_on_the_way_survives_sigkill(
    exchange: PracticeExchange,
) -> None:
    key = further_key(exchange.key, 3)
    person = replace(exchange, key=key, secret=secret_of(key, exchange.secret))
    opened = person.request("GET", "/v2/account")
    exchange.kill()
    exchange.start()
    person = replace(person, port=exchange.port)
    assert person.request("GET", "/v2/account")["id"] == opened["id"]


def test_ids_go_on_after_a_restart(exchange: PracticeExchange) -> None:
    first = exchange.request("POST", "/v2/orders", _order("one"))
    exchange.restart()
    again = exchange.request("POST", "/v2/orders", _order("one"))
    assert again["code"] == 40010001
    second = exchange.request("POST", "/v2/orders", _order("two"))
    assert first["id"] != second["id"]


@pytest.mark.parametrize("round_", range(3))
def test_orders_sent_while_it_is_killed_are_whole_or_absent(
    exchange: PracticeExchange, round_: int
) -> None:
    def submit(number: int) -> str | None:
        try:
            answer = exchange.request("POST", "/v2/orders", _order(f"order-{number}"))
        except (OSError, HTTPException):
            return None
        return str(answer["id"])

    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(submit, number) for number in range(200)]
        sent[20 + 40 * round_].result()
        exchange.kill()
        answered = {order_id for each in sent if (order_id := each.result())}
    exchange.start()
    listed = {
        order["id"]
        for order in exchange.request("GET", "/v2/orders?status=all&limit=500")
    }
    recorded = [each.order_id for each in exchange.accepted()]
    assert answered <= listed
    assert sorted(recorded) == sorted(listed)


def test_each_accepted_order_stands_in_the_journal_once(
    exchange: PracticeExchange,
) -> None:
    _live_a_little(exchange)
    accepted = exchange.accepted()
    entry, legs = accepted[0], [each for each in accepted if each.parent]
    assert [e.client_order_id for e in accepted if not e.parent] == [
        "bracket",
        "waits",
        "goes",
    ]
    assert {leg.parent for leg in legs} == {entry.order_id}
    assert len(legs) == 2
    account = exchange.request("GET", "/v2/account")
    assert {each.account_id for each in accepted} == {account["id"]}


def test_a_refused_order_is_not_in_the_journal(exchange: PracticeExchange) -> None:
    answer = exchange.request("POST", "/v2/orders", _order("odd", symbol="NOPE"))
    assert answer["code"]
    assert exchange.accepted() == []


def test_an_acceptance_that_was_cut_off_is_written_anew(
    exchange: PracticeExchange,
) -> None:
    order = exchange.request("POST", "/v2/orders", _order("cut"))
    exchange.kill()
    path = exchange.data / FILE_NAME
    lines = path.read_bytes().splitlines(keepends=True)
    assert b"order_accepted" in lines[-1]
    path.write_bytes(b"".join(lines[:-1]) + lines[-1][:25])
    assert exchange.accepted() == []
    exchange.start()
    assert [each.order_id for each in exchange.accepted()] == [order["id"]]


def test_a_change_that_was_cut_off_never_happened(exchange: PracticeExchange) -> None:
    exchange.request("POST", "/v2/orders", _order("kept"))
    size = (exchange.data / FILE_NAME).stat().st_size
    exchange.request("POST", "/v2/orders", _order("cut"))
    exchange.kill()
    path = exchange.data / FILE_NAME
    path.write_bytes(path.read_bytes()[: size + 50])
    exchange.start()
    kept = exchange.request("GET", "/v2/orders?status=all")
    assert [order["client_order_id"] for order in kept] == ["kept"]
    assert exchange.request("POST", "/v2/orders", _order("cut"))["id"]
    assert [line.sequence for line in read_lines(path)][-1] > 0


def test_a_folder_is_served_by_one_process(exchange: PracticeExchange) -> None:
    with pytest.raises(ExchangeDidNotStartError):
        PracticeExchange(exchange.data).start()
    assert exchange.request("GET", "/v2/clock")["is_open"]


def test_a_folder_keeps_its_seed(exchange: PracticeExchange) -> None:
    exchange.stop()
    exchange.seed += 1
    with pytest.raises(ExchangeDidNotStartError):
        exchange.start()


def test_it_ends_in_order_with_open_websockets(exchange: PracticeExchange) -> None:
    async def listen_until_it_ends() -> int:
        async with (
            connect(exchange.stream_url) as one,
            connect(exchange.data_stream_url) as two,
        ):
            await two.recv()
            code = await asyncio.to_thread(exchange.stop)
            await one.wait_closed()
            await two.wait_closed()
            return code

    assert asyncio.run(listen_until_it_ends()) == 0


def test_it_ends_in_order_with_a_request_that_hangs(exchange: PracticeExchange) -> None:
    exchange.add_fault("hang", kind="hang", path="/v2/clock")
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(exchange.request, "GET", "/v2/clock")
        while not exchange.request("GET", "/control/faults")["counts"]["hang"][
            "struck"
        ]:
            pass
        assert exchange.stop() == 0
        assert isinstance(hanging.exception(), OSError | HTTPException)


def test_two_accounts_know_nothing_of_each_other(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.json"
    accounts.write_text(json.dumps([{"key": "PKBOB", "secret": "bob", "cash": "5000"}]))
    alice = PracticeExchange(tmp_path / "data", options=["--accounts", str(accounts)])
    with alice.running():
        bob = PracticeExchange(alice.data, key="PKBOB", secret="bob", port=alice.port)
        order = alice.request("POST", "/v2/orders", _order("same"))
        assert bob.request("GET", "/v2/account")["cash"] == "5000"
        assert bob.request("GET", "/v2/orders?status=all") == []
        assert bob.request("GET", f"/v2/orders/{order['id']}")["code"] == 40410000
        assert bob.request("DELETE", f"/v2/orders/{order['id']}")["code"] == 40410000
        assert bob.request("POST", "/v2/orders", _order("same"))["id"] != order["id"]


def test_the_fast_clock_runs_and_goes_on_where_it_was(tmp_path: Path) -> None:
    options = ["--start", NOON, "--speed", "3600"]
    exchange = PracticeExchange(tmp_path, clock="fast", options=options)
    with exchange.running():
        started = exchange.request("GET", "/v2/clock")["timestamp"]
        assert started > NOON[:10]
        while exchange.request("GET", "/v2/clock")["timestamp"] == started:
            pass
        assert exchange.stop() == 0
        exchange.start()
        assert exchange.request("GET", "/v2/clock")["timestamp"] > started


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--data", "x"],
        ["--data", "x", "--key", "k"],
        ["--data", "x", "--key", "k", "--secret", "s", "--clock", "manual"],
        ["--data", "x", "--key", "k", "--secret", "s", "--start", "2026-01-01"],
    ],
)
def test_a_command_line_that_is_not_enough_says_so(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "brokers.sim.server", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr
