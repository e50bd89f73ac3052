"""`/control/faults` and its kin: making the venue, and the way to it, fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from brokers.sim.faults import (
    FaultKind,
    FaultPlan,
    FaultRule,
    Moment,
    StreamKind,
    StreamRule,
)
from brokers.sim.faults.kinds import Rule
from brokers.sim.faults.matrix import row_of
from brokers.sim.server.context import answer, json_object, no_content
from brokers.sim.server.errors import invalid_field


def _plan(request: Request) -> FaultPlan:
    plan: FaultPlan = request.app.state.faults
    return plan


async def list_faults(request: Request) -> Response:
    plan = _plan(request)
    return answer(
        {
            "rules": [asdict(rule) for rule in plan.rules.values()],
            "counts": {name: asdict(count) for name, count in plan.counts.items()},
        }
    )


async def add_fault(request: Request) -> Response:
    """A rule of `brokers.sim.faults`, its members by name (`stream` true for one of the
    stream), or `row`, a row of the matrix by name or number, with members to change in
    its rules. `seed` reseeds the plan.
    """
    body, plan = await json_object(request), _plan(request)
    plan.seed = int(body.pop("seed", plan.seed))
    try:
        for rule in _rules(body):
            plan.add(rule)
    except (KeyError, TypeError, ValueError) as error:
        raise invalid_field("rule", error) from None
    return no_content()


def _rules(body: dict[str, Any]) -> list[Rule]:
    members = _members(body)
    if "row" in members:
        rules = row_of(str(members.pop("row"))).rules
        return [replace(rule, **members) for rule in rules]
    if members.pop("stream", False):
        return [StreamRule(kind=StreamKind(members.pop("kind")), **members)]
    return [FaultRule(kind=FaultKind(members.pop("kind")), **members)]


def _members(body: dict[str, Any]) -> dict[str, Any]:
    members = dict(body)
    for name in {"seconds", "probability"} & members.keys():
        members[name] = float(members[name])
    if "moment" in members:
        members["moment"] = Moment(members["moment"])
    return members


async def clear_faults(request: Request) -> Response:
    if name := request.query_params.get("name"):
        _plan(request).remove(name)
    else:
        _plan(request).clear()
    return no_content()


async def release(request: Request) -> Response:
    """All that a fault holds back happens now: requests, then stream messages."""
    return answer({"released": await request.app.state.held.release()})


async def refuse_connections(request: Request) -> Response:
    """`{"seconds": n}`: the port is closed for so long, from the end of this answer."""
    body = await json_object(request)
    try:
        seconds = float(body["seconds"])
    except (KeyError, TypeError, ValueError):
        raise invalid_field("seconds", body.get("seconds")) from None
    close: Callable[[float], Awaitable[None]] = request.app.state.close_port
    await close(seconds)
    return no_content()


ROUTES = [
    Route("/control/refuse", refuse_connections, methods=["POST"]),
    Route("/control/release", release, methods=["POST"]),
    Route("/control/faults", list_faults, methods=["GET"]),
    Route("/control/faults", add_fault, methods=["POST"]),
    Route("/control/faults", clear_faults, methods=["DELETE"]),
]
