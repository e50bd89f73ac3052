from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve

from tradedesk.web import marks
from tradedesk.web.styleguide.credits import PARTS
from tradedesk.web.styleguide.views import about, styleguide


def body(view, path="/styleguide"):
    response = view(RequestFactory().get(path))
    assert response.status_code == 200
    return response.content.decode()


def test_the_style_guide_shows_every_state_in_words():
    page = body(styleguide)
    for mark in (*marks.ORDER_MARKS.values(), *marks.COMMAND_MARKS.values()):
        assert mark.label in page
    for word in marks.MODE_WORDS.values():
        assert f">{word}</span>" in page


def test_every_id_on_the_style_guide_is_there_once():
    ids = re.findall(r'\sid="([^"]+)"', body(styleguide))
    assert len(ids) == len(set(ids))


def test_every_described_field_has_its_description():
    page = body(styleguide)
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    for words in re.findall(
        r'aria-(?:describedby|labelledby|controls)="([^"]+)"', page
    ):
        assert set(words.split()) <= ids


def test_the_about_page_gives_tradingview_its_notice_and_link():
    page = body(about, "/about")
    assert 'href="https://www.tradingview.com/"' in page
    for part in PARTS:
        assert part.name in page
        assert part.licence in page


@pytest.mark.parametrize("view", [styleguide, about])
def test_the_pages_answer_reading_only(view):
    assert view(RequestFactory().post("/")).status_code == 405


def test_both_pages_have_an_address():
    assert resolve("/styleguide").func is styleguide
    assert resolve("/about").func is about


@pytest.mark.parametrize("layout", ["web/base.html", "web/bare.html"])
def test_a_layout_stands_without_any_context(layout):
    page = render_to_string(layout)
    assert 'data-theme="system"' in page
    assert 'data-mode="none"' in page
    assert page.index('role="status"') < page.index("<script")


@pytest.mark.parametrize("mode", list(marks.MODE_WORDS))
def test_the_shell_says_its_mode_in_the_title_the_bar_and_the_status(mode):
    account = {"id": 7, "name": "Mine", "mode": mode}
    shell = {"mode": mode, "account": account, "accounts": [account]}
    page = render_to_string("web/base.html", {"shell": shell})
    word = marks.MODE_WORDS[mode]
    assert f"<title>[{word}] " in page
    assert f'data-mode="{mode}"' in page
    bar, _, status = page.partition('<footer class="status"')
    assert f">{word}</span>" in bar
    assert f">{word}</span>" in status
