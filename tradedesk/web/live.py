"""GET /events: the stream of news for one open page (server-sent events).

Who may listen is decided by Django itself, with every middleware that guards a page, in
a thread that is given back before the stream begins: an idle page costs a mailbox, no
thread and no database connection. The question is asked again while the stream runs, so
that signing out or losing a role ends it.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from django.core import signals
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse, HttpResponseBase

from tradedesk.web.hub import Hub
from tradedesk.web.mailbox import Event
from tradedesk.web.permit import StreamPermit


Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 60.0
PREAMBLE = "retry: 2000\n\n"
STILL_HERE = ": still here\n\n"
STREAM_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


class EventStream:
    """The ASGI application behind /events."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._django = BaseHandler()
        self._django.load_middleware()
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="events-permit")

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        answer = await self._ask_django(scope)
        if not isinstance(answer, StreamPermit):
            await _send_whole(send, answer)
            return
        await _send_start(send, 200, [*STREAM_HEADERS, *_cookies(answer)])
        writing = asyncio.create_task(self._write(scope, send, answer))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # the server stops: end it, the page reconnects
            await _send_text(send, "", more=False)
        finally:
            writing.cancel()
            leaving.cancel()
            await asyncio.gather(writing, leaving, return_exceptions=True)

    async def _write(
        self, scope: dict[str, Any], send: Send, permit: StreamPermit
    ) -> None:
        clock = asyncio.get_running_loop().time
        recheck_at = clock() + RECHECK_SECONDS
        since_ms = _since_ms(scope)
        with self._hub.mailbox(
            permit.user_id, permit.feeds, since_ms=since_ms
        ) as mailbox:
            if _is_reconnect(scope):
                mailbox.refetch()
            await _send_text(send, PREAMBLE)
            while True:
                news = await mailbox.take(HEARTBEAT_SECONDS)
                await _send_text(send, _encode(news) or STILL_HERE)
                if clock() >= recheck_at:
                    if not await self._still_permitted(scope, permit):
                        break
                    recheck_at = clock() + RECHECK_SECONDS
        await _send_text(send, "", more=False)

    async def _still_permitted(
        self, scope: dict[str, Any], permit: StreamPermit
    ) -> bool:
        answer = await self._ask_django(scope)
        return isinstance(answer, StreamPermit) and answer.holder == permit.holder

    async def _ask_django(self, scope: dict[str, Any]) -> HttpResponseBase:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._respond, scope)

    def _respond(self, scope: dict[str, Any]) -> HttpResponseBase:
        signals.request_started.send(sender=self.__class__, scope=scope)
        response = self._django.get_response(ASGIRequest(scope, BytesIO()))
        response.close()  # gives the database connection back
        return response


def _is_reconnect(scope: dict[str, Any]) -> bool:
    """An EventSource that lost its stream says what it last heard."""
    return any(name == b"last-event-id" for name, _value in scope["headers"])


def _since_ms(scope: dict[str, Any]) -> int:
    """When the page was asked for; one that does not say may have missed anything."""
    words = parse_qs(scope["query_string"]).get(b"since", [b""])[0]
    return int(words) if words.isdigit() else 0


def _encode(news: Sequence[Event]) -> str:
    return "".join(
        f"id: {event.kind}\nevent: {event.kind}\ndata: {event.data}\n\n"
        for event in news
    )


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _cookies(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    return [
        (b"set-cookie", cookie.OutputString().encode("latin-1"))
        for cookie in response.cookies.values()
    ]


async def _send_whole(send: Send, response: HttpResponseBase) -> None:
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.items()
    ]
    await _send_start(send, response.status_code, [*headers, *_cookies(response)])
    body = response.content if isinstance(response, HttpResponse) else b""
    await send({"type": "http.response.body", "body": body})


async def _send_start(
    send: Send, status: int, headers: Iterable[tuple[bytes, bytes]]
) -> None:
    start = {"type": "http.response.start", "status": status, "headers": list(headers)}
    await send(start)


async def _send_text(send: Send, text: str, *, more: bool = True) -> None:
    body = {"type": "http.response.body", "body": text.encode(), "more_body": more}
    await send(body)
