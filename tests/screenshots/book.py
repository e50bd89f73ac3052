"""What the journal is photographed with: the demo year, one trade, a few statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from brokers.models import Account, Order, Position
from brokers.orders import closing
from brokers.orders.drafting import draft_order
from journal.demo import filling, removing
from journal.importing import reading, running
from journal.importing.reading import Upload
from journal.models import (
    DayReview,
    ImportState,
    Note,
    PlanVersion,
    Playbook,
    StatementImport,
    Trade,
    WorstCaseCard,
)
from journal.models.routine import Priority, TaskState
from journal.notes import images, markdown, pictures
from journal.notes import writing as notes
from journal.plans import carrying, playbooks, worst_cases, writing
from journal.routine import doing, ratings, remembering, seeding
from journal.routine.days import exchange_day
from tests import people
from tests.emulators.practice import PracticeExchange
from tests.runtime.desk import until
from tests.screenshots import orders
from tradedesk.accounts.models import Role, User
from tradedesk.core.clock import SYSTEM_CLOCK


STATEMENTS = Path(__file__).resolve().parents[1] / "journal" / "imports" / "files"
# Columns that no broker of ours writes: they have to be named.
UNKNOWN = b"""When;What;Way;How many;At;Charge
02.03.2026 15:31;ACME;bought;100;58,40;1,00
02.03.2026 17:02;ACME;sold;100;59,15;1,00
03.03.2026 16:10;BRIO;bought;40;121,30;1,00
"""
OWN_TASKS = (
    ("Read the index before the open", Priority.NORMAL),
    ("Call the broker about the dividend", Priority.LOW),
    ("Move the stop of DUNE under the last low", Priority.HIGH),
    ("Write up the week", Priority.NORMAL),
)


def owner() -> User:
    return User.objects.get(role=Role.OWNER)


def demo_year(user: User) -> Mapping[str, int | str]:
    """By the product's own service; the ids of what its pages are taken with."""
    actor = people.actor(user)
    made = filling.begin(user, clock=SYSTEM_CLOCK)
    filled = filling.fill(made, actor=actor, clock=SYSTEM_CLOCK)
    mine = Trade.objects.filter(account=filled.year.account_id)
    # One that was scaled out of, with a mistake to read about where there is such a one.
    told = mine.filter(mistakes__isnull=False, r_multiple__gt=0)
    trade = told.order_by("-closed_at").first() or mine.latest("closed_at")
    debriefed = DayReview.objects.for_user(user).exclude(followed_rules="yes")
    assert filled.year.account_id is not None
    return {
        "account": filled.year.account_id,
        "trade": trade.pk,
        "day": str(debriefed.latest("day").day),
        "note": Note.objects.for_user(user).filter(links__isnull=False).latest("pk").pk,
        "playbook": Playbook.objects.for_user(user).earliest("pk").pk,
        "card": WorstCaseCard.objects.for_user(user).earliest("pk").pk,
        "version": 1,
    }


def without_demo_year(user: User) -> None:
    removing.remove(user, actor=people.actor(user), clock=SYSTEM_CLOCK)


def routine(user: User) -> None:
    """The ten tasks and the usual reminders, as the two buttons give them, and tasks of
    today: the ten are those of a trading day, and pictures are taken on any.
    """
    actor, now = people.actor(user), SYSTEM_CLOCK.now()
    seeding.use_ten_tasks(user, actor=actor, now=now)
    remembering.use_usual(user, "America/New_York", actor=actor, now=now)
    day = exchange_day(now)
    first, second, *_others = [
        doing.add_task(
            user, doing.NewTask(title=title, day=day, priority=priority),
            actor=actor, now=now,
        )
        for title, priority in OWN_TASKS
    ]  # fmt: skip
    doing.close_task(user, first.pk, TaskState.DONE, note="Quiet", actor=actor, now=now)
    doing.snooze_task(user, second.pk, 60, actor=actor, now=now)


def one_trade(exchange: PracticeExchange, picture: bytes) -> Mapping[str, int | str]:
    """A first plan and playbook, a trade taken by them, and a note about it.

    `picture` is what the note shows: a PNG.
    """
    user = owner()
    plan, playbook = _planned(user)
    trade = _traded(exchange, user, plan, playbook)
    now = SYSTEM_CLOCK.now()
    ratings.rate(user, exchange_day(now), score=6, actor=people.actor(user), now=now)
    assert trade.account_id is not None
    return {
        "account": trade.account_id,
        "trade": trade.pk,
        "note": _noted(trade, picture).pk,
        "playbook": playbook.pk,
        "card": WorstCaseCard.objects.for_user(user).earliest("pk").pk,
        "version": plan.number,
    }


