"""Settings, people: who may use the desk, and as what. For owners."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tradedesk.accounts import mail, services
from tradedesk.accounts.forms import InvitationForm, RoleForm
from tradedesk.accounts.http import DeskRequest, actor_of, role_required
from tradedesk.accounts.models import Invitation, Role, User
from tradedesk.accounts.navigation import tabs
from tradedesk.accounts.services import IssuedInvitation
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


owner_only = role_required(Role.OWNER)


@never_cache
@require_http_methods(["GET", "POST"])
@owner_only
def settings_people(request: DeskRequest) -> HttpResponse:
    """Members and open invitations; a POST invites, and shows the link this once."""
    form = InvitationForm(request.POST or None)
    issued = _invite(request, form) if request.method == "POST" else None
    origin = f"{request.scheme}://{request.get_host()}"
    context = {
        "people": User.objects.order_by("email"),
        "invitations": Invitation.objects.open(now=SYSTEM_CLOCK.now()),
        "roles": Role.choices,
        "form": InvitationForm() if issued else form,
        "link": f"{origin}{issued.path}" if issued else "",
        "issued": issued,
        "mailed": mail.send_invitation(issued, origin=origin) if issued else False,
        "tabs": tabs(request.user, "settings_people"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/people.html", context, status=status)


def _invite(request: DeskRequest, form: InvitationForm) -> IssuedInvitation | None:
    if not form.is_valid():
        return None
    try:
        return services.invite(
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            by=request.user,
            actor=actor_of(request),
            now=SYSTEM_CLOCK.now(),
        )
    except InvalidInputError as error:
        form.add_error(error.field or None, error.message)
        return None


@require_POST
@owner_only
def change_role(request: DeskRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError("Choose one of the roles.", field="role")
    role = Role(form.cleaned_data["role"])
    services.change_role(person, role, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, f"{person} is now {role.label.lower()}.")
    return redirect("settings_people")


@require_POST
@owner_only
def deactivate(request: DeskRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    services.deactivate(person, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, f"{person} can no longer sign in.")
    return redirect("settings_people")


@require_POST
@owner_only
def reactivate(request: DeskRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    services.reactivate(person, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, f"{person} can sign in again.")
    return redirect("settings_people")


@require_POST
@owner_only
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    services.withdraw_invitation(pk, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, "The invitation was withdrawn.")
    return redirect("settings_people")
