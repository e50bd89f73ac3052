"""A desk that has been traded on: orders in every state, a position without a stop."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from brokers.domain.orders import OrderClass, OrderType, Side, TimeInForce
from brokers.models import Command, Order, Position, Watchlist
from brokers.orders import saved_views
from brokers.orders.reversing import Turn, draft_reversal
from brokers.orders.unfamiliar import note_unfamiliar
from tests import people
from tests.emulators.practice import PracticeExchange
from tests.runtime.desk import until
from tests.screenshots import orders
from tests.world import World
from tradedesk.accounts import services
from tradedesk.accounts.models import Role, User
from tradedesk.audit.services import verify_chain
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import NotAllowedError
from tradedesk.notifications.models import Incident, Notice, NoticeKind, Severity
from tradedesk.notifications.services import notify


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    ids: dict[str, int]
    invitation: str


def owner_link() -> str:
    return services.owner_link(SYSTEM_CLOCK.now())


def fill(exchange: PracticeExchange) -> Seeded:
    """Trade as the owner; the desk's own worker and streams do their part."""
    owner = User.objects.get(role=Role.OWNER)
    world = orders.world_of(exchange, owner)
    account = world.account
    device = people.chaos_device(owner)
    device.name = "Tablet"
    device.save(update_fields=["name"])
    filled = _positions(world)
    working = _working(world)
    denied = _denied(world)
    _cancelled(world)
    _refused(world)
    world.sync()
    saved_views.save(
        owner,
        name="Limits that wait",
        query="tab=all&type=limit",
        now=world.clock.now(),
    )
    _notices(owner, filled)
    words = {"order.status=pending_review": 3, "account.sweep_status": 41}
    note_unfamiliar(account.connection, words, SYSTEM_CLOCK.now())
    return Seeded(
        ids={
            "account": account.pk,
            "filled": filled.pk,
            "working": working.pk,
            "denied": denied.pk,
            "draft": _draft(world).pk,
            "reversal": _reversal(world).pk,
            "unprotected": Position.objects.get(symbol="IRIS").pk,
        },
        invitation=_people(owner),
    )


def _positions(world: World) -> Order:
    first = orders.filled(world, quantity=Decimal(120), **orders.levels(world, "ACME"))
    orders.filled(world, quantity=Decimal(150), **orders.levels(world, "BRIO"))
    orders.filled(
        world, quantity=Decimal(90), **orders.levels(world, "HAZE", side=Side.SELL)
    )
    orders.filled(
        world, symbol="IRIS", quantity=Decimal(8), order_class=OrderClass.SIMPLE,
        why="A probe, watched by hand",
    )  # fmt: skip
    for symbol, factor in (("BRIO", "1.024"), ("HAZE", "1.009"), ("ACME", "1.006")):
        price = world.ask(symbol) * Decimal(factor)
        world.exchange.set_price(symbol, str(price.quantize(orders.CENT)))
    return first


def _away(world: World, symbol: str, factor: str) -> Decimal:
    return (world.ask(symbol) * Decimal(factor)).quantize(orders.CENT)


def _working(world: World) -> Order:
    entry = _away(world, "DUNE", "0.96")
    first = orders.sent(
        world, symbol="DUNE", quantity=Decimal(200), type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC, limit_price=entry, order_class=OrderClass.OTO,
        stop_loss_price=(entry * Decimal("0.95")).quantize(orders.CENT),
    )  # fmt: skip
    trigger = _away(world, "CRUX", "1.03")
    orders.sent(
        world, symbol="CRUX", quantity=Decimal(20), type=OrderType.STOP_LIMIT,
        time_in_force=TimeInForce.DAY, stop_price=trigger,
        limit_price=trigger + Decimal("0.40"), order_class=OrderClass.OTO,
        stop_loss_price=(trigger * Decimal("0.95")).quantize(orders.CENT),
    )  # fmt: skip
    return first


def _denied(world: World) -> Order:
    """More than one order may be worth: the guardrails stop it and write it down."""
    drafted = world.draft(orders.ticket(world, symbol="LARK", quantity=Decimal(9000)))
    try:
        world.confirm(drafted.order)
    except NotAllowedError:
        return drafted.order
    raise AssertionError("An order that large went through.")


def _cancelled(world: World) -> None:
    order = orders.sent(
        world, symbol="KITE", quantity=Decimal(40), type=OrderType.LIMIT,
        limit_price=_away(world, "KITE", "0.95"), order_class=OrderClass.OTO,
        stop_loss_price=_away(world, "KITE", "0.90"),
    )  # fmt: skip
    world.cancel(order)
    until(lambda: orders.status(order) == "cancelled", 20)


