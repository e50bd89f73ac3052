"""What a broker says that nobody here knows: counted, kept, and shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection as database

from brokers.models import Connection


WORD_LENGTH = 120
# A broker that makes up a field a minute fills no table of ours.
WORDS_AT_ONCE = 100

_COUNT = """
    INSERT INTO brokers_unfamiliarword AS old (
        owner_id, connection_id, word, count, first_seen_at, last_seen_at
    ) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (connection_id, word) DO UPDATE SET
        count = LEAST(old.count::bigint + EXCLUDED.count, 2147483647),
        last_seen_at = GREATEST(old.last_seen_at, EXCLUDED.last_seen_at)
"""


def note_unfamiliar(
    connection: Connection, words: Mapping[str, int], now: datetime
) -> None:
    """Count these words of a session that was just used.

    A session that goes on tells each word once: the caller clears its counts after.
    """
    rows = [
        (connection.owner_id, connection.pk, word[:WORD_LENGTH], count, now, now)
        for word, count in sorted(words.items())[:WORDS_AT_ONCE]
        if count > 0
    ]
    if not rows:
        return
    with database.cursor() as cursor:
        cursor.executemany(_COUNT, rows)
