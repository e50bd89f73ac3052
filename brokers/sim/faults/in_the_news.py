"""Rows 23 to 37: what the broker tells of orders, and by which way."""

from __future__ import annotations

from dataclasses import replace

from brokers.sim.faults.kinds import FaultKind, Moment, StreamKind, StreamRule
from brokers.sim.faults.row import FILLS, REPLACE, Means, Place, Row


NOT_REPLACED = '{"code": 42210000, "message": "order is not in a replaceable state"}'


def _on_stream(name: str, kind: StreamKind, event: str) -> StreamRule:
    return StreamRule(name=name, kind=kind, event=event)


ROWS = (
    Row(
        number=23,
        name="fill-twice",
        title="a fill is told by stream, poll and replay",
        place=Place.STREAM,
        means=Means.RULE,
        by="each fill is streamed twice",
        outcome="one fill",
        rules=(_on_stream("fill-twice", StreamKind.TWICE, "*fill"),),
    ),
    Row(
        number=24,
        name="fill-before-ack",
        title="the fill is told before the acknowledgement",
        place=Place.STREAM,
        means=Means.RULE,
        by="`new` is streamed after the event that follows it",
        outcome="filled stays filled",
        rules=(_on_stream("fill-before-ack", StreamKind.SWAP, "*new"),),
    ),
    Row(
        number=25,
        name="out-of-order",
        title="partial fills out of order, an older status after a newer",
        place=Place.STREAM,
        means=Means.RULE,
        by="each partial fill is streamed again after the event that follows it",
        outcome="the filled quantity never shrinks, the status never goes back",
        rules=(_on_stream("out-of-order", StreamKind.ECHO, "*"),),
    ),
    Row(
        number=26,
        name="fill-missed",
        title="a fill is never told",
        place=Place.STREAM,
        means=Means.RULE,
        by="fills are not streamed, and one is left out of each list",
        outcome="the poll finds it, or it is inferred under an id that follows from "
        "the order; told later, it counts once",
        rules=(
            _on_stream("fill-missed", StreamKind.DROP, "*fill"),
            replace(FILLS, name="fill-unlisted", kind=FaultKind.OMIT),
        ),
    ),
    Row(
        number=27,
        name="filled-while-cancelling",
        title="a partial fill and then a cancel; a fill while the cancel is under way",
        place=Place.BOOK,
        means=Means.OPERATOR,
        by="`/control/price` with a size, between asking and answering",
        outcome="what was filled stays; too late to cancel ends filled",
    ),
    Row(
        number=28,
        name="cancel-crosses-replace",
        title="cancel and replace cross; the new version has another id at the broker",
        place=Place.WAY,
        means=Means.RULE,
        by="each answer to a change is dropped",
        outcome="old and new ids belong to the one order; no quantity doubles",
        rules=(replace(REPLACE, name="replace-dropped", kind=FaultKind.DROP),),
    ),
    Row(
        number=29,
        name="replace-refused",
        title="a change is refused after it was pending",
        place=Place.ANSWER,
        means=Means.RULE,
        by="each change is refused in the broker's words",
        outcome="the order keeps the terms that it had",
        rules=(
            replace(
                REPLACE,
                name="replace-refused",
                kind=FaultKind.ANSWER,
                moment=Moment.BEFORE,
                status=422,
                body=NOT_REPLACED,
            ),
        ),
    ),
    Row(
        number=30,
        name="replace-below-filled",
        title="a change to no more than what is filled",
        place=Place.BOOK,
        means=Means.OPERATOR,
        by="`/control/price` with a size, after the change was reviewed",
        outcome="what is filled stands: refused, or filled at that quantity",
    ),
    Row(
        number=31,
        name="unsolicited-end",
        title="the broker cancels, expires or rejects a working order unasked",
        place=Place.BOOK,
        means=Means.OPERATOR,
        by="`/control/cancel`, `/control/reject`, and the end of the day",
        outcome="ended with its reason; the trader is told",
    ),
    Row(
        number=32,
        name="late-fill",
        title="a fill on an order that was cancelled",
        place=Place.BOOK,
        means=Means.OPERATOR,
        by="`/control/late-fill`",
        outcome="booked, the order stays cancelled; the trader is told",
    ),
    Row(
        number=33,
        name="busted",
        title="a trade is busted or corrected",
        place=Place.BOOK,
        means=Means.OPERATOR,
        by="`/control/bust` and `/control/correct`",
        outcome="taken back or replaced; order, average, position and cash follow",
        waits="tax lots and closed months come with the journal",
    ),
    Row(
        number=34,
        name="overfilled",
        title="more is filled than was ordered",
        place=Place.BOOK,
        means=Means.OPERATOR,
        by="`/control/late-fill` beyond the quantity",
        outcome="booked, a break is raised, new risk in the symbol is held",
    ),
    Row(
        number=35,
        name="bracket-in-parts",
        title="a bracket's entry fills in part, a leg is rejected, both legs fill",
        place=Place.BOOK,
        means=Means.OPERATOR,
        by="`/control/price` with a size, `/control/reject`, `/control/late-fill`",
        outcome="exits cover what was filled; a position without its stop is told",
    ),
    Row(
        number=36,
        name="placed-elsewhere",
        title="an order placed elsewhere, a liquidation by the broker",
        place=Place.BOOK,
        means=Means.TEST,
        by="orders and closes by plain HTTP, past the desk",
        outcome="shown as external; positions equal after one poll",
        waits="assignment comes with options",
    ),
    Row(
        number=37,
        name="stream-lost",
        title="the stream is cut, or falls silent without an end",
        place=Place.STREAM,
        means=Means.RULE,
        by="each connection is reset at its second event; silence by kind `silence`",
        outcome="noticed within two heartbeats; what was missed is read by a poll",
        rules=(StreamRule(name="stream-cut", kind=StreamKind.CUT, after=1, every=2),),
    ),
)
