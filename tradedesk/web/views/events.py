"""Who may listen to /events; the stream itself is `tradedesk.web.live`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tradedesk.web.permit import StreamPermit


def no_feeds(_user: Any) -> Iterable[str]:
    return ()


@never_cache
@require_GET
def events(
    request: HttpRequest, feeds_of: Callable[[Any], Iterable[str]] = no_feeds
) -> StreamPermit:
    """Permit the stream to someone who has signed in with both factors.

    `feeds_of` names the quote feeds of a user; the URL table gives it.
    """
    user: Any = request.user
    if not (user.is_authenticated and user.is_verified()):
        raise PermissionDenied("Sign in with your second factor to see live news.")
    return StreamPermit(user_id=user.pk, feeds=frozenset(feeds_of(user)))
