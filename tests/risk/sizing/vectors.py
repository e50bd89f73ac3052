"""Worked figures that somebody else published; where they are absent, tests say so."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest


ROOT = Path(__file__).resolve().parents[3]


def vectors(name: str) -> Any:
    path = ROOT.parent / "shared" / "data" / "vectors.json"
    if not path.exists():
        pytest.skip("the published vectors are not on this machine")
    return json.loads(path.read_text(), parse_float=Decimal, parse_int=Decimal)[name]
