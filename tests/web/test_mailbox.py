from __future__ import annotations

import json

from tradedesk.web.events import Kind
from tradedesk.web.mailbox import CAPACITY, REFETCH, Event, Mailbox


def event(number: int) -> Event:
    return Event(kind=Kind.NOTICE, data=json.dumps({"number": number}))


async def test_news_is_taken_once_and_in_order():
    mailbox = Mailbox()
    for number in range(3):
        mailbox.put(event(number))
    assert await mailbox.take(1) == [event(0), event(1), event(2)]
    assert await mailbox.take(0.01) == []


async def test_equal_news_is_told_once():
    mailbox = Mailbox()
    mailbox.put(event(1))
    mailbox.put(event(1))
    assert await mailbox.take(1) == [event(1)]


async def test_a_page_that_falls_behind_is_told_to_fetch_again():
    mailbox = Mailbox()
    for number in range(CAPACITY + 1):
        mailbox.put(event(number))
    assert [news.kind for news in await mailbox.take(1)] == list(REFETCH)


async def test_quotes_are_merged_to_the_newest_of_each_field():
    mailbox = Mailbox()
    mailbox.put_quotes({"AAPL": {"bid": "1", "ask": "2"}})
    mailbox.put_quotes({"AAPL": {"bid": "3"}, "MSFT": {"bid": "9"}})
    (news,) = await mailbox.take(1)
    assert json.loads(news.data) == {
        "AAPL": {"bid": "3", "ask": "2"},
        "MSFT": {"bid": "9"},
    }


async def test_a_second_helping_of_quotes_waits_its_turn_while_news_does_not():
    mailbox = Mailbox()
    mailbox.put_quotes({"AAPL": {"bid": "1"}})
    await mailbox.take(1)
    mailbox.put_quotes({"AAPL": {"bid": "2"}})
    mailbox.put(event(1))
    assert await mailbox.take(1) == [event(1)]
    (late,) = await mailbox.take(1)
    assert late.kind is Kind.QUOTES
