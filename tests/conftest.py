from __future__ import annotations

from hypothesis import HealthCheck, settings


# Timings are measured in benchmarks/, never asserted: a busy machine fails no property.
settings.register_profile(
    "desk", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("desk")
