"""Back to where something was asked, never to another host."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

from tradedesk.accounts.http import DeskRequest


def back_or(request: DeskRequest, otherwise: str) -> str:
    """The page that sent the form, as a path of this desk; else the given one."""
    referer = request.headers.get("referer", "")
    allowed = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(referer)
    if not referer or not allowed or not parts.path.startswith("/"):
        return otherwise
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
