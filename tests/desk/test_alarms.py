"""What the watch raises, and that it raises nothing while all is well."""

from __future__ import annotations

import socket
from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.domain.orders import OrderRole
from brokers.models import Account, Connection
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role
from tradedesk.audit.models import VerificationRun
from tradedesk.desk.system import alarms, machine, rules
from tradedesk.desk.system.machine import Disk
from tradedesk.desk.system.watch import watch
from tradedesk.notifications.incidents import Alarm
from tradedesk.notifications.models import Letter, Notice, NoticeKind, Severity
from tradedesk.notifications.services import send_letter
from tradedesk.web import valkey


# The tests move the clock, and the machine's disk is none of their business.
NOT_OURS = {"clock", "disk"}


def found(clock) -> list[Alarm]:
    seen = alarms.look(clock).alarms
    return [alarm for alarm in seen if alarm.family not in NOT_OURS]


def keys(clock) -> list[str]:
    return [alarm.key for alarm in found(clock)]


def told(clock, alive, *, seconds: int = 120, **beats: str) -> list[str]:
    """Titles of the notices after the watch has looked for so long."""
    for _look in range(0, seconds, 10):
        clock.instant += timedelta(seconds=10)
        alive(**beats)
        watch(clock)
    titles = Notice.objects.values_list("title", flat=True)
    return sorted(title for title in titles if title != "The clocks differ")


def test_a_desk_that_is_well_raises_nothing(alive, clock, account, alice):
    assert keys(clock) == []
    assert told(clock, alive) == []


@pytest.mark.parametrize("silent", ["web", "worker", "beat", "stream"])
def test_a_process_that_is_silent_is_told_to_those_who_keep_the_desk(
    alive, clock, alice, charlie, silent
):
    compliance = people.person("carol", Role.COMPLIANCE)
    operator = people.person("oscar", Role.OPERATOR)
    assert told(clock, alive, without=silent) == [f"The {silent} process is silent"] * 2
    assert set(Notice.objects.values_list("user", flat=True)) == {
        alice.pk,
        operator.pk,
    }
    assert not Notice.objects.for_user(charlie).exists()
    assert not Notice.objects.for_user(compliance).exists()
    told(clock, alive, seconds=10)
    assert Notice.objects.filter(title__startswith="Over: The ").count() == 2


def test_a_restart_is_no_alarm(alive, clock, alice):
    told(clock, alive, without="worker", seconds=30)
    assert told(clock, alive, seconds=120) == []


def test_a_queue_that_does_not_answer_is_one_alarm(alive, clock, settings, alice):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    valkey.client.cache_clear()
    try:
        silent, looked_at = keys(clock), alarms.look(clock).looked_at
    finally:
        valkey.client.cache_clear()
    assert silent == ["queue:silent"]
    assert "process" not in looked_at


def test_a_queue_that_backs_up(alive, clock, alice):
    valkey.client().rpush("celery", *["{}"] * rules.QUEUE_DEPTH)
    assert told(clock, alive) == ["The queue backs up"]


def test_a_practice_exchange_that_is_down(alive, clock, settings, alice):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.PRACTICE_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
    assert keys(clock) == ["practice:down"]


def test_an_audit_log_that_does_not_verify_is_told_to_reviewers_too(
    alive, clock, alice
):
    compliance = people.person("carol", Role.COMPLIANCE)
    VerificationRun.objects.create(
        started_at=clock.now(),
        seconds=1,
        from_sequence=1,
        to_sequence=9,
        digest="0" * 64,
        entries=9,
        shredded=0,
        anchors=1,
        first_bad_sequence=7,
    )
    assert told(clock, alive, seconds=10) == ["The audit log does not verify"] * 2
    notice = Notice.objects.for_user(compliance).get()
    assert (notice.severity, "entry 7" in notice.body) == (Severity.CRITICAL, True)


def test_letters_that_do_not_leave(alive, clock, alice):
    send_letter(alice.pk, key="k", subject="s", text="t", now=clock.now())
    Letter.objects.update(error="Connection refused")
    assert keys(clock) == []
    clock.instant += rules.RULES["letters"].after
    alive()
    assert keys(clock) == ["letters:waiting"]