def _planned(user: User) -> tuple[PlanVersion, Playbook]:
    actor, now = people.actor(user), SYSTEM_CLOCK.now()
    writing.save_section(
        user, "vision", {"vision": "To trade one setup well before the next."},
        seen=writing.section_digest({}), actor=actor, now=now,
    )  # fmt: skip
    plan = writing.publish(user, "The beginning", actor=actor, now=now)
    terms = playbooks.PlaybookTerms(
        name="First pullback",
        thesis="A strong share rests and goes on.",
        rules={
            "entry": "Over the high of the first quiet bar.",
            "stop": "Under its low.",
            "management": "None.",
            "exit": "2R, or the close.",
        },
        checklist=("The day is up", "The stop is where the idea is wrong"),
        max_risk_percent=Decimal("0.5"),
    )
    playbook = playbooks.create(user, terms, actor=actor, now=now)
    card = worst_cases.CardTerms(
        category="broker",
        trigger="The broker does not answer",
        action="Kill switch, then call them",
        next_drill_on=now.date() + timedelta(days=30),
    )
    worst_cases.write_card(user, card, actor=actor, now=now)
    return plan, Playbook.objects.select_related("current").get(pk=playbook.pk)


def _traded(
    exchange: PracticeExchange, user: User, plan: PlanVersion, playbook: Playbook
) -> Trade:
    """Bought with a stop, sold one and a half R higher."""
    world = orders.world_of(exchange, user)
    account = world.account
    now = SYSTEM_CLOCK.now()
    ticket = orders.ticket(world, quantity=Decimal(100), **orders.levels(world, "FERN"))
    version, spec = playbook.current, ticket.spec
    assert version is not None
    assert spec.stop_loss_price is not None
    entry = ticket.reference_price
    carried = carrying.Carried(
        plan_version=plan,
        playbook_version=version,
        checklist=[carrying.Answer(item=one, done=True) for one in version.checklist],
        planned_entry=entry,
        planned_stop=spec.stop_loss_price,
        planned_target=spec.take_profit_price,
    )
    drafted = draft_order(
        account.pk, ticket, user=user, actor=people.actor(user), now=now,
        papers=[carrying.papers(carried, now)],
    )  # fmt: skip
    order = Order.objects.get(pk=world.confirm(drafted.order).order_id)
    until(lambda: orders.status(order) == "filled", 30)
    assert entry is not None
    exchange.set_price(
        "FERN",
        str((entry + (entry - spec.stop_loss_price) * 3 / 2).quantize(orders.CENT)),
    )
    _close(account, user)
    until(
        lambda: Trade.objects.filter(order=order).exclude(closed_at=None).exists(), 60
    )
    return Trade.objects.get(order=order)


def _close(account: Account, user: User) -> None:
    held = Position.objects.filter(account=account, symbol="FERN").exclude(quantity=0)
    until(held.exists, 30)
    closing.close_position(
        account.pk, "FERN", percent=Decimal(100), user=user,
        actor=people.actor(user), now=SYSTEM_CLOCK.now(),
    )  # fmt: skip


def _noted(trade: Trade, picture: bytes) -> Note:
    user, now = trade.owner, SYSTEM_CLOCK.now()
    image = images.store(user, pictures.encode(picture), now=now)
    body = (
        "Waited for the quiet bar, and it came.\n\n"
        f"{markdown.reference(image.key)}\n\n"
        "- entry as planned\n- left it **alone** until 1.5R\n\nNext: hold for the target."
    )
    written = notes.Written(
        title="The first one by the plan",
        body=body,
        tags=["review"],
        symbols=["FERN"],
        day=exchange_day(now),
        trades=[trade.pk],
        alts={str(image.key): "The chart before the entry, with the planned stop"},
    )
    return notes.save(
        user, uuid.uuid4(), written, version=0, actor=people.actor(user), now=now
    )


def statements(user: User) -> Mapping[str, int | str]:
    """One that waits with a question, one whose columns are unknown, two in the book, of
    which one was taken out again.
    """
    log = (STATEMENTS / "microcap_log.csv").read_bytes()
    preview = _read(user, "daily-log.csv", log, "Micro caps")
    unmapped = _read(user, "my-broker.csv", UNKNOWN, "My old broker")
    assert unmapped.state == ImportState.UNMAPPED
    stored = _stored(user, "ibkr_activity.csv", "Interactive Brokers")
    gone = _stored(user, "webull.csv", "Webull")
    running.undo(gone, user=user, actor=people.actor(user), clock=SYSTEM_CLOCK)
    return {"preview": preview.pk, "unmapped": unmapped.pk, "stored": stored.pk}


def without_statements(user: User, ids: Mapping[str, int | str]) -> None:
    stored = StatementImport.objects.get(pk=ids["stored"])
    running.undo(stored, user=user, actor=people.actor(user), clock=SYSTEM_CLOCK)


def _read(user: User, name: str, content: bytes, account: str) -> StatementImport:
    upload = Upload(name=name, content=content, new_account=account)
    made = reading.take(upload, owner=user, now=SYSTEM_CLOCK.now())
    running.read(made, actor=people.actor(user), clock=SYSTEM_CLOCK)
    made.refresh_from_db()
    return made


def _stored(user: User, name: str, account: str) -> StatementImport:
    """What cannot be read is left out, as the page offers."""
    made = _read(user, name, (STATEMENTS / name).read_bytes(), account)
    refused = made.rows.filter(fate="refused").values_list("line", flat=True)
    reading.answer(made, dict.fromkeys(map(str, refused), "leave"), named_account="")
    running.store(made, user=user, actor=people.actor(user), clock=SYSTEM_CLOCK)
    made.refresh_from_db()
    return made
