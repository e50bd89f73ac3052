"""The event stream, read over a real socket from a real server."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client

from tests import people
from tests.served import Served, served
from tradedesk.accounts.models import Role
from tradedesk.web import events, live
from tradedesk.web.events import Kind
from tradedesk.web.mailbox import REFETCH


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(settings) -> Iterator[Served]:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with served() as server:
        yield server


@contextmanager
def stream(
    desk: Served, client: Client, *headers: str, since: int | None = None
) -> Iterator[Reader]:
    """`since` is when the page was asked for, in milliseconds of the epoch."""
    path = "/events" if since is None else f"/events?since={since}"
    where = urlsplit(desk.address)
    cookies = "; ".join(f"{name}={c.value}" for name, c in client.cookies.items())
    with socket.create_connection((where.hostname, where.port), 10) as connection:
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookies}"]
        request = "\r\n".join([*lines, *headers, "", ""])
        connection.sendall(request.encode())
        yield Reader(connection)


class Reader:
    """What came over the wire, a chunk-encoded response read as text."""

    def __init__(self, connection: socket.socket) -> None:
        self._file = connection.makefile("r", encoding="utf-8", newline="")
        self.status = int(self._file.readline().split()[1])
        self.headers = self._read_headers()

    def _read_headers(self) -> dict[str, str]:
        lines = iter(lambda: self._file.readline().strip(), "")
        return {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}

    def until(self, wanted: str) -> str:
        """The line that starts with what is wanted; the stream may say other things."""
        for line in self._file:
            if line.startswith(wanted):
                return line.strip()
        raise AssertionError(f"the stream ended before {wanted!r}")

    def event(self, kind: Kind) -> dict[str, object]:
        self.until(f"event: {kind}")
        return json.loads(self.until("data: ").removeprefix("data: "))

    def ended(self) -> bool:
        return any(line == "0\r\n" for line in self._file)


def listening(reader: Reader) -> None:
    """A first subscriber is told to fetch again once the subscription stands."""
    reader.event(REFETCH[-1])


def test_a_committed_change_reaches_its_owners_page(desk):
    alice = people.person("alice", Role.OWNER)
    with stream(desk, people.verified(alice)) as page:
        assert page.headers["content-type"].startswith("text/event-stream")
        listening(page)
        events.publish(alice.pk, "notice", {"text": "Filled"})
        assert page.event(Kind.NOTICE) == {"text": "Filled"}


def test_a_change_that_is_rolled_back_is_never_told(desk):
    alice = people.person("alice", Role.OWNER)
    with stream(desk, people.verified(alice)) as page:
        listening(page)
        with transaction.atomic():
            events.publish(alice.pk, "notice", {"text": "never"})
            transaction.set_rollback(True)
        events.publish(alice.pk, "notice", {"text": "after"})
        assert page.event(Kind.NOTICE) == {"text": "after"}


def test_a_stranger_hears_nothing_of_it(desk):
    alice, charlie = people.person("alice"), people.person("charlie")
    with stream(desk, people.verified(charlie)) as page:
        listening(page)
        events.publish(alice.pk, "notice", {"text": "for Alice"})
        events.publish_to_everyone("notice", {"text": "for all"})
        assert page.event(Kind.NOTICE) == {"text": "for all"}


@pytest.mark.parametrize("sign_in", [lambda _user: Client(), people.signed_in])
def test_without_both_factors_there_is_no_stream(desk, sign_in):
    with stream(desk, sign_in(people.person("alice"))) as page:
        assert page.status in {302, 403}
        assert "event-stream" not in page.headers.get("content-type", "")


def test_a_page_that_lost_its_stream_fetches_again(desk):
    alice = people.person("alice")
    with stream(desk, people.verified(alice)) as first:
        listening(first)
        with stream(desk, people.verified(alice), "Last-Event-ID: orders") as page:
            assert page.event(Kind.ORDERS) == {}
            assert page.event(Kind.POSITIONS) == {}


def test_news_between_a_page_and_its_stream_is_not_lost(desk):
    """An order that fills while its page is on the way would stand there as working."""
    alice, charlie = people.person("alice"), people.person("charlie")
    hers, his = people.verified(alice), people.verified(charlie)
    with stream(desk, hers) as earlier:
        listening(earlier)
        asked = time.time_ns() // 1_000_000
        events.publish(alice.pk, "orders", {"order": "1"})
        assert earlier.event(Kind.ORDERS) == {"order": "1"}
        later = time.time_ns() // 1_000_000 + 1
        with stream(desk, hers, since=asked) as page:
            assert page.event(Kind.ORDERS) == {}
        with (
            stream(desk, hers, since=later) as newer,
            stream(desk, his, since=asked) as strangers,
        ):
            for page in (newer, strangers):
                page.until("retry:")
            events.publish_to_everyone("notice", {"text": "end"})
            for page in (newer, strangers):
                assert page.until("event: ") == f"event: {Kind.NOTICE}"


def test_a_page_tells_its_stream_when_it_was_asked_for(client):
    before = time.time_ns() // 1_000_000
    page = people.verified(people.person("alice")).get("/orders/").content.decode()
    (since,) = re.findall(r'sse-connect="/events\?since=(\d+)"', page)
    assert before <= int(since) <= time.time_ns() // 1_000_000


def test_quotes_of_a_feed_reach_only_those_who_may_read_it(desk, settings):
    settings.ROOT_URLCONF = "tests.web.feed_urls"
    alice, charlie = people.person("alice"), people.person("charlie")
    with (
        served() as other,
        stream(other, people.verified(alice)) as hers,
        stream(other, people.verified(charlie)) as his,
    ):
        listening(hers)
        his.until("retry:")
        events.publish_quotes("practice", {"AAPL": {"bid": "1.20"}})
        events.publish_to_everyone("notice", {"text": "end"})
        assert hers.event(Kind.QUOTES) == {"AAPL": {"bid": "1.20"}}
        assert "quotes" not in his.until("event: ")


def test_signing_out_ends_the_stream(desk, monkeypatch):
    monkeypatch.setattr(live, "RECHECK_SECONDS", 0.0)
    client = people.verified(people.person("alice"))
    with stream(desk, client) as page:
        page.until("retry:")
        client.logout()
        events.publish_to_everyone("notice", {"text": "look"})
        assert page.ended()


def test_a_server_with_an_open_stream_stops_in_time(desk):
    with stream(desk, people.verified(people.person("alice"))) as page:
        page.until("retry:")
        assert desk.stop(seconds=5)


def test_an_idle_stream_holds_no_database_connection(desk):
    from django.db import connection

    alice = people.verified(people.person("alice"))
    with stream(desk, alice) as page:
        page.until("retry:")
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            assert cursor.fetchone()[0] == 0


def test_an_unknown_kind_is_a_programmers_error():
    with pytest.raises(ValueError, match="gossip"):
        events.publish(1, "gossip", {})
