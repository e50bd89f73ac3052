"""Who asks: Alpaca's two headers, and each key's budget of requests."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from brokers.sim.keys import secret_of
from brokers.sim.server.errors import forbidden, not_authorised


KEY_HEADER = "apca-api-key-id"
SECRET_HEADER = "apca-api-secret-key"  # noqa: S105 - the name of a header
WINDOW_SECONDS = 60
# What `brokers.sim.keys.further_key` puts behind the first key.
FURTHER = "-[0-9]{1,12}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A key pair and the account that it opens."""

    key: str
    secret: str = field(repr=False)
    account_id: str


class Keyring:
    """The key pairs that the exchange knows, and those that are made from its first.

    `open_account` answers the id of a key's account, which it opens at the first use.
    """

    def __init__(
        self,
        credentials: tuple[Credential, ...],
        open_account: Callable[[str], str],
    ) -> None:
        self._credentials = {credential.key: credential for credential in credentials}
        self._first = credentials[0]
        self._further = re.compile(re.escape(self._first.key) + FURTHER)
        self._open_account = open_account

    def find(self, key: str, secret: str) -> Credential | None:
        """The credential, or None; takes as long for a wrong secret as for the right one."""
        known = self._credentials.get(key)
        expected = known.secret if known else self._made(key)
        matches = hmac.compare_digest(expected.encode(), secret.encode())
        if not (expected and matches):
            return None
        return known or self._admit(key, expected)

    def _made(self, key: str) -> str:
        """The secret of a further key, "" for one that is none."""
        is_further = self._further.fullmatch(key)
        return secret_of(key, self._first.secret) if is_further else ""

    def _admit(self, key: str, secret: str) -> Credential:
        account_id = self._open_account(key)
        admitted = Credential(key=key, secret=secret, account_id=account_id)
        self._credentials[key] = admitted
        return admitted

    def identify(self, headers: Mapping[str, str]) -> Credential:
        """The credential of a request.

        Raises:
            ApiError: 403 without credentials, 401 with unknown ones, as Alpaca has it.
        """
        key, secret = headers.get(KEY_HEADER, ""), headers.get(SECRET_HEADER, "")
        if not key or not secret:
            raise forbidden()
        credential = self.find(key, secret)
        if credential is None:
            raise not_authorised()
        return credential


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left of a minute; `reset` is the UNIX time at which it is full again."""

    limit: int
    remaining: int
    reset: int
    granted: bool

    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


class RequestBudget:
    """So many requests in each minute of the wall clock, for each key."""

    def __init__(self, per_minute: int) -> None:
        self._limit = per_minute
        self._spent: dict[str, tuple[int, int]] = {}

    def spend(self, key: str, now: float) -> Allowance:
        """Count one request; `now` is UNIX time in seconds."""
        window = int(now) // WINDOW_SECONDS
        last, used = self._spent.get(key, (window, 0))
        used = used + 1 if last == window else 1
        self._spent[key] = (window, used)
        return Allowance(
            limit=self._limit,
            remaining=max(0, self._limit - used),
            reset=(window + 1) * WINDOW_SECONDS,
            granted=used <= self._limit,
        )
