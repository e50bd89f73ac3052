from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core import management, serializers
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import F

from tests import people
from tradedesk.accounts import key_rotation
from tradedesk.accounts.fields import DecryptionError, MisplacedSecretError
from tradedesk.accounts.models import TotpDevice


def token_of(device: TotpDevice) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "select seed from accounts_totpdevice where id = %s", [device.pk]
        )
        return cursor.fetchone()[0]


def put_token(device: TotpDevice, token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update accounts_totpdevice set seed = %s where id = %s", [token, device.pk]
        )


def reloaded(device: TotpDevice) -> TotpDevice:
    return TotpDevice.objects.get(pk=device.pk)


def test_a_seed_comes_back_and_lies_sealed_in_the_database(phone):
    seed = phone.seed
    assert reloaded(phone).seed == seed
    assert seed not in token_of(phone)


def test_a_token_moved_to_another_row_of_the_same_owner_is_refused(alice, phone):
    other = people.authenticator(alice, name="Tablet")
    put_token(other, token_of(phone))
    with pytest.raises(MisplacedSecretError):
        _ = reloaded(other).seed


def test_a_row_given_to_another_owner_does_not_open(phone, charlie):
    TotpDevice.objects.filter(pk=phone.pk).update(user=charlie)
    with pytest.raises(MisplacedSecretError):
        _ = reloaded(phone).seed


def test_a_misplaced_token_is_not_sealed_again_by_saving_its_row(alice, phone):
    other = people.authenticator(alice, name="Tablet")
    put_token(other, token_of(phone))
    with pytest.raises(MisplacedSecretError):
        reloaded(other).save()


def test_a_wrong_key_raises_and_never_hands_out_ciphertext(phone, settings):
    settings.FIELD_ENCRYPTION_KEY = [Fernet.generate_key().decode()]
    with pytest.raises(DecryptionError):
        _ = reloaded(phone).seed


def test_an_instance_that_was_not_loaded_whole_still_opens_its_secret(phone):
    assert TotpDevice.objects.defer("seed").get(pk=phone.pk).seed == phone.seed


@pytest.mark.django_db
def test_expressions_bulk_updates_and_lookups_by_value_are_refused(phone):
    phone.seed = "changed"
    refused = [
        lambda: TotpDevice.objects.bulk_update([phone], ["seed"]),
        lambda: TotpDevice.objects.update(seed="changed"),
        lambda: TotpDevice.objects.update(seed=F("name")),
        lambda: list(TotpDevice.objects.filter(seed="changed")),
        lambda: serializers.serialize("json", [phone]),
    ]
    for attempt in refused:
        with pytest.raises(FieldError):
            attempt()


def test_a_value_without_a_row_is_refused(alice):
    device = TotpDevice(user=alice, name="New", seed="SEED")
    with pytest.raises(FieldError):
        TotpDevice.objects.bulk_create([device])


def test_what_is_stored_says_nothing_when_printed(phone):
    (stored,) = TotpDevice.objects.values_list("seed", flat=True)
    assert str(stored) == "<sealed>"


def test_typed_input_that_looks_like_a_token_is_not_opened(alice, phone):
    device = people.authenticator(alice, name="Tablet")
    device.seed = token_of(phone)
    device.save(update_fields=["seed"])
    assert reloaded(device).seed == token_of(phone)


def test_rotation_brings_every_secret_under_the_first_key(phone, settings, capsys):
    seed, old = phone.seed, settings.FIELD_ENCRYPTION_KEY
    new = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEY = [new, *old]
    management.call_command("rotate_field_keys")
    assert "1 re-encrypted" in capsys.readouterr().out
    settings.FIELD_ENCRYPTION_KEY = [new]
    assert reloaded(phone).seed == seed
    assert key_rotation.rotate().current == 1


def test_rotation_names_the_row_that_no_key_opens(phone, settings):
    settings.FIELD_ENCRYPTION_KEY = [Fernet.generate_key().decode()]
    with pytest.raises(management.CommandError, match=f"row {phone.pk}"):
        management.call_command("rotate_field_keys")


def test_rotation_keeps_what_was_changed_meanwhile(phone, settings):
    token = token_of(phone)
    phone.seed = "CHANGEDMEANWHILE"
    phone.save(update_fields=["seed"])
    settings.FIELD_ENCRYPTION_KEY = [
        Fernet.generate_key().decode(),
        *settings.FIELD_ENCRYPTION_KEY,
    ]
    field = TotpDevice._meta.get_field("seed")
    assert key_rotation._replace(field, pk=phone.pk, token=token) == "overtaken"
    assert reloaded(phone).seed == "CHANGEDMEANWHILE"
