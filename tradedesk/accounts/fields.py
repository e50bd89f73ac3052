"""Secrets at rest: django-encrypted-model-fields, used strictly.

The library as published stores the text of the SQL expression on `bulk_update`, returns
ciphertext when no key fits, and decrypts what a person typed. Here a secret is bound
to its place: the token holds owner, model, row and field beside the value, so that a
token copied to another row or another owner is refused when it is read.
"""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import InvalidToken
from django.core import checks
from django.core.exceptions import FieldError
from django.db import connections, models, router
from django.db.models.query_utils import DeferredAttribute
from encrypted_model_fields import fields as encrypted

from tradedesk.core.canonical import canonical_json


class DecryptionError(Exception):
    """No configured key opens this value: never hand ciphertext to a caller."""


class MisplacedSecretError(DecryptionError):
    """The value was sealed for another row, field or owner."""


class Sealed:
    """A token as it lies in the database; says nothing when printed."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "<sealed>"


class SecretAttribute(DeferredAttribute):
    """Opens a sealed value when it is asked for, and checks that it belongs here."""

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if not isinstance(value, Sealed):
            return value
        field: Any = self.field
        return field.open(instance, value)

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedModel(models.Model):
    """A model with secrets: its id is known before the insert, since tokens hold it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is None:
            using = kwargs.get("using") or router.db_for_write(type(self))
            self.pk = _reserve_id(type(self), using)
            kwargs["force_insert"] = True
        super().save(*args, **kwargs)


def _reserve_id(model: type[models.Model], using: str) -> int:
    sequence = "select nextval(pg_get_serial_sequence(%s, %s))"
    column = model._meta.pk.column
    with connections[using].cursor() as cursor:
        cursor.execute(sequence, [f'"{model._meta.db_table}"', column])
        return int(cursor.fetchone()[0])


class EncryptedSecretField(encrypted.EncryptedTextField):  # type: ignore[misc]  # untyped library
    """Text that is readable only in its own row, by its own owner's key ring.

    `owner` names the attribute that holds the owner's id. Changed only through
    `instance.save()`; `update()`, `bulk_update()` and lookups by value are refused.
    """

    descriptor_class = SecretAttribute

    def __init__(self, *args: Any, owner: str = "owner_id", **kwargs: Any) -> None:
        self.owner_attribute = owner
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "owner": self.owner_attribute}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found: list[checks.CheckMessage] = super().check(**kwargs)
        if not issubclass(self.model, SealedModel):
            found.append(
                checks.Error(
                    "A model with secrets inherits SealedModel.",
                    obj=self,
                    id="accounts.E001",
                )
            )
        return found

    def _place(self, instance: models.Model) -> dict[str, object]:
        return {
            "field": self.attname,
            "model": instance._meta.label_lower,
            "owner": getattr(instance, self.owner_attribute),
            "row": instance.pk,
        }

    def seal(self, instance: models.Model, value: str) -> Sealed:
        if instance.pk is None:
            raise FieldError("A secret is sealed for a row: save() it, one by one.")
        content = canonical_json({**self._place(instance), "value": value})
        return Sealed(encrypted.get_crypter().encrypt(content).decode())

    def open(self, instance: models.Model, sealed: Sealed) -> str:
        where = f"{instance._meta.label}.{self.attname} of row {instance.pk}"
        try:
            content = encrypted.get_crypter().decrypt(sealed.token.encode())
        except InvalidToken as error:
            raise DecryptionError(f"{where}: no configured key opens it.") from error
        place = json.loads(content)
        value = place.pop("value")
        if place != self._place(instance):
            raise MisplacedSecretError(f"{where}: sealed for another place.")
        return str(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:  # noqa: FBT001, ARG002 - Django's signature
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        if isinstance(value, Sealed):
            self.open(model_instance, value)
            return value
        return self.seal(model_instance, str(value))

    def from_db_value(
        self, value: str | None, _expression: object, _connection: object
    ) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return models.TextField.to_python(self, value)

    def get_db_prep_save(self, value: Any, connection: Any) -> str | None:  # noqa: ARG002 - Django's signature
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError("Encrypted fields change only by saving their instance.")
        return value.token

    def value_to_string(self, obj: models.Model) -> str:  # noqa: ARG002 - Django's signature
        raise FieldError("Encrypted fields are not serialized.")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError("Encrypted fields can only be filtered with isnull.")
        return super().get_lookup(lookup_name)
