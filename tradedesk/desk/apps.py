from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tradedesk.desk"
    label = "desk"
    verbose_name = "Desk"
    default_auto_field = "django.db.models.BigAutoField"
