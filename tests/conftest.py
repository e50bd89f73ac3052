from __future__ import annotations

import os

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
