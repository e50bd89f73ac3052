"""The traps of second factors, each as a test."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import django_otp
import pytest
from django.conf import settings

from tests import people
from tradedesk.accounts import throttle, verification
from tradedesk.accounts.attempts import Attempt, CodeRefusedError, Refusal, Scope
from tradedesk.accounts.models import FailedAddress, TotpDevice


SECOND = timedelta(seconds=1)
STEP = timedelta(seconds=30)


def sign_in(device, code, clock, *, address="203.0.113.5"):
    return verification.sign_in(
        user=device.user,
        device_id=device.persistent_id,
        code=code,
        actor=people.actor(device.user, address),
        clock=clock,
    )


def refusal_of(device, code, clock):
    with pytest.raises(CodeRefusedError) as caught:
        sign_in(device, code, clock)
    return caught.value


def wrong(device: TotpDevice, clock) -> str:
    right = {device.code_at(clock.now() + STEP * each) for each in (-1, 0, 1)}
    return next(
        code for code in ("000000", "111111", "222222", "333333") if code not in right
    )


def test_a_code_is_good_once(phone, clock):
    code = phone.code_at(clock.now())
    assert sign_in(phone, code, clock).pk == phone.pk
    error = refusal_of(phone, code, clock)
    assert error.refusal is Refusal.USED
    assert "The next is due at 14:30:30 UTC, in 20 s" in error.message


def test_sign_in_accepts_the_step_before_and_no_older_one(phone, clock):
    before, older = (
        phone.code_at(clock.now() - STEP),
        phone.code_at(clock.now() - 2 * STEP),
    )
    assert refusal_of(phone, older, clock).refusal is Refusal.WRONG
    clock.instant += SECOND
    assert sign_in(phone, before, clock)


def test_a_code_older_than_one_that_was_used_is_refused(phone, clock):
    before = phone.code_at(clock.now() - STEP)
    sign_in(phone, phone.code_at(clock.now()), clock)
    assert refusal_of(phone, before, clock).refusal is Refusal.USED


def test_an_early_code_never_moves_the_clock_of_the_device(phone, clock):
    """OTP_TOTP_SYNC would let an attacker shift what is accepted, step by step."""
    sign_in(phone, phone.code_at(clock.now() + STEP), clock)
    assert settings.OTP_TOTP_SYNC is False
    assert (
        refusal_of(phone, phone.code_at(clock.now() + 2 * STEP), clock).refusal
        is Refusal.WRONG
    )


def test_only_the_chosen_device_is_looked_at_and_throttled(alice, phone, clock):
    tablet = people.authenticator(alice, name="Tablet")
    assert (
        refusal_of(phone, tablet.code_at(clock.now()), clock).refusal is Refusal.WRONG
    )
    tablet.refresh_from_db()
    assert tablet.sign_in_failures == 0
    assert sign_in(tablet, tablet.code_at(clock.now()), clock)


def test_wrong_codes_make_the_device_wait_and_say_until_when(phone, clock):
    for expected in (1, 2, 4):
        error = refusal_of(phone, wrong(phone, clock), clock)
        assert error.retry_at == clock.now() + timedelta(seconds=expected)
        early = refusal_of(phone, phone.code_at(clock.now()), clock)
        assert early.refusal is Refusal.THROTTLED
        assert f"in {expected} s" in early.message
        clock.instant += timedelta(seconds=expected)
    assert sign_in(phone, phone.code_at(clock.now()), clock)
    phone.refresh_from_db()
    assert phone.sign_in_failures == 0


def test_a_used_code_typed_again_does_not_count_as_guessing(phone, clock):
    code = phone.code_at(clock.now())
    sign_in(phone, code, clock)
    for _ in range(3):
        assert refusal_of(phone, code, clock).refusal is Refusal.USED
    phone.refresh_from_db()
    assert phone.sign_in_failures == 0


def test_guessing_cannot_lock_anyone_out_for_longer_than_the_ceiling():
    assert throttle.delay(0) == timedelta()
    assert [throttle.delay(each).total_seconds() for each in (1, 2, 3)] == [1, 2, 4]
    assert throttle.delay(10_000) == throttle.CEILING


def test_an_address_that_guesses_everywhere_waits_and_others_do_not(
    phone, charlie, clock
):
    FailedAddress.objects.create(
        address="203.0.113.5",
        failures=throttle.FREE_ATTEMPTS_PER_ADDRESS + 5,
        failed_at=clock.now(),
    )
    code = phone.code_at(clock.now())
    assert refusal_of(phone, code, clock).refusal is Refusal.THROTTLED
    assert sign_in(phone, code, clock, address="198.51.100.7")


def test_failures_are_counted_per_address_across_people(phone, charlie, clock):
    other = people.authenticator(charlie)
    refusal_of(phone, wrong(phone, clock), clock)
    refusal_of(other, wrong(other, clock), clock)
    assert FailedAddress.objects.get().failures == 2


def test_an_address_is_forgiven_after_an_hour(phone, clock):
    FailedAddress.objects.create(
        address="203.0.113.5", failures=99, failed_at=clock.now()
    )
    clock.instant += throttle.ADDRESS_MEMORY + SECOND
    refusal_of(phone, wrong(phone, clock), clock)
    assert FailedAddress.objects.get().failures == 1


def test_a_device_of_someone_else_is_never_asked(phone, charlie, clock):
    with pytest.raises(CodeRefusedError):
        verification.sign_in(
            user=charlie,
            device_id=phone.persistent_id,
            code=phone.code_at(clock.now()),
            actor=people.actor(charlie),
            clock=clock,
        )


def test_an_unconfirmed_device_does_not_count(phone, clock):
    TotpDevice.objects.filter(pk=phone.pk).update(confirmed=False)
    assert verification.devices_of(phone.user) == []
    assert (
        refusal_of(phone, phone.code_at(clock.now()), clock).refusal
        is Refusal.UNSUITABLE
    )


def test_a_bare_string_verifies_nothing(phone, clock):
    code = phone.code_at(clock.now())
    assert django_otp.verify_token(phone.user, phone.persistent_id, code) is None


def test_a_confirmed_device_answers_no_enrolment(phone, clock):
    attempt = Attempt(
        code=phone.code_at(clock.now()), scope=Scope.ENROL, now=clock.now()
    )
    assert verification.verify(phone.user, phone.persistent_id, attempt) is None


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "12345",
        "abcdef",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "-1",
        "1e5",
        "9" * 40,
    ],
)
def test_nonsense_is_wrong_and_breaks_nothing(phone, clock, nonsense):
    assert refusal_of(phone, nonsense, clock).refusal is Refusal.WRONG


def test_codes_agree_with_the_vectors_of_rfc_6238(phone, clock):
    """Appendix B, SHA-1, the last six of its eight digits."""
    phone.seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    vectors = {59: "287082", 1111111109: "081804", 20000000000: "353130"}
    for seconds, code in vectors.items():
        instant = clock.now().fromtimestamp(seconds, clock.now().tzinfo)
        assert phone.code_at(instant) == code


def test_devices_are_asked_through_django_otp_alone():
    """`device.verify_token` takes no lock: eight threads can all win with one code."""
    root = Path(settings.BASE_DIR)
    calls = [
        f"{path}:{number}"
        for folder in ("tradedesk", "brokers", "risk", "journal")
        for path in (root / folder).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ".verify_token(" in line.replace("django_otp.verify_token(", "")
        or "match_token(" in line
    ]
    docstrings = [each for each in calls if "models/device.py" in each]
    assert calls == docstrings
