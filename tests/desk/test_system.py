"""The System page: to whom it shows what, and that it stands whatever has fallen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from brokers.models import Connection, UnfamiliarWord
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role
from tradedesk.desk.system.keeper import Keeper
from tradedesk.desk.system.watch import watch
from tradedesk.notifications.models import Letter, LetterStatus, Notice
from tradedesk.web import health, valkey


@pytest.fixture
def elsewhere(account) -> None:
    """Something to see on Charlie's connection."""
    Connection.objects.update(label="Charlie's way", failures=3)
    UnfamiliarWord.objects.create(
        owner=account.owner,
        connection=account.connection,
        word="order.status=levitating",
        count=4,
        first_seen_at=rows.current(),
        last_seen_at=rows.current(),
    )
    rows.an_order(account)


def look(user, **query: str) -> str:
    response = people.verified(user).get(reverse("system"), query)
    assert response.status_code == 200
    return response.content.decode()


KEPT = ("Processes", "Letters waiting", "Audit log", "This desk", "Workers of the last")


@pytest.mark.parametrize("role", [Role.OWNER, Role.OPERATOR, Role.COMPLIANCE])
def test_who_keeps_or_reviews_the_desk_sees_all_of_it(alive, elsewhere, role):
    health.note_worker("host:1", rows.current())
    html = look(people.person("keeper", role))
    assert all(words in html for words in KEPT)
    assert "Charlie&#x27;s way" in html
    assert "charlie@desk.test" in html
    assert "levitating" in html
    assert "Everything works" in html


@pytest.mark.parametrize("role", [Role.TRADER, Role.READ_ONLY])
def test_others_see_their_own_connections_alone(alive, elsewhere, role):
    html = look(people.person("dora", role))
    assert not any(words in html for words in KEPT)
    assert "levitating" not in html
    assert "Charlie" not in html
    assert "No connection yet" in html


def test_a_trader_sees_their_own(alive, elsewhere, charlie):
    html = look(charlie)
    assert "Charlie&#x27;s way" in html
    assert "levitating" in html
    assert not any(words in html for words in KEPT)


def test_what_is_wrong_stands_at_the_top_of_whom_it_was_told(
    alive, clock, elsewhere, charlie, alice
):
    dora = people.person("dora")
    Connection.objects.update(
        state="unreachable", down_since=clock.now() - timedelta(minutes=3)
    )
    watch(clock)
    for user in (charlie, alice):
        assert "1 thing to look at" in look(user)
        assert "broker does not answer" in look(user)
    assert "Everything works" in look(dora)


def test_the_part_alone_is_what_the_page_fetches_anew(alive, alice):
    html = look(alice, part="board")
    assert "<html" not in html
    assert 'id="system-board"' in html


def test_a_store_that_is_down_is_shown_and_breaks_no_page(
    alive, settings, alice, account
):
    rows.an_account(alice)
    page = people.verified(alice)
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    valkey.client.cache_clear()
    try:
        response = page.get(reverse("system"))
    finally:
        valkey.client.cache_clear()
    html = response.content.decode()
    assert response.status_code == 200
    assert "the queue does not answer" in html
    assert "does not answer" in html


def test_the_web_process_notices_a_dead_worker_and_mails_it_itself(
    alive, clock, alice, mailoutbox
):
    keeper = Keeper(clock)
    for _look in range(25):
        clock.instant += timedelta(seconds=10)
        alive(without="worker")
        keeper.look(clock.now())
    silent = Notice.objects.for_user(alice).get(title="The worker process is silent")
    assert silent.letter is not None
    assert silent.letter.status == LetterStatus.SENT
    assert "The worker process is silent" in mailoutbox[0].subject


def test_while_the_worker_lives_the_letters_are_its_own(
    alive, clock, alice, mailoutbox
):
    Letter.objects.create(
        user=alice, key="k", subject="s", text="t",
        created_at=clock.now(), due_at=clock.now(),
    )  # fmt: skip
    Keeper(clock).look(clock.now())
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_the_keeper_leaves_the_sign_of_life_of_its_process(clock):
    keeper = Keeper(clock)
    keeper.start()
    try:
        deadline = rows.current() + timedelta(seconds=20)
        while not health.look_at("web", clock.now()).ok:
            assert rows.current() < deadline
    finally:
        keeper.stop()


def test_workers_are_counted_while_they_show_themselves(clock):
    health.note_worker("a:1", clock.now())
    clock.instant += timedelta(seconds=90)
    health.note_worker("b:2", clock.now())
    assert health.workers(clock.now()) == ["a:1", "b:2"]
    clock.instant += timedelta(seconds=60)
    assert health.workers(clock.now()) == ["b:2"]
