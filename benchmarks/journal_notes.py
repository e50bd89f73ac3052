"""The pages of notes with a hundred thousand of them: milliseconds and queries a page.

    python -m benchmarks.journal_notes [NOTES]

The desk's own database with the settings it ships with, its lesser role, and whole
requests through every middleware, in this process: server time without the wire. Notes
of 40 to 120 words out of a vocabulary in which words are as unevenly common as in
speech; tags, symbols and days on each, a trade on every tenth. One person owns them
all, which is the worst case. Beside them stands SELECT 1, the floor of a query.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import psycopg

from benchmarks.desk import on_a_desk
from tradedesk.runtime.keys import SecretsFile


if TYPE_CHECKING:
    from tradedesk.accounts.models import User


NOTES = 100_000
LOOKS = 40
GOAL_MS = 50.0
GOAL_QUERIES = 12
# Word number n comes up about 1/n as often as the first: power(random) draws it so.
_FILL = """
    INSERT INTO journal_note (
        key, source, owner_id, title, body, plain, labels, day, version,
        created_at, changed_at
    )
    SELECT gen_random_uuid(), 'desk', %(owner)s, 'Note ' || n, words, words,
        ARRAY['#tag' || n %% 40, '$SYM' || n %% 400],
        date '2020-01-01' + (n %% 2500), 1, now(), now()
    FROM generate_series(1, %(notes)s) AS n,
    LATERAL (
        SELECT string_agg(word.text, ' ') AS words
        FROM generate_series(1, 40 + n %% 80) AS place,
        LATERAL (
            SELECT 'w' || floor(exp(random() * ln(20000)))::int || 'ing' AS text
            WHERE place > 0 AND n > 0
        ) AS word
    ) AS said
"""
_LINK = """
    INSERT INTO journal_notelink (note_id, trade_key)
    SELECT id, 'trade-' || id FROM journal_note WHERE id %% 10 = 0
"""
_TAG = """
    INSERT INTO journal_notetag (owner_id, name, used_at)
    SELECT %(owner)s, 'tag' || n, now() FROM generate_series(0, 39) AS n
"""
PAGES = {
    "list": "",
    "list, far back": "after=2021-02-03~50000",
    "a common word": "q=w2ing",
    "a common word, far back": "q=w2ing&after=2021-02-03~50000",
    "a rare word": "q=w15000ing",
    "two words": "q=w40ing+w300ing",
    "a phrase": "q=%22w1ing+w2ing%22",
    "a word and not another": "q=w3ing+-w1ing",
    "no match": "q=nothing",
    "a symbol's beginning": "q=%24SYM39",
    "a bare beginning": "q=sym",
    "a tag": "tag=tag7",
    "tag, symbol and word": "tag=tag7&symbol=SYM47&q=w2ing",
    "a month": "first=2023-05-01&last=2023-05-31",
    "a month and a word": "first=2023-05-01&last=2023-05-31&q=w2ing",
    "with a trade": "linked=trade",
    "without a trade": "linked=none",
    "a rare word with a trade": "linked=trade&q=w15000ing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One request: wall time, processor time of this process, time in the database."""

    wall_ms: float
    cpu_ms: float
    sql_ms: float
    queries: int
    notes: int


def measure(notes: int) -> None:
    look = _browser(notes)
    print(f"{notes:,} notes of one person; SELECT 1 takes {_floor_ms():.2f} ms")
    print(f"{'page':<26}{'p50 ms':>8}{'p95 ms':>8}{'cpu ms':>8}{'sql ms':>8}", end="")
    print(f"{'queries':>9}{'notes':>7}")
    for name, query in PAGES.items():
        path = f"/journal/notes/?{query}"
        look(path)
        looks = [look(path) for _ in range(LOOKS)]
        wall = [one.wall_ms for one in looks]
        p95 = statistics.quantiles(wall, n=20)[-1]
        # What the shell remembers for a minute is asked for again now and then.
        queries = int(statistics.median(one.queries for one in looks))
        fits = p95 <= GOAL_MS and queries <= GOAL_QUERIES
        cpu = statistics.median(one.cpu_ms for one in looks)
        sql = statistics.median(one.sql_ms for one in looks)
        print(
            f"{name:<26}{statistics.median(wall):>8.1f}{p95:>8.1f}{cpu:>8.1f}{sql:>8.1f}"
            f"{queries:>9}{looks[0].notes:>7}{'' if fits else '   over the goal'}",
            flush=True,
        )


def _floor_ms() -> float:
    from django.db import connection

    took = []
    with connection.cursor() as cursor:
        for _ in range(LOOKS):
            begun = perf_counter()
            cursor.execute("SELECT 1")
            took.append((perf_counter() - begun) * 1000)
    return statistics.median(took)


def _browser(notes: int) -> Callable[[str], Look]:
    """The owner of all the notes, signed in with the second factor."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django_otp import DEVICE_ID_SESSION_KEY

    settings.ALLOWED_HOSTS = ["testserver"]
    user, device_id = _owner()
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"owner": user.pk, "notes": notes})
        cursor.execute(_LINK, {})
        cursor.execute(_TAG, {"owner": user.pk})
    _as_database_owner("VACUUM ANALYZE journal_note", "VACUUM ANALYZE journal_notelink")
    client = Client()
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device_id
    session.save()

    def look(path: str) -> Look:
        used, begun = process_time(), perf_counter()
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        ended, used = perf_counter(), process_time() - used
        if response.status_code != HTTPStatus.OK:
            raise SystemExit(f"{path} answered {response.status_code}.")
        return Look(
            wall_ms=(ended - begun) * 1000,
            cpu_ms=used * 1000,
            sql_ms=sum(float(one["time"]) for one in captured) * 1000,
            queries=len(captured),
            notes=response.content.count(b'class="note-row"'),
        )

    return look


def _owner() -> tuple[User, str]:
    """A person with an authenticator: the person, and what a session keeps of it."""
    from tradedesk.accounts.models import Role, TotpDevice, User
    from tradedesk.accounts.models.totp import new_seed
    from tradedesk.core.clock import SYSTEM_CLOCK

    user = User.objects.create_user("bench@desk.test", role=Role.OWNER, name="bench")
    device = TotpDevice.objects.create(
        user=user,
        name="none",
        confirmed=True,
        seed=new_seed(),
        created_at=SYSTEM_CLOCK.now(),
    )
    return user, device.persistent_id


def _as_database_owner(*statements: str) -> None:
    """What autovacuum does within a minute, done now; the desk's own role may not."""
    secrets = SecretsFile(Path(os.environ["TRADEDESK_DATA"]) / "secrets.env")
    with psycopg.connect(secrets["DATABASE_OWNER_URL"], autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement)


if __name__ == "__main__":
    on_a_desk(measure, most=NOTES)