@pytest.mark.parametrize(
    ("free", "total", "full"),
    [
        (50 << 30, 100 << 30, False),
        (2 << 30, 20 << 30, False),
        (900 << 20, 20 << 30, True),
        (20 << 30, 1000 << 30, True),
    ],
)
def test_a_disk_is_nearly_full_by_bytes_or_by_share(free, total, full):
    assert Disk(free=free, total=total).is_nearly_full is full


@pytest.mark.django_db
def test_clocks_that_differ(clock):
    assert not machine.is_skewed(machine.clock_skew(clock))
    clock.instant -= timedelta(seconds=5)
    skew = machine.clock_skew(clock)
    assert machine.is_skewed(skew)
    assert skew > timedelta(seconds=4)


def test_a_broker_that_does_not_answer_for_a_minute_is_told_to_its_holder(
    alive, clock, alice, account, charlie
):
    Connection.objects.update(
        state="unreachable",
        state_detail="No answer from the broker.",
        down_since=clock.now() - timedelta(seconds=59),
    )
    assert keys(clock) == []
    clock.instant += timedelta(seconds=1)
    alive()
    watch(clock)
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (charlie, NoticeKind.CONNECTION)
    assert "broker does not answer" in notice.title
    Connection.objects.update(state="connected", down_since=None)
    watch(clock)
    assert Notice.objects.latest("pk").title.startswith("Over: ")


def test_a_silent_stream_matters_while_orders_work(alive, clock, alice, account):
    Connection.objects.update(stream_seen_at=clock.now() - timedelta(seconds=45))
    assert keys(clock) == []
    order = rows.an_order(account)
    assert keys(clock) == [f"stream:{account.connection_id}"]
    order.status = "cancelled"
    order.save(update_fields=["status"])
    assert keys(clock) == []


@pytest.mark.parametrize(
    ("status", "field", "seconds", "key"),
    [
        ("sent", "unresolved_since", 61, "unresolved"),
        ("sent", "unresolved_since", 59, None),
        ("queued", "approved_at", 31, "queued"),
        ("queued", "approved_at", 29, None),
    ],
)
def test_a_command_that_waits_too_long(
    alive, clock, account, status, field, seconds, key
):
    order = rows.an_order(account, status="submitted", broker_order_id="")
    command = rows.a_command(order, status=status)
    setattr(command, field, clock.now() - timedelta(seconds=seconds))
    command.save()
    assert keys(clock) == ([f"{key}:{account.pk}"] if key else [])


def test_a_position_without_a_stop_is_told_within_half_a_minute(
    alive, clock, account, charlie
):
    rows.a_position(account, quantity="10")
    assert told(clock, alive, seconds=20) == ["Unprotected: 10 ACME in Swing"]
    notice = Notice.objects.get()
    assert (notice.user, notice.severity) == (charlie, Severity.CRITICAL)
    assert notice.kind == NoticeKind.PROTECTION


@pytest.mark.parametrize(("units", "bare"), [("10", False), ("4", True)])
def test_a_stop_protects_as_many_units_as_it_has(alive, clock, account, units, bare):
    rows.a_position(account, quantity="10")
    rows.an_exit(account, quantity=Decimal(units))
    assert [one.body for one in found(clock)] == (
        ["4 of 10 have a stop."] if bare else []
    )


def test_a_stop_on_the_other_side_protects_nothing(alive, clock, account):
    rows.a_position(account, quantity="-10")
    rows.an_exit(account, quantity=Decimal(10))
    assert len(keys(clock)) == 1


def test_who_gave_a_reason_for_having_no_stop_is_warned_only(alive, clock, account):
    rows.a_position(account, quantity="10")
    rows.an_order(
        account,
        status="filled",
        role=OrderRole.ENTRY.value,
        filled_quantity=Decimal(10),
        no_stop_reason="Hedged elsewhere",
    )
    (alarm,) = found(clock)
    assert alarm.severity == Severity.WARNING
    assert "Hedged elsewhere" in alarm.body


def test_what_an_account_came_with_is_one_alarm(alive, clock, account):
    Account.objects.update(opened_at=clock.now())
    before = clock.now() - timedelta(days=3)
    rows.a_position(account, opened_at=before)
    rows.a_position(account, "GALE", opened_at=None)
    (alarm,) = found(clock)
    assert alarm.title == "Swing came with 2 holdings without a stop"
    assert alarm.body == "ACME, GALE."
