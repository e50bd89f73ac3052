from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tradedesk.accounts"
    label = "accounts"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"
