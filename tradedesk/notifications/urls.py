from __future__ import annotations

from django.urls import path

from tradedesk.notifications.views import choosing, notices


urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.notices_bell, name="notices_bell"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/<int:notice_id>/read/", notices.notice_read, name="notice_read"),
    path("settings/notices/", choosing.settings_notices, name="settings_notices"),
]
