"""People and grants in Django admin: to look at, never to change."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import admin as _groups  # noqa: F401 - registers them
from django.contrib.auth.models import Group
from django.http import HttpRequest

from tradedesk.accounts.models import Invitation, StepUpGrant, TotpDevice, User


# A person's role is all that they may do: Django's groups would say nothing here.
admin.site.unregister(Group)


class LookOnly:
    """Nobody adds, changes or deletes here, whatever their role."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(LookOnly, admin.ModelAdmin[User]):
    list_display = ("email", "name", "role", "is_active", "joined_at", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "role", "is_active", "joined_at", "last_login")


@admin.register(Invitation)
class InvitationAdmin(LookOnly, admin.ModelAdmin[Invitation]):
    list_display = (
        "email",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "used_at",
    )
    fields = (*list_display, "withdrawn_at")


@admin.register(StepUpGrant)
class StepUpGrantAdmin(LookOnly, admin.ModelAdmin[StepUpGrant]):
    list_display = ("id", "user", "purpose", "issued_at", "used_at", "device")
    list_filter = ("purpose",)
    search_fields = ("user__email", "digest")


@admin.register(TotpDevice)
class TotpDeviceAdmin(LookOnly, admin.ModelAdmin[TotpDevice]):
    list_display = ("user", "name", "confirmed", "created_at", "last_used_at")
    fields = (*list_display, "sign_in_failures", "step_up_failures")
