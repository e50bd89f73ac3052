"""How many queries a page takes: few, and as many for fifty rows as for one.

The counts are a baseline in `query_counts.json`. UPDATE_QUERY_COUNTS=1 writes it anew,
for a reviewer to see what changed.
"""

from __future__ import annotations

import json
import os
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brokers.models import Order, Position, ReconciliationRun
from brokers.models.watchlist import WatchlistItem
from journal.models import Note, Reminder, Tag, Task, Trade, TradeTag
from tests import people
from tests.access.imported import many_more_statements
from tests.access.planned import many_more
from tests.brokers.views import found


BASELINE = Path(__file__).with_name("query_counts.json")
MORE = 30
PAGES = {
    "desk": "/desk/?symbol=ACME",
    "desk book": "/desk/?part=book",
    "desk watchlist": "/desk/?part=watch",
    "status bar": "/status/",
    "orders, working": "/orders/",
    "orders, all": "/orders/?tab=all",
    "orders, export": "/orders/export.csv?tab=all",
    "order": "/orders/{order}/",
    "order, review": "/orders/{draft}/review/",
    "orders, cancel": "/orders/cancel/?scope=all",
    "position, reverse": "/positions/{position}/reverse/",
    "reversal, review": "/positions/reversals/{reversal}/",
    "positions": "/positions/",
    "accounts": "/accounts/",
    "account": "/accounts/{account}/",
    "reconciliation": "/reconciliation/",
    "reconciliation, run": "/reconciliation/runs/{run}/",
    "reconciliation, day": "/reconciliation/days/{day}/",
    "breaks": "/reconciliation/breaks/",
    "break": "/reconciliation/breaks/{break}/",
    "today": "/today/",
    "today, risk": "/today/?part=risk",
    "tasks": "/journal/tasks/",
    "checklist": "/journal/checklist/",
    "reminders": "/plan/reminders/",
    "biases": "/plan/biases/",
    "plan": "/plan/",
    "plan, section": "/plan/?edit=vision",
    "plan, changes": "/plan/changes/",
    "plan, version": "/plan/versions/1/",
    "playbooks": "/plan/playbooks/",
    "playbook": "/plan/playbooks/{playbook}/",
    "playbook, edit": "/plan/playbooks/{playbook}/edit/",
    "playbook, version": "/plan/playbooks/{playbook}/versions/1/",
    "worst cases": "/plan/worst-cases/",
    "worst case": "/plan/worst-cases/{card}/",
    "watchlists": "/watchlists/",
    "trades": "/journal/trades/",
    "trades, filtered": "/journal/trades/?symbol=ACME&reviewed=no&mistake=0&hour=10",
    "trades, export": "/journal/trades/trades.csv",
    "trade": "/journal/trades/{trade}/",
    "notes": "/journal/notes/",
    "notes, searched": "/journal/notes/?q=thought&symbol=ACME&linked=none",
    "notes, archive": "/journal/notes/archive/",
    "notes, json": "/journal/notes/export.json",
    "note": "/journal/notes/{note}/",
    "note, new": "/journal/notes/new/",
    "note, edit": "/journal/notes/{note}/edit/",
    "imports": "/journal/import/",
    "import": "/journal/import/{statement}/",
    "import, one fate": "/journal/import/{statement}/?fate=new",
    "import, columns": "/journal/import/{statement}/columns/",
    "kill switch": "/kill-switch/",
    "notices": "/notices/",
    "notices, bell": "/notices/bell/",
    "system": "/system/",
    "performance": "/analytics/",
    "performance, filtered": "/analytics/?unit=money&symbol=ACME&benchmark=ACME&by=hour",
    "performance, export": "/analytics/report.csv",
    "breakdowns": "/analytics/breakdowns/?by=market",
    "breakdowns, compared": "/analytics/breakdowns/compare/?a.side=long&b.side=short",
    "behaviour": "/analytics/behaviour/",
    "behaviour, limits": "/settings/limits/",
    "behaviour, locks": "/analytics/behaviour/holds/",
    "tax lots": "/analytics/tax-lots/?year=all",
    "sizing lab": "/analytics/sizing-lab/?risk_high=1",
    "calendar": "/journal/calendar/",
    "calendar, year in percent": "/journal/calendar/?year=2026&show=percent",
    "debrief": "/journal/debrief/",
    "replay": "/journal/replay/{trade}/",
    "settings": "/settings/",
    "settings, notices": "/settings/notices/",
    "security": "/settings/security/",
    "people": "/settings/people/",
}


