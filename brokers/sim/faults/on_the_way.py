"""Rows 1 to 11: the way to the broker and its answers."""

from __future__ import annotations

from dataclasses import replace

from brokers.sim.faults.kinds import FaultKind, FaultRule, Moment
from brokers.sim.faults.row import ANY, SUBMIT, Means, Place, Row


TIMED_OUT = (
    '{"code": 42210000, "message": "Order timed out, please check the order book."}'
)
EXPIRED = '{"message": "request is not authorized"}'


def _gateway(status: int, every: int) -> FaultRule:
    return replace(
        SUBMIT,
        name=f"gateway-{status}",
        kind=FaultKind.ANSWER,
        status=status,
        every=every,
    )


ROWS = (
    Row(
        number=1,
        name="answer-dropped",
        title="the broker accepts, the connection is reset before the answer",
        place=Place.WAY,
        means=Means.RULE,
        by="each answer to a new order is dropped",
        outcome="unknown, then found by our id and accepted; one order at the broker",
        rules=(replace(SUBMIT, name="answer-dropped", kind=FaultKind.DROP),),
    ),
    Row(
        number=2,
        name="answer-late",
        title="the broker accepts, the answer comes after the read timeout",
        place=Place.WAY,
        means=Means.RULE,
        by="each answer to a new order is 12 seconds late",
        outcome="unknown, then found; the late answer makes no second row",
        rules=(replace(SUBMIT, name="answer-late", kind=FaultKind.DELAY, seconds=12),),
    ),
    Row(
        number=3,
        name="gateway-error",
        title="the broker accepts, a gateway answers 502, 503 or 504",
        place=Place.ANSWER,
        means=Means.RULE,
        by="502, 503 and 504 in turn for each new order",
        outcome="unknown, never sent again by itself; settled by the look-up",
        rules=(_gateway(502, 3), _gateway(503, 2), _gateway(504, 1)),
    ),
    Row(
        number=4,
        name="answer-unreadable",
        title="the broker accepts, the answer is cut short or no JSON",
        place=Place.ANSWER,
        means=Means.RULE,
        by="garbage and half of the answer in turn for each new order",
        outcome="unknown, then found by our id",
        rules=(
            replace(SUBMIT, name="answer-garbage", kind=FaultKind.GARBAGE, every=2),
            replace(SUBMIT, name="answer-truncated", kind=FaultKind.TRUNCATE),
        ),
    ),
    Row(
        number=5,
        name="connection-refused",
        title="the connection is refused, or the name does not resolve",
        place=Place.WAY,
        means=Means.OPERATOR,
        by="`/control/refuse`; a host name that does not exist",
        outcome="nothing left us: tried again under the same id by itself",
    ),
    Row(
        number=6,
        name="not-received",
        title="no answer, and the order did not arrive",
        place=Place.WAY,
        means=Means.RULE,
        by="each new order is lost before the exchange hears of it",
        outcome="unknown until enough look-ups over enough time find nothing; then "
        "sent under the same id, or denied where its confirmation is too old",
        rules=(
            replace(
                SUBMIT, name="not-received", kind=FaultKind.DROP, moment=Moment.BEFORE
            ),
        ),
    ),
    Row(
        number=7,
        name="refused-then-placed",
        title='400 "timed out, check the order book", and the order is placed later',
        place=Place.ANSWER,
        means=Means.RULE,
        by="400 with such words at once, the order 8 seconds later",
        outcome="unknown, never rejected; found once it is there; one order",
        rules=(
            replace(
                SUBMIT,
                name="refused-then-placed",
                kind=FaultKind.ANSWER,
                moment=Moment.LATER,
                status=400,
                body=TIMED_OUT,
                seconds=8,
            ),
        ),
    ),
    Row(
        number=8,
        name="duplicate-same",
        title="422: our id was used, by this very order",
        place=Place.ANSWER,
        means=Means.TEST,
        by="the same order is placed under our id before ours arrives",
        outcome="found by our id and accepted; one order",
    ),
    Row(
        number=9,
        name="duplicate-other",
        title="422: our id was used, by another order",
        place=Place.ANSWER,
        means=Means.TEST,
        by="another order is placed under our id before ours arrives",
        outcome="ours is rejected with the reason; the other one is left alone",
    ),
    Row(
        number=10,
        name="rate-limited",
        title="429 with Retry-After",
        place=Place.ANSWER,
        means=Means.RULE,
        by="every third request is refused for 3 seconds",
        outcome="waits as long as told, loses no order and no cancel, sends once",
        rules=(
            replace(
                ANY,
                name="rate-limited",
                kind=FaultKind.ANSWER,
                moment=Moment.BEFORE,
                status=429,
                retry_after=3,
                every=3,
            ),
        ),
    ),
    Row(
        number=11,
        name="session-expired",
        title="401 or 403 in the middle of a session",
        place=Place.ANSWER,
        means=Means.RULE,
        by="401 and 403 in turn, without the broker's own code",
        outcome="nothing was sent and the connection shows it; no order is sent again "
        "once its quote or approval is old",
        rules=(
            replace(
                ANY,
                name="session-403",
                kind=FaultKind.ANSWER,
                moment=Moment.BEFORE,
                status=403,
                body=EXPIRED,
                every=2,
            ),
            replace(
                ANY,
                name="session-401",
                kind=FaultKind.ANSWER,
                moment=Moment.BEFORE,
                status=401,
                body=EXPIRED,
            ),
        ),
        waits="renewing a token by itself comes with the first broker that has tokens",
    ),
)
