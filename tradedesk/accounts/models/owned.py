"""Rows that belong to one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models


if TYPE_CHECKING:
    from tradedesk.accounts.models.user import User


class PersonalQuerySet(models.QuerySet[Any]):
    def for_user(self, user: User) -> Self:
        return self.filter(user=user)
