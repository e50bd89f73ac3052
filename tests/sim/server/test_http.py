"""What surrounds each request: credentials, limits, and input that is no input."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from brokers.sim.keys import further_key, secret_of
from tests.emulators.practice import PracticeExchange
from tests.sim.server.openapi import check_answer
from tests.sim.server.raw import credentials, send


ORDER = {
    "symbol": "ACME",
    "qty": "1",
    "side": "buy",
    "type": "limit",
    "time_in_force": "day",
    "limit_price": "1.00",
}


def test_a_request_without_credentials_is_forbidden(exchange: PracticeExchange) -> None:
    got = send(exchange, "GET", "/v2/account", headers={})
    assert (got.status, got.body["message"]) == (403, "forbidden.")


@pytest.mark.parametrize("header", ["APCA-API-KEY-ID", "APCA-API-SECRET-KEY"])
def test_a_wrong_credential_is_not_authorised(
    exchange: PracticeExchange, header: str
) -> None:
    headers = credentials(exchange) | {header: "wrong"}
    got = send(exchange, "GET", "/v2/stocks/meta/exchanges", headers=headers)
    assert got.status == 401
    assert got.body == {"code": 40110000, "message": "request is not authorized"}


def test_a_wrong_secret_gets_no_order_in(exchange: PracticeExchange) -> None:
    headers = credentials(exchange) | {"APCA-API-SECRET-KEY": "wrong"}
    body = json.dumps(ORDER).encode()
    before = len(exchange.accepted())
    assert (
        send(exchange, "POST", "/v2/orders", headers=headers, body=body).status == 401
    )
    assert len(exchange.accepted()) == before


def further(exchange: PracticeExchange, key: str) -> dict[str, str]:
    return credentials(exchange) | {
        "APCA-API-KEY-ID": key,
        "APCA-API-SECRET-KEY": secret_of(key, exchange.secret),
    }


def test_a_further_key_has_an_account_of_its_own(exchange: PracticeExchange) -> None:
    first = send(exchange, "GET", "/v2/account").body
    headers = further(exchange, further_key(exchange.key, 7))
    opened = send(exchange, "GET", "/v2/account", headers=headers)
    again = send(exchange, "GET", "/v2/account", headers=headers)
    assert (opened.status, opened.body["cash"]) == (200, "100000")
    assert opened.body["id"] == again.body["id"] != first["id"]
    body = json.dumps(ORDER).encode()
    placed = send(exchange, "POST", "/v2/orders", headers=headers, body=body).body
    assert send(exchange, "GET", f"/v2/orders/{placed['id']}").status == 404


@pytest.mark.parametrize("key", ["PKTEST-", "PKTEST-x", "PKTEST-7-1", "PKTEST7", "-7"])
def test_a_key_of_no_further_account_is_not_authorised(
    exchange: PracticeExchange, key: str
) -> None:
    headers = further(exchange, key)
    assert send(exchange, "GET", "/v2/account", headers=headers).status == 401


def test_a_further_key_is_nothing_without_its_secret(
    exchange: PracticeExchange,
) -> None:
    headers = credentials(exchange) | {"APCA-API-KEY-ID": further_key(exchange.key, 8)}
    assert send(exchange, "GET", "/v2/account", headers=headers).status == 401


def test_every_answer_has_a_request_id_of_its_own(exchange: PracticeExchange) -> None:
    paths = ("/v2/account", "/v2/account", "/nowhere", "/v2/orders/x")
    ids = {send(exchange, "GET", path).headers["X-Request-ID"] for path in paths}
    assert len(ids) == 4


def test_the_limits_are_told(exchange: PracticeExchange) -> None:
    told = [send(exchange, "GET", "/v2/clock").headers for _ in range(2)]
    assert all(each["X-RateLimit-Limit"] == "60000" for each in told)
    left = [int(each["X-RateLimit-Remaining"]) for each in told]
    same_minute = len({each["X-RateLimit-Reset"] for each in told}) == 1
    assert left[0] - left[1] == 1 or not same_minute


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/nowhere", 404),
        ("GET", "/", 404),
        ("GET", "/v1/locates", 404),
        ("PUT", "/v2/orders", 405),
        ("POST", "/v2/account", 405),
        ("GET", "/control/faults", 200),
    ],
)
def test_an_unknown_path_or_method_is_refused(
    exchange: PracticeExchange, method: str, path: str, status: int
) -> None:
    got = send(exchange, method, path)
    assert got.status == status
    assert status == 200 or set(got.body) == {"code", "message"}


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff\xfe", b"null"])
def test_a_body_that_is_no_object_is_refused(
    exchange: PracticeExchange, body: bytes
) -> None:
    got = send(exchange, "POST", "/v2/orders", body=body)
    assert got.status == 400
    assert got.body["message"] == "request body format is invalid"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("qty", "many"),
        ("qty", True),
        ("qty", "NaN"),
        ("qty", "Infinity"),
        ("qty", [1]),
        ("side", "sideways"),
        ("side", 1),
        ("type", "guess"),
        ("time_in_force", "someday"),
        ("order_class", "herd"),
        ("limit_price", {"a": 1}),
        ("extended_hours", "yes"),
        ("client_order_id", 5),
        ("position_intent", "sell_to_open"),
        ("take_profit", "high"),
    ],
)
def test_a_member_of_the_wrong_kind_is_named(
    exchange: PracticeExchange, member: str, value: object
) -> None:
    body = json.dumps(ORDER | {member: value}).encode()
    got = send(exchange, "POST", "/v2/orders", body=body)
    check_answer("POST", "/v2/orders", status=got.status, body=got.body)
    assert (got.status, got.body["code"]) == (422, 40010001)
    assert got.body["message"].startswith(f"invalid {member}: ")


@pytest.mark.parametrize("member", ["symbol", "side", "type", "time_in_force"])
def test_a_missing_member_is_named(exchange: PracticeExchange, member: str) -> None:
    body = json.dumps({k: v for k, v in ORDER.items() if k != member}).encode()
    got = send(exchange, "POST", "/v2/orders", body=body)
    assert (got.status, got.body["message"]) == (422, f"{member} is required")


@pytest.mark.parametrize(
    "path",
    [
        "/v2/orders?status=odd",
        "/v2/orders?limit=501",
        "/v2/orders?limit=x",
        "/v2/orders?after=yesterday",
        "/v2/orders?direction=up",
        "/v2/orders?nested=perhaps",
        "/v2/orders?side=both",
        "/v2/orders?before_order_id=a&after_order_id=b",
        "/v2/orders/not-an-id",
        "/v2/orders:by_client_order_id",
        "/v2/account/activities?page_size=101",
        "/v2/account/activities?category=some",
        "/v2/account/activities?category=trade_activity&activity_types=FILL",
        "/v2/account/portfolio/history?period=5X",
        "/v2/account/portfolio/history?timeframe=2Min",
        "/v2/account/portfolio/history?period=3M&timeframe=1Min",
        "/v2/watchlists/not-an-id",
        "/v2/assets?status=odd",
    ],
)
def test_a_query_that_makes_no_sense_is_unprocessable(
    exchange: PracticeExchange, path: str
) -> None:
    got = send(exchange, "GET", path)
    check_answer(
        "GET", path.split("?", maxsplit=1)[0], status=got.status, body=got.body
    )
    assert got.status == 422


@pytest.mark.parametrize(
    "path",
    [
        "/v2/stocks/bars?symbols=ACME",
        "/v2/stocks/bars?timeframe=1Day",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Year",
        "/v2/stocks/bars?symbols=ACME&timeframe=60Min",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Day&limit=0",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Day&limit=10001",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Day&page_token=!",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Day&start=x",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Day&start=2026-11-02&end=2026-11-01",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Day&feed=rumour",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Day&currency=XAU",
        "/v2/stocks/bars?symbols=ACME&timeframe=1Day&sort=odd",
        "/v2/stocks/NOPE/bars?timeframe=1Day",
        "/v2/stocks/NOPE/quotes/latest",
        "/v2/stocks/meta/conditions/bar?tape=A",
        "/v2/calendar?start=x",
    ],
)
def test_a_market_data_query_that_makes_no_sense_is_bad(
    exchange: PracticeExchange, path: str
) -> None:
    got = send(exchange, "GET", path)
    check_answer(
        "GET", path.split("?", maxsplit=1)[0], status=got.status, body=got.body
    )
    assert got.status == 400


def test_what_is_not_modelled_is_told_without_credentials(
    exchange: PracticeExchange,
) -> None:
    told = send(exchange, "GET", "/practice/model", headers={}).body
    assert set(told) == {"modelled", "not_modelled"}
    assert all(told.values())


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[PracticeExchange]:
    options = ["--requests-per-minute", "3"]
    exchange = PracticeExchange(tmp_path, control=False, clock="real", options=options)
    with exchange.running() as started:
        yield started


def test_too_many_requests_are_refused_with_a_time_to_wait(
    strict: PracticeExchange,
) -> None:
    answers = [send(strict, "GET", "/v2/clock") for _ in range(7)]
    refused = [got for got in answers if got.status == 429]
    assert refused
    for got in refused:
        check_answer("GET", "/v2/clock", status=429, body=got.body)
        assert 1 <= int(got.headers["Retry-After"]) <= 60
        assert got.headers["X-RateLimit-Remaining"] == "0"


def test_without_the_option_there_is_no_control_face(strict: PracticeExchange) -> None:
    assert send(strict, "POST", "/control/advance", body=b"{}").status == 404
    assert send(strict, "GET", "/control/faults").status == 404
