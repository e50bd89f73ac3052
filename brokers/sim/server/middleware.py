"""What surrounds every request of the API: an id, credentials and the limits."""

from __future__ import annotations

import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brokers.sim.server.auth import Keyring, RequestBudget
from brokers.sim.server.errors import ApiError, too_many_requests


CREDENTIAL = "credential"
OPEN_PREFIXES = ("/practice/", "/control")


def refusal(error: ApiError) -> Response:
    return JSONResponse(error.body(), error.status, error.headers)


class ApiMiddleware:
    """Knows who asks before a route runs; the credential is in the request's state."""

    def __init__(
        self, app: ASGIApp, *, keyring: Keyring, budget: RequestBudget
    ) -> None:
        self.app = app
        self.keyring = keyring
        self.budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {"X-Request-ID": secrets.token_hex(16)}
        send = _with_headers(send, headers)
        if scope["path"].startswith(OPEN_PREFIXES):
            await self.app(scope, receive, send)
            return
        try:
            self._admit(scope, headers)
        except ApiError as error:
            await refusal(error)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _admit(self, scope: Scope, headers: dict[str, str]) -> None:
        credential = self.keyring.identify(Headers(scope=scope))
        now = time.time()
        allowance = self.budget.spend(credential.key, now)
        headers.update(allowance.headers())
        if not allowance.granted:
            raise too_many_requests(max(1, allowance.reset - int(now)))
        scope.setdefault("state", {})[CREDENTIAL] = credential


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    """Each answer carries what the headers hold at the moment it starts."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return send_with_headers
