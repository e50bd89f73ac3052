"""An authenticator app: what a person's phone shows (RFC 6238), from the key they typed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import threading
import time


STEP_SECONDS = 30
# A loaded machine may take this long from the typed code to the answer.
MARGIN_SECONDS = 6


class Authenticator:
    """Remembers the codes it gave away, since each is accepted once."""

    def __init__(self, key: str) -> None:
        self._key = base64.b32decode(key.replace(" ", ""))
        self._spent = -1

    def code(self) -> str:
        """The code of this moment; after one was used, that of the next moment."""
        while (step := _now()) <= self._spent or _seconds_left() < MARGIN_SECONDS:
            threading.Event().wait(0.1)
        return self._spend(step)

    def previous(self) -> str:
        """The code that has just gone: good for signing in, and it keeps this one."""
        while _seconds_left() < MARGIN_SECONDS:
            threading.Event().wait(0.1)
        return self._spend(_now() - 1)

    @property
    def has_one_now(self) -> bool:
        return _now() > self._spent

    def _spend(self, step: int) -> str:
        self._spent = step
        digest = hmac.new(self._key, struct.pack(">Q", step), hashlib.sha1).digest()
        start = digest[-1] & 0xF
        (number,) = struct.unpack(">I", digest[start : start + 4])
        return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def _now() -> int:
    return int(time.time()) // STEP_SECONDS


def _seconds_left() -> float:
    return STEP_SECONDS - time.time() % STEP_SECONDS
