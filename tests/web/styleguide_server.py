"""The style guide on a socket of its own, without database or sign-in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import path

from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web.styleguide import samples
from tradedesk.web.styleguide.views import about


FEED = SimpleNamespace(up=True, messages=[])
POSTED: list[dict[str, str]] = []
ALICE = SimpleNamespace(is_authenticated=True, email="alice@desk.test")


def guide(request: HttpRequest) -> HttpResponse:
    account = {"id": 1, "name": "Practice", "mode": "practice"}
    shell = {
        "mode": "practice",
        "account": account,
        "accounts": [account],
        "now": SYSTEM_CLOCK.now(),
        "shortcuts_enabled": "quiet" not in request.GET,
    }
    context = samples.context() | {"shell": shell, "user": ALICE}
    return render(request, "web/styleguide/page.html", context)


def kill(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        POSTED.append(request.POST.dict())
    return HttpResponse("<title>kill switch</title>")


def events(_request: HttpRequest) -> HttpResponseBase:
    if not FEED.up:
        return HttpResponse(status=503)
    return StreamingHttpResponse(stream(), content_type="text/event-stream")


def stream() -> Iterator[str]:
    yield "retry: 200\n\n"
    while FEED.up:
        yield FEED.messages.pop(0) if FEED.messages else ": still here\n\n"
        time.sleep(0.05)  # noqa: TID251 - idles on a thread of its own


urlpatterns = [
    path("styleguide", guide, name="styleguide"),
    path("desk", about, name="desk"),
    path("orders", about, name="orders"),
    path("kill", kill, name="kill_switch"),
    path("events", events, name="events"),
]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        pass


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(WSGIHandler()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        FEED.up = False
        server.shutdown()
        server.server_close()
