"""Alarms about one person's connections, commands and positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse

from brokers.domain.orders import CommandStatus
from brokers.models import Account, Command
from tradedesk.core.canonical import decimal_text
from tradedesk.desk.system.rules import RULES
from tradedesk.desk.system.trading import ConnectionHealth
from tradedesk.desk.system.unprotected import Unprotected, unprotected_positions
from tradedesk.notifications.incidents import Alarm
from tradedesk.notifications.models import Severity


SYMBOLS_NAMED = 12


def _alarm(  # noqa: PLR0913 - an alarm's own words
    family: str,
    what: object,
    holder: int,
    *,
    title: str,
    body: str,
    url: str,
    severity: Severity | None = None,
    patience: timedelta = timedelta(0),
) -> Alarm:
    rule = RULES[family]
    return Alarm(
        key=f"{family}:{what}",
        kind=rule.kind,
        severity=severity or rule.severity,
        title=title,
        body=body,
        url=url,
        people=frozenset({holder}),
        patience=patience,
    )


def connection_alarms(connections: Sequence[ConnectionHealth]) -> Iterable[Alarm]:
    for one in connections:
        if one.is_down and one.down_for >= RULES["connection"].after:
            connection = one.connection
            yield _alarm(
                "connection",
                connection.pk,
                connection.owner_id,
                title=f"{connection.label}: {connection.get_state_display()}",
                body=(
                    f"{connection.state_detail} What is shown is from before; orders "
                    "that work there go on working."
                ).strip(),
                url=reverse("system"),
            )


def stream_alarms(connections: Sequence[ConnectionHealth]) -> Iterable[Alarm]:
    """Polling brings the news meanwhile, later; a broker that is down says so itself."""
    for one in connections:
        if one.working and one.stream_is_silent and not one.is_down:
            count = f"{one.working} order{'s' if one.working != 1 else ''}"
            yield _alarm(
                "stream",
                one.connection.pk,
                one.connection.owner_id,
                title=f"{one.connection.label}: the order stream is silent",
                body=f"{count} at work there; polling brings the news instead, later.",
                url=reverse("system"),
                patience=RULES["stream"].after,
            )


def unresolved_alarms(now: datetime) -> Iterable[Alarm]:
    lost = Command.objects.filter(
        status=CommandStatus.SENT.value,
        unresolved_since__lte=now - RULES["unresolved"].after,
    )
    yield from _waiting_commands(
        "unresolved",
        lost,
        words="without an answer: the broker may or may not have it",
        url=f"{reverse('orders')}?tab=all",
    )


def queued_alarms(now: datetime) -> Iterable[Alarm]:
    """What waits for cancels on purpose is not late."""
    late = Command.objects.filter(
        status=CommandStatus.QUEUED.value,
        awaits_cancels=False,
        approved_at__lte=now - RULES["queued"].after,
    )
    yield from _waiting_commands(
        "queued", late, words="confirmed and not sent yet", url=reverse("orders")
    )


def _waiting_commands(
    family: str, rows: QuerySet[Command], *, words: str, url: str
) -> Iterable[Alarm]:
    counts = dict(rows.values_list("account").annotate(count=Count("pk")))
    for account in Account.objects.filter(pk__in=counts).order_by("pk"):
        count = counts[account.pk]
        yield _alarm(
            family,
            account.pk,
            account.owner_id,
            title=(
                f"{account.name}: {count} command{'s' if count != 1 else ''} {words}"
            ),
            body="Do not send it again by hand before it is settled.",
            url=url,
        )


def protection_alarms() -> Iterable[Alarm]:
    """Each position by itself; what an account came with is one alarm together."""
    before: dict[int, list[Unprotected]] = {}
    for one in unprotected_positions():
        if one.is_from_before:
            before.setdefault(one.position.account_id, []).append(one)
        else:
            yield _bare(one)
    for found in before.values():
        yield _came_without_stops(found)


def _bare(one: Unprotected) -> Alarm:
    position = one.position
    size, stopped = decimal_text(abs(position.quantity)), decimal_text(one.protected)
    body = f"{stopped} of {size} have a stop." if one.protected else "It has no stop."
    if one.reason:
        body = f"{body} You gave a reason: “{one.reason}”."
    opened = position.opened_at or position.changed_at
    return _alarm(
        "protection",
        f"{position.pk}:{opened.timestamp():.0f}",
        position.owner_id,
        title=f"Unprotected: {size} {position.symbol} in {position.account.name}",
        body=body,
        url=reverse("position_protect", args=[position.pk]),
        # Chosen and justified is worth knowing, not an emergency.
        severity=Severity.WARNING if one.reason else None,
        patience=RULES["protection"].after,
    )


def _came_without_stops(found: list[Unprotected]) -> Alarm:
    account = found[0].position.account
    symbols = [one.position.symbol for one in found]
    more = len(symbols) - SYMBOLS_NAMED
    named = ", ".join(symbols[:SYMBOLS_NAMED]) + (
        f" and {more} more" if more > 0 else ""
    )
    count = f"{len(found)} holding{'s' if len(found) != 1 else ''}"
    return _alarm(
        "protection",
        f"account:{account.pk}",
        account.owner_id,
        title=f"{account.name} came with {count} without a stop",
        body=f"{named}.",
        url=reverse("positions"),
        severity=Severity.WARNING,
        patience=RULES["protection"].after,
    )
