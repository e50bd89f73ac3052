"""Making the fault rules strike: what a client sees when the way to a venue fails."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brokers.sim.faults import FaultKind, FaultPlan, FaultRule, Moment
from brokers.sim.server.protocol import transport_of


log = logging.getLogger("practice.faults")
PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
GARBAGE = b"\x00\x01<<< not JSON >>>\xff"


class FaultMiddleware:
    """Lets the rules of a plan strike; the control face itself is spared."""

    def __init__(self, app: ASGIApp, plan: FaultPlan) -> None:
        self.app = app
        self.plan = plan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule = self._rule(scope)
        if rule is None:
            await self.app(scope, receive, send)
            return
        log.info("%s strikes %s %s", rule.name, scope["method"], scope["path"])
        answer: list[Message] = []
        if rule.moment is Moment.AFTER:
            await self.app(scope, receive, _keep_in(answer))
        strike = _Strike(rule=rule, scope=scope, receive=receive, send=send)
        if rule.kind is FaultKind.DELAY and rule.moment is Moment.BEFORE:
            await asyncio.sleep(rule.seconds)
            await self.app(scope, receive, send)
        else:
            await strike(answer)

    def _rule(self, scope: Scope) -> FaultRule | None:
        if scope["type"] != "http" or scope["path"].startswith("/control"):
            return None
        return self.plan.decide(scope["method"], scope["path"])


def _keep_in(answer: list[Message]) -> Send:
    async def keep(message: Message) -> None:
        answer.append(message)

    return keep


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strike:
    """One request on which a rule strikes; `answer` is what should have gone out."""

    rule: FaultRule
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

    def _page(self) -> Response:
        """What a gateway in front of the venue says: HTML, not the venue's JSON."""
        page = HTMLResponse(PAGE.format(self.rule.status), self.rule.status)
        if self.rule.retry_after:
            page.headers["Retry-After"] = str(self.rule.retry_after)
        return page

    async def _respond(self, response: Response) -> None:
        await response(self.scope, self.receive, self.send)

    async def _replay(self, answer: list[Message]) -> None:
        for message in answer:
            await self.send(message)

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
