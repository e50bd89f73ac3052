"""Notes of trades and orders, found from both sides."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from journal.models import Note, NoteLink, Trade
from tests import people
from tests.brokers.views import rows
from tests.journal.notes.made import form
from tradedesk.core.clock import SYSTEM_CLOCK


@pytest.fixture
def account(alice):
    return rows.an_account(alice)


def a_trade(account, key="k-1") -> Trade:
    return Trade.objects.create(
        owner=account.owner,
        account=account,
        key=key,
        symbol="ACME",
        direction="long",
        opened_at=SYSTEM_CLOCK.now(),
        quantity=Decimal(10),
        fees=Decimal(0),
        open_quantity=Decimal(10),
        built_at=SYSTEM_CLOCK.now(),
    )


def test_a_note_begun_at_a_trade_is_linked_and_shown_there(client, account):
    trade = a_trade(account)
    begun = client.get(reverse("note_new"), {"trade": trade.pk}).content.decode()
    assert f'name="trades" value="{trade.pk}" checked' in begun
    assert 'value="ACME"' in begun
    client.post(reverse("note_new"), form(body="Entered late", trades=[trade.pk]))
    there = client.get(reverse("notes_of_trade", args=[trade.pk])).content.decode()
    assert "Entered late" in there
    page = client.get(reverse("note", args=[Note.objects.get().pk])).content.decode()
    assert reverse("trade", args=[trade.pk]) in page


def test_a_trade_that_a_rebuild_made_anew_keeps_its_notes(client, account):
    trade = a_trade(account)
    client.post(reverse("note_new"), form(body="Entered late", trades=[trade.pk]))
    trade.delete()
    anew = a_trade(account)
    there = client.get(reverse("notes_of_trade", args=[anew.pk])).content.decode()
    assert "Entered late" in there


def test_an_order_has_its_notes(client, account):
    order = rows.an_order(account)
    client.post(reverse("note_new"), form(body="Why this one", orders=[order.pk]))
    there = client.get(reverse("notes_of_order", args=[order.pk])).content.decode()
    assert "Why this one" in there


def test_links_are_taken_away_on_saving_and_kept_when_the_form_says_so(client, account):
    first, second = a_trade(account, "k-1"), a_trade(account, "k-2")
    client.post(reverse("note_new"), form(body="x", trades=[first.pk]))
    edit = reverse("note_edit", args=[Note.objects.get().pk])
    client.post(edit, form(version="1", body="x", trades=[first.pk, second.pk]))
    assert {link.trade_key for link in NoteLink.objects.all()} == {"k-1", "k-2"}
    client.post(edit, form(version="2", body="x", trades=[second.pk]))
    assert [link.trade_key for link in NoteLink.objects.all()] == ["k-2"]


def test_a_strangers_trade_is_not_linked(client, account):
    theirs = a_trade(rows.an_account(people.person("charlie"), name="Other"))
    client.post(reverse("note_new"), form(body="x", trades=[theirs.pk, "nonsense"]))
    assert not NoteLink.objects.exists()
