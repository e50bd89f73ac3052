"""Which row of the fault matrix a test proves: `@row(16)`, checked by test_rows.py."""

from __future__ import annotations

import os

import pytest


row = pytest.mark.row
# A few in each run; `make faults SEEDS=100` for a night.
SEEDS = range(int(os.environ.get("FAULT_SEEDS", "3")))
every_seed = pytest.mark.parametrize("seed", SEEDS)
