"""Alice's desk with one of everything, and people who may not see it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from brokers.domain.orders import OrderType
from brokers.models import (
    Account,
    Connection,
    Order,
    Position,
    SavedView,
    Watchlist,
)
from brokers.orders.reversing import Turn, draft_reversal
from journal.book import rebuilding
from journal.models import (
    CoolingOff,
    Mistake,
    Note,
    NoteImage,
    NoteTemplate,
    Reminder,
    ReminderDelivery,
    Tag,
    Task,
    TaskTemplate,
    Trade,
    TradeTag,
)
from journal.routine.days import exchange_day
from tests import people, world
from tests.access.imported import statement
from tests.access.planned import planned
from tests.brokers.views import found
from tests.emulators.practice import PracticeExchange
from tests.world import World
from tradedesk.accounts import services
from tradedesk.accounts.models import Role, User
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.notifications.models import Notice, NoticeKind, Severity
from tradedesk.notifications.services import notify


# In the name of everything of Alice's that a page could show.
MARK = "Alice-7731"


@pytest.fixture(scope="module")
def running_exchange(tmp_path_factory) -> Iterator[PracticeExchange]:
    folder = tmp_path_factory.mktemp("exchange")
    with PracticeExchange(folder, clock="real").running() as exchange:
        yield exchange


@pytest.fixture
def exchange(running_exchange) -> Iterator[PracticeExchange]:
    yield running_exchange
    running_exchange.request("DELETE", "/v2/orders")
    running_exchange.request("DELETE", "/v2/positions?cancel_orders=true")


@pytest.fixture
def alice(db) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def charlie(db) -> User:
    return people.person("charlie")


@pytest.fixture
def desk(exchange, alice) -> World:
    desk = world.build(exchange, alice)
    Account.objects.update(name=f"{MARK} account")
    Connection.objects.update(label=f"{MARK} connection")
    desk.account.refresh_from_db()
    return desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """One of everything that Alice owns."""

    draft: Order
    working: Order
    filled: Order
    position: Position
    watchlist: Watchlist
    ids: dict[str, list[object]]


@pytest.fixture
def belongings(desk: World, alice: User) -> Belongings:
    filled = desk.sent()
    assert desk.sync()
    away = (desk.ask() * Decimal("0.9")).quantize(Decimal("0.01"))
    # With a stop of its own: a single order would meet the one that works already.
    stop = (away * Decimal("0.95")).quantize(Decimal("0.01"))
    working = desk.sent(type=OrderType.LIMIT, limit_price=away, stop_loss_price=stop)
    assert working.state.is_open
    draft = desk.draft(quantity=Decimal(3)).order
    position = Position.objects.get(symbol="ACME")
    watchlist = Watchlist.objects.create(owner=alice, name=f"{MARK} list")
    watchlist.items.create(symbol="ACME")
    orders = [draft.pk, working.pk, filled.pk]
    return Belongings(
        draft=draft,
        working=working,
        filled=filled,
        position=position,
        watchlist=watchlist,
        ids=_ids(alice, orders, position=position, watchlist=watchlist),
    )


def _found(account: Account) -> dict[str, list[object]]:
    """A run with a break."""
    # Begun after all fills, on a fast machine too, so that it speaks of the order.
    run = found.a_run(account, started_at=SYSTEM_CLOCK.now())
    broken = found.a_break(run)
    return {
        "run_id": [run.pk],
        "break_id": [broken.pk],
        "day": [run.trading_day.isoformat()],
        "admin:brokers_reconciliationrun.object_id": [str(run.pk)],
        "admin:brokers_break.object_id": [str(broken.pk)],
    }


def _saved_view(alice: User) -> SavedView:
    return SavedView.objects.create(
        owner=alice, name=f"{MARK} view", query="tab=all", created_at=SYSTEM_CLOCK.now()
    )


def _notice(alice: User) -> Notice:
    return notify(
        alice.pk,
        kind=NoticeKind.CONNECTION,
        severity=Severity.INFO,
        title=f"{MARK} notice",
        now=SYSTEM_CLOCK.now(),
    )


def _routine(alice: User) -> dict[str, list[object]]:
    """A task, its template, a reminder of a bias, and what it told."""
    now = SYSTEM_CLOCK.now()
    template = TaskTemplate.objects.create(owner=alice, title=f"{MARK} template")
    task = Task.objects.create(
        owner=alice, title=f"{MARK} task", day=exchange_day(now), created_at=now
    )
    reminder = Reminder.objects.create(
        owner=alice, kind="bias", title=f"{MARK} reminder", next_at=now, created_at=now
    )
    told = ReminderDelivery.objects.create(
        owner=alice,
        reminder=reminder,
        due_at=now,
        settled_at=now,
        outcome="told",
        bias="lotto",
        title=f"{MARK} bias",
    )
    return {
        "task_id": [task.pk],
        "task_template.template_id": [template.pk],
        "task_template_retire.template_id": [template.pk],
        "reminder_id": [reminder.pk],
        "delivery_id": [told.pk],
    }


def _held(account: Account) -> CoolingOff:
    """A lock that is over, so that it stops nothing else here."""
    now = SYSTEM_CLOCK.now()
    return CoolingOff.objects.create(
        owner=account.owner,
        account=account,
        kind=CoolingOff.Kind.LOCK,
        signal="BEHAVIOUR_TILT",
        occasion=f"{MARK} day",
        words=f"{MARK} limit",
        began_at=now,
        ends_at=now,
    )


def _traded(position: Position) -> dict[str, list[object]]:
    """The trade of what is held, with a tag and a mistake, and one that has closed."""
    alice, now = position.owner, SYSTEM_CLOCK.now()
    rebuilding.rebuild(position.account_id, clock=SYSTEM_CLOCK)
    trade = Trade.objects.get(account=position.account_id)
    tag = Tag.objects.create(owner=alice, name=f"{MARK} tag", family="setup")
    TradeTag.objects.create(owner=alice, trade=trade, tag=tag)
    mistake = Mistake.objects.create(
        owner=alice, trade=trade, tag=tag, note=f"{MARK} mistake", created_at=now
    )
    closed = Trade.objects.get(pk=trade.pk)
    closed.pk, closed.key = None, f"{MARK} trade"
    closed.closed_at, closed.trading_day = now, exchange_day(now)
    closed.save(force_insert=True)
    return {
        "trade_id": [closed.pk, trade.pk],
        "tag_id": [tag.pk],
        "mistake_id": [mistake.pk],
    }


def _noted(alice: User) -> dict[str, list[object]]:
    """A note with a picture, and a template of notes."""
    note = Note.objects.create(
        owner=alice,
        title=f"{MARK} note",
        body=f"{MARK} thought",
        plain=f"{MARK} thought",
        labels=["#idea", "$ACME"],
        day=SYSTEM_CLOCK.now().date(),
        created_at=SYSTEM_CLOCK.now(),
        changed_at=SYSTEM_CLOCK.now(),
    )
    image = NoteImage.objects.create(
        owner=alice,
        note=note,
        alt=f"{MARK} picture",
        content=MARK.encode(),
        width=1,
        height=1,
        size=len(MARK),
        digest="0" * 64,
        created_at=SYSTEM_CLOCK.now(),
    )
    template = NoteTemplate.objects.create(owner=alice, name=f"{MARK} template")
    return {
        "note_id": [note.pk],
        "image_key": [image.key],
        "note_template_id": [template.pk],
    }


def _turned(position: Position, alice: User) -> object:
    """A draft that turns the position around."""
    turn = Turn(
        intent_key=uuid.uuid4(), quantity=Decimal(1), stop_price=Decimal(100000)
    )
    drafted = draft_reversal(
        position,
        turn,
        user=alice,
        actor=people.actor(alice),
        now=SYSTEM_CLOCK.now(),
    )
    return drafted.order.pk


def _ids(
    alice: User, orders: list[object], *, position: Position, watchlist: Watchlist
) -> dict[str, list[object]]:
    device = people.authenticator(alice)
    model, pk = device.persistent_id.split("/")
    invitation = services.invite(
        email="dora@desk.test",
        role=Role.TRADER,
        by=alice,
        actor=people.actor(alice),
        now=SYSTEM_CLOCK.now(),
    )
    return {
        "account_id": [position.account_id],
        **_found(position.account),
        **planned(alice, orders, MARK),
        "order_id": orders,
        "reversal.order_id": [_turned(position, alice)],
        "position_id": [position.pk],
        "watchlist_id": [watchlist.pk],
        "view_id": [_saved_view(alice).pk],
        "notice_id": [_notice(alice).pk],
        **_noted(alice),
        "year": ["2026", "all"],
        **_traded(position),
        "statement_id": [statement(alice, MARK).pk],
        "hold_id": [_held(position.account).pk],
        **_routine(alice),
        "remove_factor.model": [model],
        "remove_factor.pk": [pk],
        "withdraw_invitation.pk": [invitation.invitation.pk],
        "pk": [alice.pk],
        "people_join.token": [invitation.path.rstrip("/").rpartition("/")[2]],
        "people_setup.token": ["no-such-token"],
        "key": ["no-such-key"],
        "uidb36": ["1"],
        "account_reset_password_from_key.key": ["set-password"],
        "app_label": ["brokers"],
        "admin:view_on_site.content_type_id": ["1"],
        "admin:brokers_order.object_id": [str(pk) for pk in orders],
        "admin:brokers_position.object_id": [str(position.pk)],
        "admin:brokers_account.object_id": [str(position.account_id)],
        "admin:brokers_connection.object_id": [str(position.account.connection_id)],
        "admin:accounts_user.object_id": [str(alice.pk)],
        "admin:audit_auditentry.object_id": [str(AuditEntry.objects.latest("pk").pk)],
    }
