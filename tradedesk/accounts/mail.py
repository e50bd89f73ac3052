"""Letters about accounts; sent after the transaction, never in it."""

from __future__ import annotations

from django.core.mail import send_mail
from django.template.loader import render_to_string

from tradedesk.accounts.services import IssuedInvitation


def send_invitation(issued: IssuedInvitation, *, origin: str) -> bool:
    """Whether the letter left; if not, the owner still has the link to hand over.

    `origin` is scheme and host, as in ``https://desk.example``.
    """
    invitation = issued.invitation
    context = {"invitation": invitation, "link": f"{origin}{issued.path}"}
    try:
        send_mail(
            "TradeDesk: you are invited",
            render_to_string("accounts/mail/invitation.txt", context),
            None,
            [invitation.email],
        )
    except OSError:
        return False
    return True
