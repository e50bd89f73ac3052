from __future__ import annotations

import pytest

from tests.sim.engine.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
