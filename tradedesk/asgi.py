"""One process for pages and live events (docs/adr/0004).

Pages are synchronous and run through Django's WSGI side in a pool of threads, which is
several times faster than synchronous views under ASGI; the event stream is asynchronous,
so that a thousand idle readers cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.urls import reverse

from tradedesk import env
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.memory import settle
from tradedesk.web.hub import Hub
from tradedesk.web.live import EventStream
from tradedesk.wsgi import application as pages


# isort: split
from tradedesk.desk.system.keeper import Keeper  # Django is set up by now


Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def build_application(keeper: Keeper | None = None) -> Application:
    """The whole desk as one ASGI application; call it once per server.

    `keeper` watches the desk for as long as the server lives.
    """
    hub = Hub()
    events = EventStream(hub)
    events_path = reverse("events")
    other: Any = WSGIMiddleware(
        cast("Any", pages), workers=env.integer("WEB_THREADS", 8)
    )

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(hub, keeper, receive=receive, send=send)
        elif scope["path"] == events_path:
            await events(scope, receive, send)
        else:
            await other(scope, receive, send)

    return answer


async def _live(hub: Hub, keeper: Keeper | None, *, receive: Any, send: Any) -> None:
    await receive()
    if keeper is not None:
        keeper.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    if keeper is not None:
        keeper.stop()
    await hub.close()
    await send({"type": "lifespan.shutdown.complete"})


application = build_application(Keeper(SYSTEM_CLOCK))
settle()