@pytest.fixture
def addresses(belongings):
    ids = {
        "order": belongings.filled.pk,
        "draft": belongings.draft.pk,
        "position": belongings.position.pk,
        "reversal": belongings.ids["reversal.order_id"][0],
        "account": belongings.position.account_id,
        "run": belongings.ids["run_id"][0],
        "day": belongings.ids["day"][0],
        "break": belongings.ids["break_id"][0],
        "note": belongings.ids["note_id"][0],
        "trade": belongings.ids["trade_id"][0],
        "statement": belongings.ids["statement_id"][0],
        "playbook": belongings.ids["playbook_id"][0],
        "card": belongings.ids["card_id"][0],
    }
    return {name: path.format(**ids) for name, path in PAGES.items()}


def counted(client, path):
    """Queries of a look after the first, which fills what is remembered for a minute.

    The fewer of two: a minute may end between the first look and the next.
    """
    client.get(path)
    return min(_looked(client, path), _looked(client, path))


def _looked(client, path):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(path)
        if response.streaming:
            b"".join(response.streaming_content)
    assert response.status_code == 200, path
    return len(queries)


def grow(belongings):
    """Many more rows of every kind that a page lists."""
    orders = [belongings.working, belongings.filled]
    for order, _number in ((o, n) for o in orders for n in range(MORE)):
        order.pk = None
        order.intent = uuid.uuid4()
        order.client_order_id = order.intent.hex
        order.broker_order_id = str(order.intent)
        order.save(force_insert=True)
    many_more(belongings.position.owner, MORE)
    many_more_statements(belongings.position.owner, MORE)
    note = Note.objects.get(pk=belongings.ids["note_id"][0])
    run = ReconciliationRun.objects.get(pk=belongings.ids["run_id"][0])
    trade = Trade.objects.get(pk=belongings.ids["trade_id"][0])
    tag = Tag.objects.get(pk=belongings.ids["tag_id"][0])
    for number in range(MORE):
        found.a_break(run, subject=f"SYM{number}", symbol=f"SYM{number}")
        Position.objects.create(
            owner=belongings.position.owner,
            account=belongings.position.account,
            symbol=f"SYM{number}",
            quantity=Decimal(5),
            average_price=Decimal(20),
            changed_at=belongings.position.changed_at,
        )
        trade.pk, trade.key = None, f"more {number}"
        trade.save(force_insert=True)
        TradeTag.objects.create(owner=trade.owner, trade=trade, tag=tag)
        more = {
            "owner": note.owner,
            "title": f"SYM{number}",
            "created_at": run.started_at,
        }
        Task.objects.create(day=run.trading_day, **more)
        Reminder.objects.create(next_at=run.started_at, **more)
        note.pk, note.key = None, uuid.uuid4()
        note.save(force_insert=True)
        WatchlistItem.objects.create(
            watchlist=belongings.watchlist, symbol=f"SYM{number}", place=number
        )


def test_pages_take_the_queries_of_the_baseline_however_many_rows(
    belongings, addresses, alice
):
    client = people.verified(alice)
    few = {name: counted(client, path) for name, path in addresses.items()}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(few, indent=2) + "\n", encoding="utf-8")
    grow(belongings)
    many = {name: counted(client, path) for name, path in addresses.items()}
    assert Order.objects.count() > 2 * MORE
    assert many == few
    assert few == json.loads(BASELINE.read_text(encoding="utf-8"))
