"""How far a large file is, for the page that waits: in the store, never in the truth."""

from __future__ import annotations

import redis

from tradedesk.web.valkey import client


_KEPT_SECONDS = 300


def tell(statement_id: int, done: int, total: int) -> None:
    """A store that is down fails nothing: the page only says less."""
    try:
        client().set(_key(statement_id), f"{min(done, total)}/{total}", _KEPT_SECONDS)
    except redis.RedisError:
        return


def told(statement_id: int) -> tuple[int, int] | None:
    """Rows done and rows in all; None where nobody knows."""
    try:
        said = client().get(_key(statement_id))
    except redis.RedisError:
        return None
    if not isinstance(said, str):
        return None
    done, _, total = said.partition("/")
    return int(done), int(total)


def _key(statement_id: int) -> str:
    return f"tradedesk:import:{statement_id}"
