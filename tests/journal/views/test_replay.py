from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from journal.models import Trade
from tests.journal.views import rows
from tests.journal.views.rows import MINUTE


OPEN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
# The future has prices that nothing else on a page has.
CLOSES = [50, 50, 50, 52, 54, 777.31, 778.42, 779.53]


@pytest.fixture
def trade(account) -> Trade:
    """In at 51 in the fourth bar, out at 777 in the seventh."""
    entered, left = OPEN + 3 * MINUTE, OPEN + 6 * MINUTE + timedelta(seconds=5)
    trade = rows.a_trade(
        account,
        "363",
        day=OPEN.date(),
        opened_at=entered,
        closed_at=left,
        initial_risk=Decimal(200),
    )
    rows.bars(account, OPEN, CLOSES)
    rows.a_fill(trade, 100, 51, entered + timedelta(seconds=5))
    rows.a_fill(trade, -100, "777.25", left)
    return trade


def play(client, trade, **query):
    return client.get(reverse("replay", args=[trade.pk]), query)


def words(response):
    return response.content.decode()


def test_the_future_is_not_on_the_page(client, trade):
    text = words(play(client, trade, at=4))
    assert "54.00" in text
    for later in ("777", "778", "779", "363", "36300"):
        assert not re.search(rf"(?<!\d){later}(?!\d)", text.replace(trade.key, ""))


def test_the_part_holds_as_little(client, trade):
    text = words(play(client, trade, at=4, part="stage"))
    assert text.lstrip().startswith('<div id="replay-stage"')
    assert "777" not in text


def test_each_next_link_shows_one_bar_more(client, trade):
    response = play(client, trade)
    places = [response.context["now"].place]
    while response.context["next_url"]:
        response = client.get(response.context["next_url"])
        places.append(response.context["now"].place)
    assert places == [2, 3, 4, 5, 6, 7]
    assert response.context["now"].is_last
    assert response.context["now"].result == 100 * Decimal("777.25") - 5100


def test_back_is_a_link_too(client, trade):
    assert play(client, trade).context["previous_url"] == ""
    before = play(client, trade, at=5).context["previous_url"]
    assert client.get(before).context["now"].place == 4


def test_deciding_stops_before_the_next_bar_until_one_has_chosen(client, trade):
    response = play(client, trade, guess=1, at=7)
    assert response.context["now"].place == 2
    assert response.context["next_url"] == ""
    assert "What would you do now?" in words(response)
    chosen = play(client, trade, guess=1, at=2, choice="wait")
    assert chosen.context["now"].place == 3
    assert "went long" in words(chosen)
    assert "different" in words(chosen)


def test_deciding_goes_on_to_the_end(client, trade):
    response = play(client, trade, guess=1)
    for _ in range(20):
        context = response.context
        if context["question"]:
            response = play(
                client,
                trade,
                guess=1,
                at=context["now"].place,
                g=context["guesses"],
                choice=context["question"][0][0],
            )
        elif context["next_url"]:
            response = client.get(context["next_url"])
    assert response.context["now"].is_last
    assert len(response.context["compared"]) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"at": "soon"},
        {"at": "-1"},
        {"interval": "1d"},
        {"interval": "2s"},
        {"guess": 1, "choice": "hold"},
        {"guess": 1, "choice": "pray"},
    ],
)
def test_wrong_input_is_422(client, trade, query):
    assert play(client, trade, **query).status_code == 422


def test_a_guess_that_cannot_be_read_is_no_guess(client, trade):
    assert play(client, trade, guess=1, g="2é-l2-99999999l").status_code == 200


def test_a_stranger_finds_nothing(stranger, trade):
    assert play(stranger, trade).status_code == 404


def test_without_bars_it_says_so(client, account):
    trade = rows.a_trade(account, "1", day=date(2019, 5, 6))
    response = play(client, trade)
    assert response.status_code == 200
    assert "No bars of that time" in words(response)


def test_it_takes_few_queries(client, trade, django_assert_max_num_queries):
    client.get("/about")
    with django_assert_max_num_queries(13):
        play(client, trade, at=7)
