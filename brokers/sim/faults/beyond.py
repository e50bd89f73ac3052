"""Rows 38 to 44: lists, clocks, words, restored backups, other accounts."""

from __future__ import annotations

from dataclasses import replace

from brokers.sim.faults.kinds import FaultKind
from brokers.sim.faults.row import ANY, LOOKS, ORDERS, POSITIONS, Means, Place, Row


ROWS = (
    Row(
        number=38,
        name="list-incomplete",
        title="a list leaves an order out once; pages shift while they are read",
        place=Place.ANSWER,
        means=Means.RULE,
        by="lists of orders lack a row and have one twice, in turn",
        outcome="no order ends for not being listed; no row counts twice",
        rules=(
            replace(ORDERS, name="order-unlisted", kind=FaultKind.OMIT, every=2),
            replace(ORDERS, name="order-listed-twice", kind=FaultKind.REPEAT),
        ),
    ),
    Row(
        number=39,
        name="positions-unknown",
        title="the positions cannot be read, or the list comes empty",
        place=Place.ANSWER,
        means=Means.RULE,
        by="503 and an empty list in turn",
        outcome="stale, never flat: our book stands",
        rules=(
            replace(
                POSITIONS,
                name="positions-503",
                kind=FaultKind.ANSWER,
                status=503,
                every=2,
            ),
            replace(POSITIONS, name="positions-empty", kind=FaultKind.EMPTY),
        ),
    ),
    Row(
        number=40,
        name="clock-skewed",
        title="a clock is five minutes wrong; other zones, summer time, leap day",
        place=Place.CLOCK,
        means=Means.RULE,
        by="every instant is written with another offset; moved by kind `skew`",
        outcome="the same instants are read; no order ends and no session turns by a "
        "client's clock",
        rules=(replace(ANY, name="other-zone", kind=FaultKind.ZONE, seconds=20_700),),
    ),
    Row(
        number=41,
        name="unknown-words",
        title="an unknown status or field; figures as exponent, NaN or endless",
        place=Place.ANSWER,
        means=Means.RULE,
        by="statuses of lists read `on_hold_by_venue`, with a field nobody knows",
        outcome="counted and shown, the order stays in its last state, nothing stops",
        rules=(
            replace(
                LOOKS,
                name="unknown-words",
                kind=FaultKind.REWRITE,
                find='"status": ?"[a-z_]+"',
                put='"status": "on_hold_by_venue", "venue_mood": {"is": "odd"}',
            ),
        ),
    ),
    Row(
        number=42,
        name="kill-switch",
        title="the kill switch while orders are pending or unknown",
        place=Place.PERSON,
        means=Means.TEST,
        by="pressed before the send, during it and after it",
        outcome="nothing more is sent, cancels go out, what is unknown is listed",
    ),
    Row(
        number=43,
        name="backup-restored",
        title="the database is older than the broker's book",
        place=Place.DATABASE,
        means=Means.TEST,
        by="rows are rolled back to before orders that the broker has",
        outcome="read in again with their fills; no id of ours is used twice",
    ),
    Row(
        number=44,
        name="two-accounts",
        title="two accounts, one symbol, one client order id",
        place=Place.ACCOUNTS,
        means=Means.TEST,
        by="the same id and symbol in two accounts of two people",
        outcome="each book has its own; nothing is booked across",
    ),
)
