"""Append to and verify the audit chain, beside bare hashing in the same run.

    python -m benchmarks.audit_chain [--count 1000000] [--appends 2000]

Works in a database of its own, which it makes and drops: on a throw-away server, or on
the one that DATABASE_URL names. A throw-away server does not wait for the disk; what an
append adds to a transaction that commits anyway is the same on both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from tradedesk.audit import chain, verification  # noqa: E402
from tradedesk.audit.actions import AuditAction  # noqa: E402
from tradedesk.audit.anchors import AnchorFile  # noqa: E402
from tradedesk.audit.services import record  # noqa: E402
from tradedesk.core.actor import system  # noqa: E402


START = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
ORDER = {"symbol": "AAPL", "side": "buy", "quantity": "166", "limit_price": "60"}
NO_ANCHORS = AnchorFile(anchors=(), broken_line=None)
COPY_ENTRIES = """
    COPY audit_entry (sequence, previous_digest, recorded_at, actor_kind, actor_name,
        actor_user_id, address, action, subject, subject_id, payload_digest, digest)
    FROM STDIN
"""
COPY_PAYLOADS = "COPY audit_payload (entry_id, salt, body) FROM STDIN"
MOVE_HEAD = """
    DELETE FROM audit_head;
    INSERT INTO audit_head (id, sequence, digest)
        SELECT 1, sequence, digest FROM audit_entry ORDER BY sequence DESC LIMIT 1;
"""


def entries(count: int) -> Iterator[chain.Entry]:
    """A chain as the desk would have written it, sealed in memory."""
    link = chain.GENESIS
    for number in range(1, count + 1):
        instant = START + timedelta(seconds=number)
        salt, body = f"{number:032x}", chain.payload_body({**ORDER, "order": number})
        entry = chain.seal(
            chain.Entry(
                sequence=0,
                previous_digest="",
                recorded_at=f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}",
                actor_kind="person",
                actor_name="alice@example.com",
                actor_user_id=1,
                address="127.0.0.1",
                action="order.drafted",
                subject="order",
                subject_id=str(number),
                payload_digest=chain.payload_digest(salt, body),
                digest="",
                salt=salt,
                body=body,
            ),
            link,
        )
        link = chain.Link(sequence=entry.sequence, digest=entry.digest)
        yield entry


def fill(count: int) -> None:
    """Put a chain of this many entries into the tables, past their triggers."""
    tables = ("audit_entry", "audit_payload", "audit_head")
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        with cursor.copy(COPY_ENTRIES) as copy:
            for entry in entries(count):
                copy.write_row(entry[:12])
        with cursor.copy(COPY_PAYLOADS) as copy:
            for entry in entries(count):
                copy.write_row((entry.sequence, entry.salt, entry.body))
        cursor.execute(MOVE_HEAD)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_entry, audit_payload")


def hash_alone(count: int) -> None:
    """The floor: what any chain of this many entries costs, with nothing to read."""
    digest = chain.ZERO_DIGEST
    content = {**ORDER, "at": START.isoformat(), "actor": "alice", "sequence": 0}
    for number in range(count):
        content["sequence"] = number
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256((digest + text).encode()).hexdigest()


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def change() -> None:
    """A transaction that changes one row, as every audited act at least does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE bench_row SET n = n + 1")


def change_and_record() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE bench_row SET n = n + 1")
        record(
            AuditAction.ORDER_DRAFTED,
            actor=system("benchmark"),
            subject="order",
            subject_id=1,
            payload=ORDER,
            now=START,
        )


def append_cost(turns: int) -> tuple[float, float]:
    """Median milliseconds of the transaction without and with its audit entry."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_row (n bigint)")
        cursor.execute("INSERT INTO bench_row VALUES (0)")
    for _warm in range(50):
        change_and_record()
    pairs = [(seconds(change), seconds(change_and_record)) for _turn in range(turns)]
    without, recorded = zip(*pairs, strict=True)
    return statistics.median(without) * 1e3, statistics.median(recorded) * 1e3


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def verify_stored(count: int) -> float:
    began = time.perf_counter()
    report = verification.verify(NO_ANCHORS)
    took = time.perf_counter() - began
    if report.finding is not None or report.chain.entries != count:
        raise SystemExit(f"The chain of the benchmark does not hold: {report}")
    return took


def run(count: int, appends: int) -> None:
    fill(count)
    before = peak_mib()
    floor = seconds(lambda: hash_alone(count))
    verified = verify_stored(count)
    grown = peak_mib() - before
    without, recorded = append_cost(appends)
    print(f"entries                    {count:,}")
    print(f"hash alone                 {floor:.2f} s  {count / floor:,.0f}/s")
    print(f"verify                     {verified:.2f} s  {count / verified:,.0f}/s")
    print(f"verify / hash alone        {verified / floor:.2f}")
    print(f"memory grown by verifying  {grown:.1f} MiB")
    print(f"transaction without entry  {without:.3f} ms median of {appends}")
    print(f"transaction with entry     {recorded:.3f} ms")
    print(f"an append adds             {recorded - without:.3f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--appends", type=int, default=2000)
    chosen = parser.parse_args()
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        run(chosen.count, chosen.appends)
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)


if __name__ == "__main__":
    main()
