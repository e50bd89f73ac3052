"""What every owned row has: an owner, and a query that shows only one's own."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, overload

from django.conf import settings
from django.db import models


if TYPE_CHECKING:
    from tradedesk.accounts.models import User


_Row = TypeVar("_Row", bound=models.Model)


class OwnedQuerySet(models.QuerySet[_Row]):
    def for_user(self, user: User) -> Self:
        return self.filter(owner=user)


class Owned(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


_Number = Decimal | int | str
_Decimals = models.DecimalField[_Number, Decimal]
_OptionalDecimals = models.DecimalField[_Number | None, Decimal | None]


@overload
def money_field(
    *, null: Literal[False] = False, default: Any = models.NOT_PROVIDED
) -> _Decimals: ...


@overload
def money_field(*, null: Literal[True]) -> _OptionalDecimals: ...


def money_field(*, null: bool = False, default: Any = models.NOT_PROVIDED) -> Any:
    """An amount or a price: 16 digits before the point and 8 after it."""
    return models.DecimalField(
        max_digits=24, decimal_places=8, null=null, blank=null, default=default
    )


@overload
def quantity_field(
    *, null: Literal[False] = False, default: Any = models.NOT_PROVIDED
) -> _Decimals: ...


@overload
def quantity_field(*, null: Literal[True]) -> _OptionalDecimals: ...


def quantity_field(*, null: bool = False, default: Any = models.NOT_PROVIDED) -> Any:
    """Units of an instrument, with the nine decimals that fractional orders have."""
    return models.DecimalField(
        max_digits=24, decimal_places=9, null=null, blank=null, default=default
    )


def choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """The members of a domain enum as Django choices, labelled in plain words."""
    return [(member.value, member.value.replace("_", " ")) for member in enum]
