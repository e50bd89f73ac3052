"""Where allauth meets the desk: no sign-up, our idea of an address, our audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from tradedesk.accounts.http import actor_for, actor_of, address_of
from tradedesk.accounts.models import User
from tradedesk.audit import services as audit
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor
from tradedesk.core.clock import SYSTEM_CLOCK


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-up is by invitation only."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        address = address_of(request)
        if not address:
            raise PermissionDenied("The client's address is unknown.")
        return address

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        return reverse("settings_security")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """What was typed is not kept: it may be a password in the wrong field."""
        email = str(credentials.get("email", "")).strip().lower()
        user = User.objects.filter(email=email).first()
        _record(
            AuditAction.SESSION_FAILED,
            actor=actor_of(request),
            subject_id=user.pk if user else "unknown",
        )

    def set_password(self, user: User, password: str) -> None:
        with transaction.atomic():
            user.set_password(password)
            user.save(update_fields=["password"])
            actor = actor_for(user, context.request)
            _record(AuditAction.PASSWORD_CHANGED, actor=actor, subject_id=user.pk)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The letter's link was opened, and the address is the person's from now on."""
        with transaction.atomic():
            confirmed = bool(super().confirm_email(request, email_address))
            if confirmed:
                user_id = email_address.user_id
                action = AuditAction.USER_EMAIL_CHANGED
                _record(action, actor=actor_of(request), subject_id=user_id)
        return confirmed

    def logout(self, request: HttpRequest) -> None:
        actor = actor_of(request)
        super().logout(request)
        _record(
            AuditAction.SESSION_SIGNED_OUT,
            actor=actor,
            subject_id=actor.user_id or "unknown",
        )


@transaction.atomic
def _record(action: AuditAction, *, actor: Actor, subject_id: int | str) -> None:
    audit.record(
        action,
        actor=actor,
        subject="user",
        subject_id=subject_id,
        payload={},
        now=SYSTEM_CLOCK.now(),
    )
