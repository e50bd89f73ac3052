"""Settings: a person's profile and how the desk looks to them."""

from __future__ import annotations

from http import HTTPStatus
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tradedesk.accounts import preferences
from tradedesk.accounts.forms import PreferencesForm
from tradedesk.accounts.http import DeskRequest, actor_of
from tradedesk.accounts.navigation import tabs
from tradedesk.core.clock import SYSTEM_CLOCK


@require_http_methods(["GET", "POST"])
def settings(request: DeskRequest) -> HttpResponse:
    form = PreferencesForm(
        request.POST or None,
        instance=preferences.of(request.user),
        initial={"name": request.user.name},
    )
    if request.method == "POST" and form.is_valid():
        _save(request, form)
        messages.success(request, "Saved.")
        return redirect("settings")
    context = {
        "form": form,
        "zones": sorted(available_timezones()),
        "tabs": tabs(request.user, "settings"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/settings.html", context, status=status)


def _save(request: DeskRequest, form: PreferencesForm) -> None:
    changed = [name for name in form.changed_data if name != "name"]
    if "name" in form.changed_data:
        request.user.name = form.cleaned_data["name"]
        request.user.save(update_fields=["name"])
    if changed:
        preferences.save(
            form.instance,
            fields=changed,
            actor=actor_of(request),
            now=SYSTEM_CLOCK.now(),
        )
