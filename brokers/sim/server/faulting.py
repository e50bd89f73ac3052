"""Making the fault rules strike: what a client sees when the way to a venue fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brokers.sim.faults import FaultKind, FaultPlan, FaultRule, Moment
from brokers.sim.faults.answers import EDITS, edited
from brokers.sim.server.protocol import transport_of


log = logging.getLogger("practice.faults")
PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
GARBAGE = b"\x00\x01<<< not JSON >>>\xff"
Release = Callable[[], Awaitable[None]]


class Held:
    """What waits for `/control/release`: requests acted upon later, stream messages."""

    def __init__(self) -> None:
        self._waiting: list[Release] = []
        self._timers: set[asyncio.Task[None]] = set()

    def add(self, act: Release, seconds: float) -> None:
        """Done after so many seconds, or when released where they are 0."""
        if not seconds:
            self._waiting.append(act)
            return
        timer = asyncio.create_task(self._after(seconds, act))
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    async def release(self) -> int:
        """Do all that waits, oldest first; how many there were."""
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            await act()
        return len(waiting)

    async def _after(self, seconds: float, act: Release) -> None:
        await asyncio.sleep(seconds)
        await act()


class FaultMiddleware:
    """Lets the rules of a plan strike; the control face itself is spared."""

    def __init__(self, app: ASGIApp, plan: FaultPlan, held: Held) -> None:
        self.app = app
        self.plan = plan
        self.held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule = self._rule(scope)
        if rule is None:
            await self.app(scope, receive, send)
            return
        log.info("%s strikes %s %s", rule.name, scope["method"], scope["path"])
        choice = self.plan.choice(rule)
        answer: list[Message] = []
        if rule.moment is Moment.AFTER:
            await self.app(scope, receive, _keep_in(answer))
        elif rule.moment is Moment.LATER:
            await self._put_off(rule, scope, receive)
        strike = _Strike(
            rule=rule, choice=choice, scope=scope, receive=receive, send=send
        )
        if rule.kind is FaultKind.DELAY and rule.moment is Moment.BEFORE:
            await asyncio.sleep(rule.seconds)
            await self.app(scope, receive, send)
        else:
            await strike(answer)

    async def _put_off(self, rule: FaultRule, scope: Scope, receive: Receive) -> None:
        """Read the request now; the exchange acts upon it when its time has come."""
        body = await _body(receive)
        request = {**scope, "state": dict(scope.get("state") or {})}

        async def act() -> None:
            await self.app(request, _just(body), _keep_in([]))

        self.held.add(act, rule.seconds)

    def _rule(self, scope: Scope) -> FaultRule | None:
        if scope["type"] != "http" or scope["path"].startswith("/control"):
            return None
        return self.plan.decide(scope["method"], scope["path"])


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _just(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _keep_in(answer: list[Message]) -> Send:
    async def keep(message: Message) -> None:
        answer.append(message)

    return keep


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strike:
    """One request on which a rule strikes; `answer` is what should have gone out."""

    rule: FaultRule
    choice: float
    scope: Scope
    receive: Receive
    send: Send

    async def __call__(self, answer: list[Message]) -> None:
        match self.rule.kind:
            case FaultKind.DROP:
                await self._drop()
            case FaultKind.HANG:
                await self._hang()
            case FaultKind.TRUNCATE:
                await self._truncate(answer)
            case FaultKind.DELAY:
                await asyncio.sleep(self.rule.seconds)
                await self._replay(answer)
            case FaultKind.GARBAGE:
                await self._respond(Response(GARBAGE, media_type="application/json"))
            case FaultKind.ANSWER:
                await self._respond(self._page())
            case kind if kind in EDITS:
                await self._replay(self._edited(answer))

    def _page(self) -> Response:
        """The rule's JSON, as the venue would say it; else what a gateway in front of
        it says: HTML.
        """
        status = self.rule.status
        page: Response = HTMLResponse(PAGE.format(status), status)
        if self.rule.body:
            page = Response(self.rule.body, status, media_type="application/json")
        if self.rule.retry_after:
            page.headers["Retry-After"] = str(self.rule.retry_after)
        return page

    async def _respond(self, response: Response) -> None:
        await response(self.scope, self.receive, self.send)

    async def _replay(self, answer: Iterable[Message]) -> None:
        for message in answer:
            await self.send(message)

    def _edited(self, answer: list[Message]) -> list[Message]:
        """The same status and headers, with another body and its length."""
        text = b"".join(one.get("body", b"") for one in answer).decode()
        body = edited(text, self.rule, self.choice).encode()
        start = answer[0]
        headers = [
            (name, str(len(body)).encode() if name == b"content-length" else value)
            for name, value in start["headers"]
        ]
        return [
            {**start, "headers": headers},
            {"type": "http.response.body", "body": body},
        ]

    async def _drop(self) -> None:
        transport_of(self.scope).abort()
        await self._disconnected()

    async def _hang(self) -> None:
        """Ended by the rule's time, by the client, or with the exchange itself."""
        try:
            async with asyncio.timeout(self.rule.seconds or None):
                await self._disconnected()
        except TimeoutError:
            await self._drop()
        except asyncio.CancelledError:
            transport_of(self.scope).abort()
            raise

    async def _truncate(self, answer: list[Message]) -> None:
        """Announce the whole answer, send half of it and end the connection."""
        for message in answer:
            if message["type"] == "http.response.body":
                half = message["body"][: len(message["body"]) // 2]
                await self.send({**message, "body": half, "more_body": True})
                break
            await self.send(message)
        transport_of(self.scope).close()
        await self._disconnected()

    async def _disconnected(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
