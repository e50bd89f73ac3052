"""What a request says about the person behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from tradedesk.accounts.models import Role, User
from tradedesk.accounts.models.user import TRADING_ROLES
from tradedesk.core.actor import Actor, ActorKind
from tradedesk.core.errors import NotAllowedError


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class DeskRequest(HttpRequest):
    """A request that passed the second factor: the user is a person, never anonymous.

    `account_in_view` is the id of the broker account that the page turned out to be
    about, unset on a page about none in particular.
    """

    user: User
    htmx: HtmxDetails
    account_in_view: int


_Rest = ParamSpec("_Rest")
_View = Callable[Concatenate[DeskRequest, _Rest], HttpResponseBase]


def address_of(request: HttpRequest) -> str:
    """The client's IP address.

    X-Forwarded-For can be written by anyone, so it counts only behind TLS, where the
    desk has a proxy in front, and then only the last entry: the one that proxy added.
    """
    forwarded = request.headers.get("x-forwarded-for", "")
    if settings.HTTPS and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, for the audit log."""
    if isinstance(request.user, User):
        return actor_for(request.user, request)
    return Actor(kind=ActorKind.PERSON, name="anonymous", address=address_of(request))


def actor_for(user: User, request: HttpRequest) -> Actor:
    """For a person whom the request is about to sign in."""
    return Actor(
        kind=ActorKind.PERSON,
        name=user.email,
        user_id=user.pk,
        address=address_of(request),
    )


def role_required(*roles: Role) -> Callable[[_View[_Rest]], _View[_Rest]]:
    """403 for everyone whose role is not listed, whatever the method."""

    def decorate(view: _View[_Rest]) -> _View[_Rest]:
        @wraps(view)
        def guarded(
            request: DeskRequest, /, *args: _Rest.args, **kwargs: _Rest.kwargs
        ) -> HttpResponseBase:
            if request.user.role not in roles:
                raise NotAllowedError("Your role does not permit this.")
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def trading_role_required(view: _View[_Rest]) -> _View[_Rest]:
    """403 for who may only look, on every method that changes something."""

    @wraps(view)
    def guarded(
        request: DeskRequest, /, *args: _Rest.args, **kwargs: _Rest.kwargs
    ) -> HttpResponseBase:
        changes = request.method not in SAFE_METHODS
        if changes and request.user.role not in TRADING_ROLES:
            raise NotAllowedError("Your role may look but not trade.")
        return view(request, *args, **kwargs)

    return guarded
