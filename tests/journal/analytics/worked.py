"""Worked figures that somebody else published, and the list that most of them use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


ROOT = Path(__file__).resolve().parents[3]
LIST_A = [-1, -1, 2.5, -1, 0.5, 3, -1, -0.5, 1.5, -1]


def vectors(name: str) -> Any:
    path = ROOT.parent / "shared" / "data" / "vectors.json"
    if not path.exists():
        pytest.skip("the published vectors are not on this machine")
    return json.loads(path.read_text())[name]


def close(value: float | None, precision: float = 5e-7) -> Any:
    """Equal as far as the published digits go."""
    return pytest.approx(value, rel=precision, abs=precision)
