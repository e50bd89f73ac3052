"""The import pages: the way of a file by hand, and who may not go it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brokers.models import Account, Command, Fill, Position
from journal.importing import running
from journal.imports.text import LARGEST_FILE
from journal.models import ColumnMapping, ImportState, StatementImport
from journal.tasks.imports import read_import, resume_imports, store_import
from tests import people
from tests.access.imported import HEADER, many_more_statements, statement
from tradedesk.accounts.models import Role


pytestmark = pytest.mark.django_db
STEPS = ("answer", "store", "undo", "discard")


@pytest.fixture
def alice():
    return people.person("alice")


@pytest.fixture
def client(alice):
    return people.verified(alice)


def upload(client, content: bytes, *, name="trades.csv", account="new", new="Mine"):
    file = SimpleUploadedFile(name, content)
    data = {"file": file, "account": account, "new_account": new}
    return client.post(reverse("imports"), data)


def row(day="03/02/2026", symbol="ACME", quantity="10") -> str:
    return f"{day},USD,0,B,{symbol},{quantity},5,10:30:00,0"


def csv(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def page_of(one: StatementImport) -> str:
    return reverse("statement", args=[one.pk])


def test_a_file_is_previewed_stored_and_undone(client):
    answer = upload(client, csv(row(), row(symbol="BRIO")))
    one = StatementImport.objects.get()
    assert answer.url == page_of(one)
    shown = client.get(answer.url).content.decode()
    assert "Store 2 rows" in shown
    assert "new, made when it is stored" in shown
    assert not Fill.objects.exists()
    client.post(reverse("statement_store", args=[one.pk]))
    assert Fill.objects.count() == 2
    assert "Undo this import" in client.get(answer.url).content.decode()
    account = Account.objects.get()
    book = client.get(reverse("account", args=[account.pk])).content.decode()
    assert "Known by its statements alone" in book
    now = reverse("reconcile_now", args=[account.pk])
    assert client.post(now).status_code == 409
    client.post(reverse("statement_undo", args=[one.pk]))
    assert not Fill.objects.exists()
    assert "Undone." in client.get(answer.url).content.decode()


def test_rows_are_filtered_by_their_fate(client):
    upload(client, csv(row(), row(quantity="ten")))
    one = StatementImport.objects.get()
    shown = client.get(page_of(one), {"fate": "refused"}).content.decode()
    assert "is not a number" in shown
    assert shown.count("Line</th>") == 1
    assert "1 row cannot be read" in shown
    client.post(reverse("statement_answer", args=[one.pk]), {"refused": "leave"})
    shown = client.get(page_of(one)).content.decode()
    assert "Left out by you." in shown
    assert "Store 1 row<" in shown


def test_a_question_is_answered_row_by_row(client):
    untimed = row().replace("10:30:00", "")
    upload(client, csv(untimed, untimed))
    one = StatementImport.objects.get()
    assert "Written twice, or real?" in client.get(page_of(one)).content.decode()
    store = reverse("statement_store", args=[one.pk])
    client.post(store)
    assert not Fill.objects.exists()
    client.post(reverse("statement_answer", args=[one.pk]), {"row-3": "leave"})
    client.post(store)
    assert Fill.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"account": "new", "new_account": "Mine"}, "This field is required"),
        ({"account": "new", "file": b"x"}, "Give the new account a name"),
        ({"account": "999999", "file": b"x"}, "Select a valid choice"),
    ],
)
def test_an_upload_that_lacks_something_says_what(client, data, words):
    if "file" in data:
        data = {**data, "file": SimpleUploadedFile("a.csv", data["file"])}
    answer = client.post(reverse("imports"), data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not StatementImport.objects.exists()


def test_a_file_above_the_limit_is_refused_with_the_limit(client):
    answer = upload(client, b"a" * (LARGEST_FILE + 1))
    assert answer.status_code == 422
    assert "larger than 20 MB" in answer.content.decode()


def test_what_is_no_table_says_so_and_can_be_discarded(client):
    upload(client, b"%PDF-1.7 and more")
    one = StatementImport.objects.get()
    assert "is a PDF" in client.get(page_of(one)).content.decode()
    client.post(reverse("statement_discard", args=[one.pk]))
    assert not StatementImport.objects.exists()


def test_columns_are_named_once_and_remembered(client):
    data = b"Datum;Papier;Zahl;Kurs\n31.03.2026;ACME;-10;12,50\n"
    upload(client, data)
    one = StatementImport.objects.get()
    wizard = reverse("statement_columns", args=[one.pk])
    assert client.get(page_of(one)).url == wizard
    named = {
        "day": "datum",
        "symbol": "papier",
        "quantity": "zahl",
        "price": "kurs",
        "signs": "quantity",
        "day_format": "%d.%m.%Y",
        "zone": "Europe/Berlin",
        "comma": "on",
    }
    lacking = client.post(wizard, {**named, "symbol": "", "try": "1"})
    assert lacking.status_code == 422
    tried = client.post(wizard, {**named, "try": "1"}).content.decode()
    assert "1 trade, 0 rows that cannot be read" in tried
    assert not ColumnMapping.objects.exists()
    assert client.post(wizard, {**named, "keep": "1"}).url == page_of(one)
    upload(client, data, name="next.csv")
    assert {each.state for each in StatementImport.objects.all()} == {
        ImportState.PREVIEW
    }


def test_a_stranger_finds_nothing_and_a_reader_changes_nothing(alice, client):
    one = statement(alice, "secret")
    paths = [reverse(f"statement_{step}", args=[one.pk]) for step in STEPS]
    stranger = people.verified(people.person("charlie"))
    for path in [page_of(one), *paths]:
        method = stranger.get if path == page_of(one) else stranger.post
        assert method(path).status_code == 404
    reader = people.verified(people.person("rita", Role.READ_ONLY))
    assert [reader.post(path).status_code for path in paths] == [403] * 4
    assert [client.get(path).status_code for path in paths] == [405] * 4
    assert upload(reader, csv(row())).status_code == 403


def test_a_step_that_is_over_is_stale(alice, client):
    one = statement(alice, "mine")
    assert client.post(reverse("statement_undo", args=[one.pk])).status_code == 409
    client.post(reverse("statement_answer", args=[one.pk]), {"row-3": "leave"})
    store = reverse("statement_store", args=[one.pk])
    client.post(store)
    assert client.post(store).status_code == 409
    assert client.post(reverse("statement_discard", args=[one.pk])).status_code == 409


def test_a_large_file_is_read_and_stored_by_the_worker(client, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)
    upload(client, csv(row()))
    one = StatementImport.objects.get()
    assert one.state == ImportState.WAITING
    shown = client.get(page_of(one)).content.decode()
    assert "The file is being read" in shown
    read_import(one.pk)
    waited = client.get(page_of(one), {"part": "wait"})
    assert waited["HX-Refresh"] == "true"
    client.post(reverse("statement_store", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == ImportState.STORING
    store_import(one.pk)
    store_import(one.pk)
    assert Fill.objects.count() == 1


def test_a_lost_message_is_told_again_and_old_previews_are_forgotten(alice):
    waiting, old = statement(alice, "waiting"), statement(alice, "old")
    before = waiting.created_at - running.FORGOTTEN_AFTER - running.LOST_AFTER
    StatementImport.objects.update(created_at=before)
    StatementImport.objects.filter(pk=waiting.pk).update(state=ImportState.WAITING)
    resume_imports()
    assert not StatementImport.objects.filter(pk=old.pk).exists()
    assert StatementImport.objects.filter(pk=waiting.pk).exists()


def test_the_pages_take_few_queries_however_many_rows(alice, client):
    one = statement(alice, "first")
    paths = [
        reverse("imports"),
        page_of(one),
        f"{page_of(one)}?fate=new",
        reverse("statement_columns", args=[one.pk]),
    ]
    few = [queries(client, path) for path in paths]
    many_more_statements(alice, 60)
    assert [queries(client, path) for path in paths] == few
    assert max(few) <= 12


def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_nothing_leaves_the_desk_for_an_account_by_statement(client):
    upload(client, csv(row()))
    client.post(reverse("statement_store", args=[StatementImport.objects.get().pk]))
    held = Position.objects.get()
    client.get(reverse("positions"))
    answer = client.post(reverse("position_close", args=[held.pk]), {"quantity": "10"})
    assert answer.status_code < 500
    client.post(reverse("account_sync", args=[held.account_id]))
    client.post(reverse("account_test", args=[held.account_id]))
    assert not Command.objects.exclude(status="refused").exists()
    held.refresh_from_db()
    assert held.quantity == 10
