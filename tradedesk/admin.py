"""Django admin behind the second factor: an entry point, like the URL table."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "tradedesk.accounts.admin_site.DeskAdminSite"
