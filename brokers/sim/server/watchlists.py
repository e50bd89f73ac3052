"""Watchlists: lists of symbols that the venue keeps for its clients."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from brokers.sim.server.errors import ApiError, not_found, unprocessable


NAME_LIMIT = 64
NAMESPACE = uuid.UUID("5f1d6a52-6d0b-4a0a-8d7c-2f6f0c1f7a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """`symbols` keep the order in which they were added."""

    id: str
    account_id: str
    name: str
    symbols: tuple[str, ...]
    created_at: datetime
    updated_at: datetime

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "symbols": list(self.symbols),
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Watchlist:
        return cls(
            id=data["id"],
            account_id=data["account_id"],
            name=data["name"],
            symbols=tuple(data["symbols"]),
            created_at=datetime.fromisoformat(data["created_at"]),
            updated_at=datetime.fromisoformat(data["updated_at"]),
        )


class Watchlists:
    """All accounts' lists by id. Methods answer the changed list and keep it."""

    def __init__(self, lists: Iterable[Watchlist] = ()) -> None:
        self._lists = {entry.id: entry for entry in lists}
        self._made = len(self._lists)

    def all(self) -> list[Watchlist]:
        return list(self._lists.values())

    def of_account(self, account_id: str) -> list[Watchlist]:
        return [each for each in self._lists.values() if each.account_id == account_id]

    def get(self, account_id: str, watchlist_id: str) -> Watchlist:
        """Raises ApiError 404 where the account has no such list."""
        found = self._lists.get(watchlist_id)
        if found is None or found.account_id != account_id:
            raise not_found("watchlist not found")
        return found

    def by_name(self, account_id: str, name: str) -> Watchlist:
        for each in self.of_account(account_id):
            if each.name == name:
                return each
        raise not_found("watchlist not found")

    def create(
        self, account_id: str, name: str, symbols: tuple[str, ...], *, now: datetime
    ) -> Watchlist:
        self._check(account_id, name, symbols, own_id="")
        self._made += 1
        seed = f"{account_id}:{self._made}:{now.isoformat()}"
        made = Watchlist(
            id=str(uuid.uuid5(NAMESPACE, seed)),
            account_id=account_id,
            name=name,
            symbols=symbols,
            created_at=now,
            updated_at=now,
        )
        return self.put(made)

    def update(
        self, found: Watchlist, *, name: str, symbols: tuple[str, ...], now: datetime
    ) -> Watchlist:
        self._check(found.account_id, name, symbols, own_id=found.id)
        return self.put(replace(found, name=name, symbols=symbols, updated_at=now))

    def put(self, entry: Watchlist) -> Watchlist:
        """Keep a list as it is told, as recovery does."""
        self._lists[entry.id] = entry
        return entry

    def delete(self, watchlist_id: str) -> None:
        self._lists.pop(watchlist_id, None)

    def _check(
        self, account_id: str, name: str, symbols: tuple[str, ...], *, own_id: str
    ) -> None:
        if not name or len(name) > NAME_LIMIT:
            raise unprocessable(f"name must be 1 to {NAME_LIMIT} characters", 40010001)
        taken = {each.name for each in self.of_account(account_id) if each.id != own_id}
        if name in taken:
            raise unprocessable("watchlist name must be unique", 40010001)
        if len(set(symbols)) < len(symbols):
            raise _duplicate_symbol()


def _duplicate_symbol() -> ApiError:
    return unprocessable("duplicate symbol in watchlist", 40010001)
