"""What is gathered in one query is what each list would say by itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Count, F
from django.forms.models import model_to_dict

from journal.models import Note, SelfRating, Task, Trade
from journal.routine.board import tasks_of
from tests import people
from tests.brokers.views.rows import an_account
from tests.journal.views.rows import a_trade
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.gathering import gathered


@pytest.fixture
def alice(db):
    return people.person("alice")


def test_rows_come_back_as_they_are(alice, django_assert_num_queries):
    now = SYSTEM_CLOCK.now()
    account = an_account(alice)
    for number in range(3):
        trade = a_trade(account, Decimal("0.10") * number, day=now.date())
        SelfRating.objects.create(
            owner=alice, day=now.date() - timedelta(number), score=5, rated_at=now
        )
        Note.objects.create(
            owner=alice, labels=["#idea"], day=now, created_at=now, changed_at=now
        )
    Task.objects.create(
        owner=alice, day=now.date(), title="Look", trade=trade, created_at=now
    )
    lists = {
        "trades": Trade.objects.for_user(alice).order_by("-r_multiple")[:2],
        "ratings": SelfRating.objects.for_user(alice),
        "notes": Note.objects.for_user(alice).defer("search").order_by("pk"),
        "tasks": tasks_of(alice, now.date(), now.date()),
        "none": Task.objects.none(),
        "others": Task.objects.filter(title="Another"),
    }
    counts = {"trade_count": Count("pk"), "mail": F("email")}
    with django_assert_num_queries(1):
        found = gathered(User.objects.filter(pk=alice.pk), lists, counts)
    for name, wanted in lists.items():
        assert [model_to_dict(one) for one in found[name]] == [
            model_to_dict(one) for one in wanted
        ]
    assert found["tasks"][0].trade_symbol == trade.symbol
    assert found["notes"][0].get_deferred_fields() == {"search"}
    assert found["trade_count"] == 1
