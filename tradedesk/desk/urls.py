from __future__ import annotations

from django.urls import path

from brokers.views import amending, reversing
from tradedesk.desk.reversing import EntryPlans
from tradedesk.desk.views import (
    desk,
    edit,
    kill_switch,
    review,
    system,
    ticket,
    today,
    welcome,
)
from tradedesk.desk.warning import OwnWarnings


# Brokers know no journal, so what a change and a reversal's entry are asked of one's
# plans and warned of is told here.
WARNINGS = {"warnings": OwnWarnings()}
ENTRY = {"plans": EntryPlans(), **WARNINGS}
urlpatterns = [
    path("", desk.home, name="home"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("welcome/practice/", welcome.practice, name="welcome_practice"),
    path("today/", today.today, name="today"),
    path("desk/", desk.desk, name="desk"),
    path("status/", desk.status, name="status"),
    path("desk/<int:account_id>/ticket/", ticket.submit, name="ticket_submit"),
    path("desk/<int:account_id>/preview/", ticket.preview, name="ticket_preview"),
    path("desk/drafts/<int:order_id>/", edit.edit, name="order_edit"),
    path("orders/<int:order_id>/review/", review.review, name="order_review"),
    path("orders/<int:order_id>/confirm/", review.confirm, name="order_confirm"),
    path(
        "orders/<int:order_id>/amend/",
        amending.order_amend,
        WARNINGS,
        name="order_amend",
    ),
    path(
        "positions/<int:position_id>/reverse/",
        reversing.position_reverse,
        ENTRY,
        name="position_reverse",
    ),
    path(
        "positions/reversals/<int:order_id>/",
        reversing.reversal,
        ENTRY,
        name="reversal",
    ),
    path("system/", system.system, name="system"),
    path("kill-switch/", kill_switch.kill_switch, name="kill_switch"),
]
