from __future__ import annotations

from tests.faults.conftest import accounts, alice, desk


__all__ = ["accounts", "alice", "desk"]
