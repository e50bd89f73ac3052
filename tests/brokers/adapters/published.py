"""Alpaca's own published examples and schemas, where the checkout has them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest


PUBLISHED = Path(__file__).resolve().parents[4] / "shared" / "data" / "alpaca"


def _read(path: Path) -> Any:
    if not path.exists():
        pytest.skip(f"Alpaca's published {path.name} is not on this machine.")
    return json.loads(path.read_text())


def example(name: str) -> dict[str, Any]:
    return _read(PUBLISHED / "openapi-examples" / f"{name}.json")


def examples(prefix: str) -> list[dict[str, Any]]:
    folder = PUBLISHED / "openapi-examples"
    return [_read(path) for path in sorted(folder.glob(f"{prefix}*.json"))]


@cache
def schema(name: str) -> dict[str, Any]:
    document = _read(PUBLISHED / "trading-api.openapi.json")
    return document["components"]["schemas"][name]
