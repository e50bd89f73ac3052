"""Re-encrypting secrets with the first key of the ring, while the desk runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from encrypted_model_fields.fields import get_crypter

from tradedesk.accounts.fields import DecryptionError, EncryptedSecretField


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Counts of values; `overtaken` changed meanwhile and are new already."""

    rotated: int
    current: int
    overtaken: int


def secret_fields() -> Iterator[EncryptedSecretField]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedSecretField):
                yield field


def rotate() -> Rotation:
    """Bring every secret under the first key of FIELD_ENCRYPTION_KEY.

    Raises:
        DecryptionError: a value that no key of the ring opens; it is left as it is.
    """
    outcomes = [
        _rotate_value(field, pk=pk, token=token)
        for field in secret_fields()
        for pk, token in _tokens(field)
    ]
    return Rotation(
        rotated=outcomes.count("rotated"),
        current=outcomes.count("current"),
        overtaken=outcomes.count("overtaken"),
    )


def _tokens(field: EncryptedSecretField) -> list[tuple[int, str]]:
    rows = field.model._base_manager.exclude(
        **{f"{field.name}__isnull": True}
    ).order_by("pk")
    return [(pk, sealed.token) for pk, sealed in rows.values_list("pk", field.attname)]


def _rotate_value(field: EncryptedSecretField, *, pk: int, token: str) -> str:
    try:
        Fernet(settings.FIELD_ENCRYPTION_KEY[0]).decrypt(token.encode())
    except InvalidToken:
        return _replace(field, pk=pk, token=token)
    return "current"


def _replace(field: EncryptedSecretField, *, pk: int, token: str) -> str:
    try:
        renewed = get_crypter().rotate(token.encode()).decode()
    except InvalidToken as error:
        where = f"{field.model._meta.label}.{field.name} of row {pk}"
        raise DecryptionError(f"{where}: no configured key opens it.") from error
    changed = _compare_and_set(field.model, field, pk=pk, old=token, new=renewed)
    return "rotated" if changed else "overtaken"


def _compare_and_set(
    model: type[models.Model],
    field: EncryptedSecretField,
    *,
    pk: int,
    old: str,
    new: str,
) -> bool:
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(str(field.column))
    key = quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",  # noqa: S608 - names from the models, quoted
            [new, pk, old],
        )
        return bool(cursor.rowcount)