def _refused(world: World) -> None:
    """Blocked at the exchange between the checks and the sending."""
    order = world.draft(orders.ticket(world, symbol="JADE", quantity=Decimal(50))).order
    world.exchange.request("POST", "/control/flags", {"trading_blocked": True})
    world.confirm(order)
    until(lambda: orders.status(order) == "rejected", 20)
    world.exchange.request("POST", "/control/flags", {"trading_blocked": False})


def _draft(world: World) -> Order:
    """A second entry into BRIO, for the review page; the market it waits for is here."""
    terms = orders.levels(world, "BRIO") | {"type": OrderType.LIMIT}
    limit = _away(world, "BRIO", "0.995")
    ticket = orders.ticket(world, quantity=Decimal(60), limit_price=limit, **terms)
    return world.draft(ticket).order


def lose_an_order(exchange: PracticeExchange) -> int:
    """An order whose answer never came and that cannot be looked up yet."""
    gone = {"kind": "drop", "moment": "before", "method": "POST", "path": "/v2/orders"}
    silent = {"kind": "answer", "status": 504, "method": "GET", "path": "/v2/orders*"}
    exchange.add_fault("request lost", **gone)
    exchange.add_fault("look-ups fail", **silent)
    owner = User.objects.get(role=Role.OWNER)
    world = orders.world_of(exchange, owner)
    terms = orders.levels(world, "ELMS")
    order = world.draft(orders.ticket(world, quantity=Decimal(30), **terms)).order
    command = world.confirm(order)
    until(lambda: Command.objects.get(pk=command.pk).is_unresolved, 30)
    return order.pk


def _notices(owner: User, order: Order) -> None:
    """What a week brings, some of it read."""
    now = SYSTEM_CLOCK.now()
    told = (
        (2, NoticeKind.RECONCILIATION, Severity.INFO, "Books agree: 1 account, 0 breaks",
         "Run of the night in 4 s; every source answered.", "/accounts/"),
        (1, NoticeKind.CONNECTION, Severity.WARNING,
         "Practice: the order stream is silent",
         "3 orders at work there; polling brings the news instead, later.", "/system/"),
        (1, NoticeKind.CONNECTION, Severity.INFO,
         "Over: Practice: the order stream is silent", "Over after 40 seconds.", ""),
        (0, NoticeKind.FILL, Severity.WARNING, "Buy 120 ACME: a fill was corrected",
         "The venue replaced 20 at 60.05 by 20 at 60.02.", f"/orders/{order.pk}/"),
        (0, NoticeKind.PROTECTION, Severity.CRITICAL,
         "Unprotected: 90 HAZE in Practice", "40 of 90 have a stop.", "/positions/"),
    )  # fmt: skip
    for days, kind, severity, title, body, url in told:
        at = now - timedelta(days=days, minutes=7 * (3 - days))
        notice = notify(
            owner.pk, kind=kind, severity=severity, title=title, body=body, url=url,
            key=title, now=at,
        )  # fmt: skip
        if days:
            Notice.objects.filter(pk=notice.pk).update(read_at=now, wants_letter=False)
    verify_chain(SYSTEM_CLOCK)
    # The watch finds the position without a stop by itself, and says so once.
    until(lambda: Incident.objects.exclude(told_at=None).exists(), 60)


def _reversal(world: World) -> Order:
    """The unprotected position turned around, ready for its review."""
    position = Position.objects.get(symbol="IRIS")
    held, price = position.quantity, world.ask("IRIS")
    away = Decimal("1.04") if held > 0 else Decimal("0.96")
    stop = (price * away).quantize(orders.CENT)
    turn = Turn(
        intent_key=uuid.uuid4(),
        quantity=abs(held),
        stop_price=stop,
        reference_price=price,
        risk_money=abs(price - stop) * abs(held),
    )
    return draft_reversal(
        position,
        turn,
        user=world.user,
        actor=people.actor(world.user),
        now=world.clock.now(),
    ).order


def _people(owner: User) -> str:
    """A desk with colleagues, and one who has been invited."""
    for email, role in (("bob", Role.READ_ONLY), ("charlie", Role.TRADER)):
        person = people.person(email, role)
        User.objects.filter(pk=person.pk).update(name=email.capitalize())
    Watchlist.objects.create(owner=owner, name="Breakouts", place=1)
    issued = services.invite(
        email="dora@desk.test", role=Role.COMPLIANCE, by=owner,
        actor=people.actor(owner), now=SYSTEM_CLOCK.now(),
    )  # fmt: skip
    return issued.path
