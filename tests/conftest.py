from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings


# Timings are measured in benchmarks/, never asserted: a busy machine fails no property.
# CI judges a change by the same cases every time; runs by hand look further.
settings.register_profile(
    "desk",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("desk")


@pytest.fixture(autouse=True)
def _fresh_rate_budgets() -> None:
    """What one test asked of a broker is no reason to make another one wait."""
    from tradedesk.web import valkey

    store = valkey.client()
    if used := store.keys("rate-budget:*"):
        store.delete(*used)
