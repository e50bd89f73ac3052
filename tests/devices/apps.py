from __future__ import annotations

from django.apps import AppConfig


class TestDevicesConfig(AppConfig):
    name = "tests.devices"
    label = "test_devices"
    default_auto_field = "django.db.models.BigAutoField"
