"""What a client sees when a fault rule strikes, and what the exchange took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.emulators.practice import PracticeExchange
from tests.sim.server.raw import Answer, send


@pytest.fixture(autouse=True)
def _no_faults_left(exchange: PracticeExchange) -> Iterator[None]:
    yield
    exchange.clear_faults()


def _submit(exchange: PracticeExchange, name: str) -> Answer:
    body = (
        '{"symbol":"ACME","qty":"1","side":"buy","type":"limit","limit_price":"1",'
        f'"time_in_force":"gtc","client_order_id":"{name}"}}'
    )
    return send(exchange, "POST", "/v2/orders", body=body.encode())


def _taken(exchange: PracticeExchange, name: str) -> int:
    """How often the exchange has the order: by its journal, and by asking it."""
    ids = [each.client_order_id for each in exchange.accepted()]
    path = f"/v2/orders:by_client_order_id?client_order_id={name}"
    found = send(exchange, "GET", path).status == 200
    assert ids.count(name) == int(found)
    return ids.count(name)


def _fault(exchange: PracticeExchange, **rule: Any) -> str:
    exchange.add_fault("under test", method="POST", path="/v2/orders", **rule)
    return str(uuid4())


@pytest.mark.parametrize(("moment", "taken"), [("before", 0), ("after", 1)])
def test_a_dropped_connection(
    exchange: PracticeExchange, moment: str, taken: int
) -> None:
    name = _fault(exchange, kind="drop", moment=moment, times=1)
    with pytest.raises((ConnectionError, HTTPException)):
        _submit(exchange, name)
    assert _taken(exchange, name) == taken


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(("moment", "taken"), [("before", 0), ("after", 1)])
def test_a_gateway_error(
    exchange: PracticeExchange, status: int, *, moment: str, taken: int
) -> None:
    name = _fault(exchange, kind="answer", status=status, moment=moment)
    got = _submit(exchange, name)
    assert got.status == status
    assert got.content.startswith(b"<html>")
    assert _taken(exchange, name) == taken


def test_too_many_requests_with_a_time_to_wait(exchange: PracticeExchange) -> None:
    name = _fault(
        exchange, kind="answer", status=429, moment="before", retry_after=3, times=1
    )
    got = _submit(exchange, name)
    assert (got.status, got.headers["Retry-After"]) == (429, "3")
    assert _taken(exchange, name) == 0
    assert _submit(exchange, name).status == 200


def test_garbage_after_acceptance(exchange: PracticeExchange) -> None:
    name = _fault(exchange, kind="garbage")
    got = _submit(exchange, name)
    assert got.status == 200
    with pytest.raises(UnicodeDecodeError):
        _ = got.body
    assert _taken(exchange, name) == 1


def test_a_truncated_answer_after_acceptance(exchange: PracticeExchange) -> None:
    name = _fault(exchange, kind="truncate")
    with pytest.raises(IncompleteRead):
        _submit(exchange, name)
    assert _taken(exchange, name) == 1


def test_a_hang_that_ends_without_an_answer(exchange: PracticeExchange) -> None:
    name = _fault(exchange, kind="hang", seconds=0.2)
    with pytest.raises((ConnectionError, HTTPException)):
        _submit(exchange, name)
    assert _taken(exchange, name) == 1


def test_a_delay_ends_with_the_proper_answer(exchange: PracticeExchange) -> None:
    name = _fault(exchange, kind="delay", seconds=0.1)
    assert _submit(exchange, name).body["client_order_id"] == name


def test_a_closed_port_refuses_and_opens_again(exchange: PracticeExchange) -> None:
    exchange.request("POST", "/control/refuse", {"seconds": 0.4})
    with pytest.raises(ConnectionRefusedError):
        exchange.request("GET", "/v2/clock")
    assert _when_it_answers(exchange)["is_open"]


def _when_it_answers(exchange: PracticeExchange) -> Any:
    while True:
        with suppress(ConnectionRefusedError):
            return exchange.request("GET", "/v2/clock")


def test_rules_and_their_counts_are_told(exchange: PracticeExchange) -> None:
    name = _fault(exchange, kind="answer", status=503, every=2)
    statuses = [_submit(exchange, f"{name}-{number}").status for number in range(4)]
    told = exchange.request("GET", "/control/faults")
    assert statuses == [503, 200, 503, 200]
    assert told["counts"] == {"under test": {"matched": 4, "struck": 2}}
    assert [rule["kind"] for rule in told["rules"]] == ["answer"]


@pytest.mark.parametrize(
    "rule",
    [{"kind": "odd"}, {}, {"kind": "drop", "every": 0}, {"kind": "drop", "x": 1}],
)
def test_an_odd_rule_is_refused(
    exchange: PracticeExchange, rule: dict[str, Any]
) -> None:
    answer = exchange.request("POST", "/control/faults", {"name": "odd", **rule})
    assert answer["code"] == 40010001


def test_an_answer_in_the_venues_own_words(exchange: PracticeExchange) -> None:
    body = '{"code": 42210000, "message": "no"}'
    name = _fault(exchange, kind="answer", status=422, body=body, moment="before")
    answer = _submit(exchange, name)
    assert (answer.status, answer.content) == (422, body.encode())
    assert _taken(exchange, name) == 0


def test_a_request_that_is_acted_upon_later(exchange: PracticeExchange) -> None:
    name = _fault(exchange, kind="answer", status=400, moment="later", times=1)
    assert _submit(exchange, name).status == 400
    assert _taken(exchange, name) == 0
    assert exchange.request("POST", "/control/release") == {"released": 1}
    assert _taken(exchange, name) == 1
    assert exchange.request("POST", "/control/release") == {"released": 0}


def _ids(exchange: PracticeExchange) -> list[str]:
    return [one["id"] for one in exchange.request("GET", "/v2/orders?status=all")]


@pytest.mark.parametrize(("kind", "more"), [("omit", -1), ("repeat", 1)])
def test_a_list_that_is_not_what_it_should_be(
    exchange: PracticeExchange, kind: str, more: int
) -> None:
    for _ in range(3):
        _submit(exchange, str(uuid4()))
    whole = _ids(exchange)
    exchange.add_fault("list", kind=kind, method="GET", path="/v2/orders", times=1)
    changed = _ids(exchange)
    assert len(changed) == len(whole) + more
    assert set(changed) <= set(whole)
    assert _ids(exchange) == whole


def test_an_empty_list(exchange: PracticeExchange) -> None:
    _submit(exchange, str(uuid4()))
    exchange.add_fault("list", kind="empty", method="GET", path="/v2/orders", times=1)
    assert _ids(exchange) == []
    assert _ids(exchange)


def test_words_that_are_rewritten(exchange: PracticeExchange) -> None:
    _submit(exchange, str(uuid4()))
    rule = {"find": '"status": ?"[a-z_]+"', "put": '"status": "odd", "new": NaN'}
    exchange.add_fault("words", kind="rewrite", path="/v2/orders", times=1, **rule)
    rows = exchange.request("GET", "/v2/orders?status=all")
    assert {one["status"] for one in rows} == {"odd"}


@pytest.mark.parametrize(
    ("kind", "seconds", "moved"), [("zone", 20_700, 0), ("skew", -300, -300)]
)
def test_instants_in_another_zone_and_by_a_wrong_clock(
    exchange: PracticeExchange, kind: str, seconds: int, *, moved: int
) -> None:
    before = exchange.request("GET", "/v2/clock")["timestamp"]
    exchange.add_fault("time", kind=kind, path="/v2/clock", seconds=seconds)
    after = exchange.request("GET", "/v2/clock")["timestamp"]
    assert after != before
    difference = datetime.fromisoformat(after) - datetime.fromisoformat(before)
    assert difference.total_seconds() == moved


def test_a_row_of_the_matrix_by_name_and_by_number(exchange: PracticeExchange) -> None:
    for row in ("answer-dropped", 10):
        exchange.request("POST", "/control/faults", {"row": row, "times": 2})
    rules = exchange.request("GET", "/control/faults")["rules"]
    named = {rule["name"]: (rule["kind"], rule["times"]) for rule in rules}
    assert named == {"answer-dropped": ("drop", 2), "rate-limited": ("answer", 2)}


@pytest.mark.parametrize(
    "rule",
    [
        {"row": "no such row"},
        {"row": "answer-dropped", "odd": 1},
        {"name": "n", "kind": "no such kind"},
        {"name": "n", "kind": "drop", "moment": "never"},
        {"name": "n", "kind": "twice"},
    ],
)
def test_what_is_no_rule_is_refused(
    exchange: PracticeExchange, rule: dict[str, Any]
) -> None:
    assert "rule" in exchange.request("POST", "/control/faults", rule)["message"]
    assert exchange.request("GET", "/control/faults")["rules"] == []


def test_a_row_that_holds_from_the_start_without_the_control_face(
    tmp_path: Path,
) -> None:
    exchange = PracticeExchange(
        tmp_path, clock="real", control=False, options=("--fault", "answer-dropped")
    )
    with exchange.running():
        name = str(uuid4())
        with pytest.raises((ConnectionError, HTTPException)):
            _submit(exchange, name)
        assert _taken(exchange, name) == 1
        assert send(exchange, "GET", "/control/faults").status == 404
