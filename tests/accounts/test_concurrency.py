"""What must happen once though eight threads try it on a real database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from tests import people
from tradedesk.accounts import factors, grants, services, verification
from tradedesk.accounts.attempts import Purpose
from tradedesk.accounts.models import Role, StepUpGrant, User
from tradedesk.accounts.services import NewPerson
from tradedesk.core import canonical
from tradedesk.core.errors import DeskError


THREADS = 8
DIGEST = canonical.digest("an order")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(act: Callable[[], object]) -> list[object]:
    """The results of so many threads that all start together; errors are results."""
    gate = Barrier(THREADS)

    def one(_: int) -> object:
        gate.wait()
        try:
            return act()
        except DeskError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def winners(results: list[object]) -> list[object]:
    return [each for each in results if not isinstance(each, DeskError)]


def test_one_code_signs_in_once(clock):
    alice = people.person("alice", Role.OWNER)
    phone = people.authenticator(alice)
    code = phone.code_at(clock.now())
    results = at_once(
        lambda: verification.sign_in(
            user=alice,
            device_id=phone.persistent_id,
            code=code,
            actor=people.actor(alice),
            clock=clock,
        )
    )
    assert len(winners(results)) == 1


def test_one_code_gives_one_grant(clock):
    alice = people.person("alice", Role.OWNER)
    phone = people.authenticator(alice)
    code = phone.code_at(clock.now())
    at_once(
        lambda: grants.issue(
            user=alice,
            purpose=Purpose.ORDER_CONFIRM,
            digest=DIGEST,
            code=code,
            actor=people.actor(alice),
            clock=clock,
        )
    )
    assert StepUpGrant.objects.count() == 1


def test_one_grant_is_consumed_once(clock):
    alice = people.person("alice", Role.OWNER)
    given = people.grant_for(
        alice, purpose=Purpose.ORDER_CONFIRM, digest=DIGEST, clock=clock
    )

    def consume() -> int:
        with transaction.atomic():
            grants.consume(
                given.pk,
                user=alice,
                purpose=Purpose.ORDER_CONFIRM,
                digest=DIGEST,
                now=clock.now(),
            )
        return given.pk

    assert len(winners(at_once(consume))) == 1


def test_one_recovery_code_signs_in_once(clock):
    alice = people.person("alice", Role.OWNER)
    codes = factors._replace_codes(alice, clock.now())
    sheet = verification.devices_of(alice)[0]
    results = at_once(
        lambda: verification.sign_in(
            user=alice,
            device_id=sheet.persistent_id,
            code=codes[3],
            actor=people.actor(alice),
            clock=clock,
        )
    )
    assert len(winners(results)) == 1


def test_one_link_makes_one_owner(clock):
    token = services.owner_link(clock.now()).split("/")[-2]
    names = iter(range(THREADS))
    results = at_once(
        lambda: services.create_owner(
            token,
            NewPerson(
                email=f"owner{next(names)}@desk.test",
                name="",
                password=people.PASSWORD,
                address="127.0.0.1",
            ),
            now=clock.now(),
        )
    )
    assert len(winners(results)) == 1
    assert User.objects.filter(role=Role.OWNER).count() == 1


def test_two_owners_cannot_remove_each_other(clock):
    alice = people.person("alice", Role.OWNER)
    dora = people.person("dora", Role.OWNER)
    pairs = iter([(alice, dora), (dora, alice)] * THREADS)

    def demote() -> None:
        by, whom = next(pairs)
        services.change_role(whom, Role.TRADER, actor=people.actor(by), now=clock.now())

    at_once(demote)
    assert User.objects.filter(role=Role.OWNER).count() == 1


def test_a_first_factor_is_enrolled_once_without_a_grant(clock):
    """Two browsers with the password alone: the second must show the first's code."""
    alice = people.person("alice", Role.OWNER)
    pending = factors.begin_enrolment(alice, now=clock.now())
    code = pending.code_at(clock.now())
    results = at_once(
        lambda: factors.confirm_enrolment(
            device=pending, code=code, actor=people.actor(alice), clock=clock
        )
    )
    assert len(winners(results)) == 1
