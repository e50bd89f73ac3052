"""Settings: which notices also go by email."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tradedesk.accounts.http import DeskRequest, actor_of
from tradedesk.accounts.navigation import tabs
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError
from tradedesk.notifications import choices
from tradedesk.notifications.forms import ChoicesForm
from tradedesk.notifications.models import NoticeKind


# What each kind tells of, beside its name.
TOLD = {
    NoticeKind.ORDER: "An order that ended unasked, or a command without an answer.",
    NoticeKind.FILL: "A trade that the broker took back, corrected, or told of late.",
    NoticeKind.PROTECTION: "A position that is open and has no working stop.",
    NoticeKind.CONNECTION: "A broker that does not answer, or a stream gone silent.",
    NoticeKind.RECONCILIATION: "Breaks, and runs that did not happen.",
    NoticeKind.REMINDER: "What you asked to be reminded of, where you want it by email.",
    NoticeKind.SYSTEM: "A process that died, a full disk, a queue that backs up.",
}


@require_http_methods(["GET", "POST"])
def settings_notices(request: DeskRequest) -> HttpResponse:
    if request.method == "POST":
        return _save(request)
    chosen = choices.of(request.user)
    rows = [
        {"kind": kind, "told": TOLD[kind], "email": by_email}
        for kind, by_email in chosen.items()
    ]
    context = {
        "rows": rows,
        "tabs": tabs(request.user, "settings_notices"),
        "sender": settings.DEFAULT_FROM_EMAIL,
        "is_file_outbox": "filebased" in settings.EMAIL_BACKEND,
    }
    return render(request, "notifications/choices.html", context)


def _save(request: DeskRequest) -> HttpResponse:
    form = ChoicesForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError("Choose among the kinds that the page shows.")
    choices.save(
        request.user,
        {NoticeKind(kind) for kind in form.cleaned_data["email"]},
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    messages.success(request, "Saved.")
    return redirect("settings_notices")
