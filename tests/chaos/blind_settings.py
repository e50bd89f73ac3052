"""The settings of a run whose practice adapter sends again without looking first."""

from __future__ import annotations

from tests.chaos.settings import *  # noqa: F403


INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.blind"]  # noqa: F405
