"""Each change of state as one JSON-able entry: what was asked and what came of it.

Restoring folds the outcomes and never matches again, so that a later version of the
price path or of a rule cannot rewrite what an earlier one has already told a trader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from brokers.sim.engine.codec import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One verb, all or nothing.

    `inputs` are the arguments, `changes` the new values of every record it touched;
    both hold JSON's own types only. `to_json` and `from_json` are inverses.
    """

    sequence: int
    at: datetime
    verb: str
    account_id: str
    inputs: Mapping[str, Any]
    changes: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "sequence": self.sequence,
            "at": self.at.isoformat(),
            "verb": self.verb,
            "account_id": self.account_id,
            "inputs": self.inputs,
            "changes": self.changes,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> JournalEntry:
        return cls(
            sequence=data["sequence"],
            at=datetime.fromisoformat(data["at"]),
            verb=data["verb"],
            account_id=data["account_id"],
            inputs=data["inputs"],
            changes=data["changes"],
        )


def as_inputs(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A verb's arguments in JSON's own types."""
    return {name: _plain(value) for name, value in arguments.items()}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return encode(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value
