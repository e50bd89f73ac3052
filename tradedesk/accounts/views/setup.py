"""Joining the desk: the first owner's link, and invitations."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tradedesk.accounts import services, sessions
from tradedesk.accounts.forms import JoinForm, OwnerForm, PersonForm
from tradedesk.accounts.http import address_of
from tradedesk.accounts.models import User
from tradedesk.accounts.services import NewPerson
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def people_setup(request: HttpRequest, token: str) -> HttpResponse:
    """The first owner tells who they are and goes on to their second factor."""
    now = SYSTEM_CLOCK.now()
    if not services.owner_link_is_open(token, now):
        return _closed(request)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = _person(form, request)
        user = services.create_owner(token, person, now=now)
        return _welcome(request, user)
    return _render(request, "accounts/setup.html", form)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def people_join(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person sets a password and goes on to their second factor."""
    now = SYSTEM_CLOCK.now()
    invitation = services.open_invitation(token, now)
    if invitation is None:
        return _closed(request)
    form = JoinForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.accept_invitation(token, _person(form, request), now=now)
        except InvalidInputError as error:
            form.add_error(None, error.message)
        else:
            return _welcome(request, user)
    return _render(request, "accounts/join.html", form, invitation=invitation)


def _person(form: PersonForm, request: HttpRequest) -> NewPerson:
    return NewPerson(
        email=form.email_address(),
        name=form.cleaned_data["name"],
        password=form.cleaned_data["password"],
        address=address_of(request),
    )


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    sessions.start(request, user)
    return HttpResponseRedirect(reverse("second_factor_enrol"))


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/link_closed.html", status=HTTPStatus.GONE)


def _render(
    request: HttpRequest, template: str, form: PersonForm, **context: object
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)
