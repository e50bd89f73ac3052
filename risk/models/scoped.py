"""What every row about the desk, a user or an account has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from risk.facts import Scope


if TYPE_CHECKING:
    from tradedesk.accounts.models import User

_Row = TypeVar("_Row", bound=models.Model)
SCOPES = [(scope.value, scope.value) for scope in Scope]


class ScopedQuerySet(models.QuerySet[_Row]):
    def of(self, scope: Scope, scope_id: int) -> Self:
        return self.filter(scope=scope.value, scope_id=scope_id)

    def for_user(self, user: User) -> Self:
        """What concerns everybody, and this person; accounts are the caller's to know."""
        own = Q(scope=Scope.USER.value, scope_id=user.pk)
        return self.filter(own | Q(scope=Scope.DESK.value))

    def covering(self, *, user_id: int, account_id: int) -> Self:
        """Rows of the desk, of this user and of this account."""
        return self.filter(
            Q(scope=Scope.DESK.value)
            | Q(scope=Scope.USER.value, scope_id=user_id)
            | Q(scope=Scope.ACCOUNT.value, scope_id=account_id)
        )


class Scoped(models.Model):
    """`scope_id` is the user's or the account's id, and 0 for the desk."""

    scope = models.CharField(max_length=8, choices=SCOPES)
    scope_id = models.BigIntegerField()

    class Meta:
        abstract = True


def scope_is_sound(name: str) -> models.CheckConstraint:
    """The desk's id is 0 and no other's is."""
    desk = Q(scope=Scope.DESK.value, scope_id=0)
    other = Q(scope__in=[Scope.USER.value, Scope.ACCOUNT.value], scope_id__gt=0)
    return models.CheckConstraint(condition=desk | other, name=name)
